#include "tests/property/world.h"

#include <fmt/format.h>

#include <algorithm>

#include "tests/property/tier_terms.h"
#include "tests/support/whole_market.h"

namespace capmarket::property {
namespace {

/// By variant; shares are the order with most to get wrong.
constexpr std::string_view kOrders[] = {
    "latest-first", "earliest-first", "pro-rata", "cheapest",       "lottery",      "pro-rata",
    "lottery",      "pro-rata",       "cheapest", "earliest-first", "latest-first", "pro-rata"};
constexpr std::string_view kReviews[] = {"uphold", "compensate, rate: 50%", "void-future"};

}  // namespace

std::string to_text(const MarketSetUp& s) {
  return fmt::format("{} {} {}", rules::kCoordinationModes[static_cast<int>(s.coordination)],
                     rules::kPricingModes[static_cast<int>(s.pricing)], s.variant);
}

testing::RuleParts World::parts(int version) const {
  testing::RuleParts p;
  const int v = modes.variant;
  p.coordination =
      modes.coordination == rules::CoordinationMode::sharded
          ? "{ mode: sharded, by: 2 }"
          : fmt::format("{{ mode: {} }}",
                        rules::kCoordinationModes[static_cast<int>(modes.coordination)]);
  std::string bounds = version > 1 ? "floor: 20.00, cap: 90.00" : "floor: 10.00, cap: 100.00";
  p.pricing = modes.pricing == rules::PricingMode::fixed ? "{ mode: fixed, tariff: 40.00 }"
              : modes.pricing == rules::PricingMode::negotiated
                  ? "{ mode: negotiated, " + bounds + " }"
                  : "{ mode: discovered, over: 8s, band: 20%, max_age: 4s, " + bounds + " }";
  TierOptions tiers;
  tiers.second = version > 1;
  tiers.order = kOrders[static_cast<std::size_t>(v) % std::size(kOrders)];
  // Two thirds of the variants, and every one where a schedule binds.
  tiers.quotas = v % 3 == 1 || v == 3;
  tiers.aside = v % 3 == 2 || v == 6;
  tiers.stop_within = v % 4 == 3;
  tiers.min_run = v % 2 == 1;
  tiers.capped = v % 4 == 1;
  tiers.clock = v % 4 == 2;
  p.tiers = tiers_text(tiers);
  p.fallback =
      "  - { name: none, substitution: none, notify_within: 1s, refund: 100%, penalty: 10% }\n"
      "  - { name: pooled, substitution: pool, notify_within: 2s, refund: 100%, penalty: 25%, "
      "record: [notice, cause, substitutes, settlement] }\n"
      "  - { name: same, substitution: same-holder, notify_within: 1s, refund: 50%, penalty: 0% }\n"
      "  - { name: any, substitution: any, notify_within: 3s, refund: 100%, penalty: 5% }\n";
  p.more = fmt::format(
      "revocation: {{ on_review: {} }}\nsurrender_fee: 12.5%\npeer_penalty: 75%\n"
      "dispute_within: 20s\nreview_within: {}\n"
      "claims: {{ contest_within: {}, burden: {}, claim_fee: 5%, contest_fee: 10% }}\n{}",
      kReviews[v % 3], v % 2 == 0 ? "4s" : "30s", v % 3 == 0 ? "2s" : "1s",
      v % 2 == 0 ? "claimant" : "holder", v % 4 == 2 ? "lease: 3s\n" : "");
  if (tiers.clock) p.more += clock_text();
  return p;
}

rules::Rule World::rule_version(int version, Instant from,
                                const std::optional<ContentId>& supersedes) const {
  rules::Rule rule = testing::rule_from(rule_text(parts(version)));
  rule.version = version;
  rule.effective.from = from;
  rule.supersedes = supersedes;
  return rule;
}

World::World(const MarketSetUp& chosen)
    : Market(
          {.scheme = chosen.scheme,
           .refusals = {7, Duration(20 * kNanosPerSecond)},
           .cover = chosen.variant % 4 == 1 ? objects::CoverLimits{1, 1} : objects::CoverLimits{}},
          GenesisOnly{}),
      modes(chosen) {
  slow.genesis = genesis();
  slow.chain = chain().state().chain;
  slow.market = objects::market_id(genesis());
  slow.time = testing::kStart;
  slow.scheduled = modes.coordination == rules::CoordinationMode::single ||
                   modes.coordination == rules::CoordinationMode::sharded;
  chain().observe([this](const chain::Event& e) {
    slow.observe(e.leaf, e.object);
    told.push_back({e.leaf.id, e.leaf.time, e.leaf.decision});
  });
  found(rule_text(parts(1)));
  rules = {rule()};
  overseas = testing::admit_overseas(*this);
  found_net();
  enter_parties();
  share();
}

/// Another class, and its rule.
void World::found_net() {
  ordain(objects::ClassDeclaration{
      {}, "eu/tso", "net", 1, "kW", Duration(kNanosPerSecond), Duration(10 * 24 * kNanosPerHour)});
  testing::RuleParts other = parts(1);
  other.name = "eu/net", other.class_name = "net", other.coordination = "{ mode: none }";
  other.pricing = "{ mode: negotiated, floor: 10.00, cap: 100.00 }";
  net_rules = {adopt(rule_text(other))};
}

/// The first two holders share the line, the third has the other class, the fourth lies beside the
/// line; the last user is of the other jurisdiction.
void World::enter_parties() {
  const char* places[] = {"eu/de/a", "eu/de/b", "eu/fr", "eu/fr"};
  for (int i = 0; i < 4; ++i) {
    objects::CredentialGrant c = holder_grant(6, places[i]);
    if (i == 2) c.assets[0].class_name = "net";
    c.weight = BasisPoints(i == 1 ? 5000 : kFullRatio);
    holders.push_back(admit_party(c));
  }
  for (int i = 0; i < 4; ++i) {
    objects::CredentialGrant c = grant(objects::Role::user, i == 3 ? "us" : "eu");
    if (i == 3) c.issuer = overseas.id;
    if (i == 0 || i == 3) c.kind = "hospital";
    std::vector<std::string> tiers{"gold", "silver", "basic"};
    if (i == 1) tiers.erase(tiers.begin());
    for (const char* name : {"power", "net"}) testing::join(c, name, tiers);
    c.weight = BasisPoints(i == 2 ? 4000 : kFullRatio);
    users.push_back(admit_party(c, i == 3 ? &overseas.key : nullptr));
  }
  const testing::Officials officials = testing::admit_officials(*this);
  coordinators = {party(objects::Role::coordinator, "eu/de"), officials.coordinator,
                  party(objects::Role::coordinator, "eu/de/a")};
  auditor = officials.auditor;
  publisher = officials.publisher;
  adaptation = officials.adaptation;
  objects::CredentialGrant foreign = grant(objects::Role::auditor, "us");
  foreign.issuer = overseas.id;
  outsider = admit_party(foreign, &overseas.key);
  for (int i = 0; i < 2; ++i) observers.push_back(party(objects::Role::auditor));
}

/// The line, narrower as an edge, so that it is often overloaded; and two policies between the
/// jurisdictions.
void World::share() {
  const bool edge = modes.coordination == rules::CoordinationMode::peer;
  objects::SharedInfrastructure i =
      testing::infrastructure(*this, "line", {holders[0], holders[1]},
                              {{testing::kStart, Quantity(edge ? 3 : 8)},
                               {testing::at_second(20), Quantity(edge ? 2 : 6)},
                               {testing::at_second(40), Quantity(edge ? 4 : 9)}},
                              edge);
  i.coordinators = {coordinators[0].key.pub, coordinators[2].key.pub};
  line = ordain(i);
  policies.push_back(testing::reconcile(*this, testing::policy_of_both(*this, "plain")));
  objects::ReconciliationPolicy full = testing::policy_of_both(*this, "full");
  full.tiers = full.price = full.fallback = "eu/power";
  policies.push_back(testing::reconcile(*this, full));
}

chain::Receipt World::submit(const objects::CheckedSubmission& submission, Instant at) {
  slow.expect(submission);
  std::int64_t size = chain().size();
  bool known = chain().receipt_of(submission).has_value();
  auto receipt = chain().submit(submission, at);
  CHECK(receipt.has_value(), receipt ? std::string() : capmarket::to_text(receipt.error()));
  recorded.push_back({submission, at});
  slow.end_group();
  auto complain = [&](const char* what) { slow.complaints.push_back(what); };
  if (known != receipt->repeated) complain("bytes that were here before are decided again");
  if (known && chain().size() != size) complain("bytes that were here before have an effect");
  if (!known) {
    bool out = !slow.known(submission);
    if (!out && SlowMarket::barred(submission.kind)) {
      auto by = slow.refusals.find(submission.signatures[0].key);
      out = by != slow.refusals.end() && by->second.shut_out && receipt->sequence.value < 0;
    }
    if (receipt->turned_away != out) complain("somebody is turned away who is known and heard");
    if (out && chain().size() != size && !receipt->turned_away)
      complain("what is turned away leaves a leaf");
    // INV-9
    if (!receipt->turned_away && chain().size() == size) complain("INV-9: a decision without leaf");
  }
  return *receipt;
}

void World::dispute_again(const objects::Dispute& dispute) {
  for (const Party& observer : observers) {
    if (chain().state().disputed.contains({observer.key.pub, dispute.settlement, dispute.ground}))
      continue;
    objects::Dispute same = dispute;
    same.party = observer.key.pub;
    same.role = objects::Role::auditor;
    same.credential = observer.credential;
    objects::CheckedSubmission signed_one = sign(same, {{objects::Role::auditor, observer.key}});
    slow.expect(signed_one);
    auto receipt = chain().submit(signed_one, now);
    CHECK(receipt.has_value());
    if (!receipt->decision.admitted()) slow.complaints.push_back("an observer is refused");
    slow.end_group();
  }
}

void World::tick() {
  chain().tick(now);
  recorded.push_back({std::nullopt, now});
  slow.end_group();
}

void World::replay_again() {
  Bytes again;
  auto fresh = begin_again(&again);
  for (const Recorded& r : recorded) {
    if (r.submission)
      (void)fresh->submit(*r.submission, r.at);
    else
      fresh->tick(r.at);
  }
  if (fresh->root() != chain().root() || again != frames())
    slow.complaints.push_back("INV-6: submitted again, the chain has other bytes");
}

void World::each_facts(const std::function<void(const admission::FactsVariant&)>& visit) const {
  Bytes again;
  auto fresh = begin_again(&again);
  for (const Recorded& r : recorded) {
    if (!r.submission) {
      fresh->tick(r.at);
      continue;
    }
    if (auto facts = fresh->facts(*r.submission, r.at)) visit(*facts);
    (void)fresh->submit(*r.submission, r.at);
  }
}

void World::compare_state() {
  const chain::ChainState& s = chain().state();
  auto complain = [&](const char* what) { slow.complaints.push_back(what); };
  for (const auto& [id, d] : slow.declarations) {
    const chain::DeclarationRecord* record = s.declaration(id);
    if (record == nullptr) return complain("a declaration is not in the state");
    Seconds load{};
    for (const auto& [g, grant] : slow.grants)
      if (grant.leg.declaration == id)
        for (int t = 0; t < kSeconds; ++t) load[t] += grant.live[t] + grant.failed[t];
    for (int t = 0; t < kSeconds; ++t)
      if (record->retracted.value(testing::at_second(t)).value != d.retracted[t] ||
          record->taken.value(testing::at_second(t)).value != load[t] + d.curtailed[t])
        return complain("INV-1: the state's load is another");
  }
  for (const auto& [id, r] : slow.requests) {
    const chain::RequestRecord* record = s.request(id);
    if (record == nullptr || record->closed != r.closed || record->granted != r.granted ||
        record->next_index != r.next_index)
      return complain("a request is otherwise in the state");
    Seconds live{};
    for (const auto& [g, grant] : slow.grants)
      if (grant.leg.request == id)
        for (int t = 0; t < kSeconds; ++t) live[t] += grant.live[t];
    for (int t = 0; t < kSeconds; ++t)
      if (record->live.value(testing::at_second(t)).value != live[t])
        return complain("INV-3: the state's live volume is another");
  }
  for (const auto& [id, g] : slow.grants) {
    const chain::GrantRecord* record = s.grant(id);
    if (record == nullptr || record->rank != g.rank || record->times_displaced != g.times_displaced)
      return complain("a grant is otherwise in the state");
    for (int t = 0; t < kSeconds; ++t)
      if (capacity::value_at(record->live, testing::at_second(t)).value != g.live[t] ||
          capacity::value_at(record->failed, testing::at_second(t)).value != g.failed[t])
        return complain("a grant's pieces are others in the state");
  }
  for (const auto& [id, x] : slow.obligations) {
    const chain::ObligationRecord* record = s.obligation(id);
    if (record == nullptr || record->outstanding() != slow.outstanding(id))
      return complain("INV-5: another amount is outstanding");
  }
}

}  // namespace capmarket::property
