#include "tests/property/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "model/log/checkpoint.h"
#include "tests/property/tier_terms.h"

namespace capmarket::property {
namespace {

constexpr std::string_view kOrders[] = {"latest-first", "earliest-first", "pro-rata", "cheapest",
                                        "lottery"};
constexpr std::string_view kReviews[] = {"uphold", "compensate, rate: 50%", "void-future"};

}  // namespace

const crypto::KeyPair& numbered_key(int number) {
  static const std::vector<crypto::KeyPair> keys = [] {
    std::vector<crypto::KeyPair> out;
    for (int i = 0; i < 40; ++i) out.push_back(testing::Market::key(static_cast<std::uint8_t>(i + 1)));
    return out;
  }();
  return keys.at(static_cast<std::size_t>(number));
}

std::string to_text(const MarketSetUp& s) {
  return fmt::format("{} {} {}", rules::kCoordinationModes[static_cast<int>(s.coordination)],
                     rules::kPricingModes[static_cast<int>(s.pricing)], s.variant);
}

testing::RuleParts World::parts(int version) const {
  testing::RuleParts p;
  const int v = setup.variant;
  p.coordination =
      setup.coordination == rules::CoordinationMode::sharded
          ? "{ mode: sharded, by: 2 }"
          : fmt::format("{{ mode: {} }}", rules::kCoordinationModes[static_cast<int>(setup.coordination)]);
  std::string bounds = version > 1 ? "floor: 20.00, cap: 90.00" : "floor: 10.00, cap: 100.00";
  p.pricing = setup.pricing == rules::PricingMode::fixed ? "{ mode: fixed, tariff: 40.00 }"
              : setup.pricing == rules::PricingMode::negotiated
                  ? "{ mode: negotiated, " + bounds + " }"
                  : "{ mode: discovered, over: 8s, band: 20%, max_age: 4s, " + bounds + " }";
  TierOptions tiers;
  tiers.second = version > 1;
  tiers.order = kOrders[v % 5];
  tiers.quotas = v % 3 == 1;
  tiers.min_run = v % 2 == 1;
  p.tiers = tiers_text(tiers);
  p.fallback =
      "  - { name: none, substitution: none, notify_within: 1s, refund: 100%, penalty: 10% }\n"
      "  - { name: pooled, substitution: pool, notify_within: 2s, refund: 100%, penalty: 25%, "
      "record: [notice, cause, substitutes, settlement] }\n";
  p.more = fmt::format(
      "revocation: {{ on_review: {} }}\nsurrender_fee: 12.5%\npeer_penalty: 75%\n"
      "evidence_min: 5000\ndispute_within: 20s\n{}",
      kReviews[v % 3], v % 4 == 2 ? "lease: 3s\n" : "");
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

Salt World::salt() {
  Salt out;
  std::uint64_t n = ++salts_;
  std::memcpy(out.bytes.data(), &n, sizeof n);
  return out;
}

objects::CheckedSubmission World::sign(const objects::Object& object, const Signers& signers) const {
  objects::Submission raw{objects::kind_of(object), objects::encode_object(object), {}};
  ContentId id = crypto::content_id(raw.body);
  const ContentId& name = chain ? chain->state().chain : id;  // the genesis names itself
  for (const auto& [role, key] : signers)
    raw.signatures.push_back(objects::make_signature(signing_, name, role, raw.kind, key, id));
  auto checked = objects::check_submission(std::move(raw), name, signing_);
  CHECK(checked.has_value(), checked ? std::string() : capmarket::to_text(checked.error()));
  return std::move(*checked);
}

Result<chain::Chain> World::create(Bytes* into) const {
  return chain::Chain::create(*genesis_, testing::kStart, log::memory_log(into));
}

void World::found(const objects::Object& object, const Signers& signers) {
  chain::Receipt receipt = submit(object, signers);
  CHECK(receipt.decision.admitted(), capmarket::objects::to_text(objects::kind_of(object)), testing::clauses(receipt));
}

void World::adopt(const rules::Rule& rule) {
  for (const rules::FallbackStrategy& strategy : rule.fallback)
    if (!slow.strategies.contains(rules::strategy_id(strategy))) found(strategy, {{objects::Role::authority, tso}});
  found(rule, {{objects::Role::authority, tso}});
}

objects::CredentialGrant World::credential(objects::Role role, int key, const std::string& place) {
  objects::CredentialGrant g;
  g.salt = salt();
  g.issuer = tso_id;
  g.subject = numbered_key(key).pub;
  g.role = role;
  g.scope = {{place}};
  g.valid = {testing::kStart, kDistantFuture};
  return g;
}

Actor World::enter(objects::Role role, const objects::CredentialGrant& grant) {
  objects::CheckedSubmission s = sign(grant, {{objects::Role::authority, grant.issuer == tso_id ? tso : iso}});
  chain::Receipt receipt = submit(s);
  CHECK(receipt.decision.admitted(), testing::clauses(receipt));
  for (int i = 0; i < 40; ++i)
    if (numbered_key(i).pub == grant.subject) return {role, numbered_key(i), s.id};
  CHECK(false, "a key without a number");
  return {};
}

World::World(const MarketSetUp& chosen) : setup(chosen) {
  CHECK(crypto::crypto_self_test().has_value());
  root = numbered_key(0), overseas = numbered_key(1), tso = numbered_key(2), iso = numbered_key(3);
  objects::Genesis g;
  g.salt = salt();
  g.chain_name = "history";
  g.scheme = crypto::Scheme::mac;
  g.mac_key = crypto::MacKey{};
  g.log_key = numbered_key(4).pub;
  g.roots = {{"root", root.pub, {{"eu"}, {"us"}}, {"power", "net"}},
             {"overseas", overseas.pub, {{"us"}}, {"power", "net"}}};
  g.refusal_quota = {7, Duration(20 * kNanosPerSecond)};
  signing_ = {g.scheme, *g.mac_key};
  genesis_ = sign(g, {{objects::Role::root, root}, {objects::Role::root, overseas}});
  auto made = create(&frames);
  CHECK(made.has_value(), made ? std::string() : capmarket::to_text(made.error()));
  chain = std::make_unique<chain::Chain>(std::move(*made));
  slow.genesis = g;
  slow.chain = genesis_->id;
  slow.time = testing::kStart;
  slow.scheduled = setup.coordination == rules::CoordinationMode::single ||
                   setup.coordination == rules::CoordinationMode::sharded;
  chain->observe([this](const chain::Event& e) { slow.observe(e.leaf, e.object); });

  Window always{testing::kStart, kDistantFuture};
  objects::AuthorityGrant eu{salt(),   objects::root_id(genesis_->id, 0), "eu/tso", tso.pub,
                    {{"eu"}}, {"power", "net"},         always};
  objects::AuthorityGrant us{salt(),   objects::root_id(genesis_->id, 1), "us/iso", iso.pub,
                    {{"us"}}, {"power", "net"},         always};
  found(eu, {{objects::Role::authority, root}});
  found(us, {{objects::Role::authority, overseas}});
  tso_id = crypto::content_id(objects::encode_object(objects::Object(eu)));
  iso_id = crypto::content_id(objects::encode_object(objects::Object(us)));
  for (const char* name : {"power", "net"})
    found(objects::ClassDeclaration{{},
                           "eu/tso",
                           name,
                           1,
                           "kW",
                           Duration(kNanosPerSecond),
                           Duration(10 * 24 * kNanosPerHour)},
          {{objects::Role::authority, tso}});
  rules::Rule power = rule_version(1, testing::kStart, {});
  adopt(power);
  rules = {crypto::content_id(objects::encode_object(objects::Object(power)))};
  testing::RuleParts other = parts(1);
  other.name = "eu/net", other.class_name = "net", other.coordination = "{ mode: none }";
  other.pricing = "{ mode: negotiated, floor: 10.00, cap: 100.00 }";
  rules::Rule net = testing::rule_from(rule_text(other));
  adopt(net);
  net_rules = {crypto::content_id(objects::encode_object(objects::Object(net)))};

  // Holders 10, 11 share the line; 12 has the other class; 13 lies beside the line.
  const char* places[] = {"eu/de/a", "eu/de/b", "eu/fr", "eu/fr"};
  for (int i = 0; i < 4; ++i) {
    objects::CredentialGrant c = credential(objects::Role::holder, 10 + i, places[i]);
    c.assets = {{fmt::format("plant-{}", i), i == 2 ? "net" : "power", {places[i]}, Quantity(6)}};
    c.weight = BasisPoints(i == 1 ? 5000 : kFullRatio);
    holders.push_back(enter(objects::Role::holder, c));
  }
  for (int i = 0; i < 4; ++i) {
    objects::CredentialGrant c = credential(objects::Role::user, 20 + i, i == 3 ? "us" : "eu");
    if (i == 3) c.issuer = iso_id;
    if (i == 0 || i == 3) c.kind = "hospital";
    for (const char* tier : {"gold", "silver", "basic"})
      if (i != 1 || std::string(tier) != "gold") {
        c.memberships.push_back({"power", "eu/power", tier});
        c.memberships.push_back({"net", "eu/net", tier});
      }
    c.weight = BasisPoints(i == 2 ? 4000 : kFullRatio);
    users.push_back(enter(objects::Role::user, c));
  }
  coordinators = {enter(objects::Role::coordinator, credential(objects::Role::coordinator, 30, "eu/de")),
                  enter(objects::Role::coordinator, credential(objects::Role::coordinator, 31, "eu"))};
  auditor = enter(objects::Role::auditor, credential(objects::Role::auditor, 32, "eu"));
  publisher = enter(objects::Role::publisher, credential(objects::Role::publisher, 33, "eu"));
  adaptation = enter(objects::Role::adaptation, credential(objects::Role::adaptation, 34, "eu"));

  objects::SharedInfrastructure i;
  i.salt = salt();
  i.authority = tso_id;
  i.name = "line";
  i.class_name = "power";
  i.locations = {{"eu/de"}};
  i.schedule = {{testing::kStart, Quantity(8)}, {testing::at_second(20), Quantity(6)}, {testing::at_second(40), Quantity(9)}};
  i.members = {holders[0].key.pub, holders[1].key.pub};
  i.coordinators = {coordinators[0].key.pub};
  i.peer = setup.coordination == rules::CoordinationMode::peer;
  found(i, {{objects::Role::authority, tso}});
  line = crypto::content_id(objects::encode_object(objects::Object(i)));

  objects::ReconciliationPolicy plain{salt(), "plain", {objects::root_id(genesis_->id, 0), objects::root_id(genesis_->id, 1)},
                             {},     {},      {}};
  objects::ReconciliationPolicy full = plain;
  full.salt = salt();
  full.name = "full";
  full.tiers = full.price = full.fallback = "eu/power";
  for (const objects::ReconciliationPolicy& p : {plain, full}) {
    found(p, {{objects::Role::submitter, root}, {objects::Role::authority, root}, {objects::Role::authority, overseas}});
    policies.push_back(crypto::content_id(objects::encode_object(objects::Object(p))));
  }
}

chain::Receipt World::submit(const objects::CheckedSubmission& submission) {
  slow.expect(submission);
  std::int64_t size = chain->size();
  bool known = chain->receipt_of(submission.id, submission.signatures_hash).has_value();
  auto receipt = chain->submit(submission, now);
  CHECK(receipt.has_value(), receipt ? std::string() : capmarket::to_text(receipt.error()));
  recorded.push_back({submission, now});
  slow.end_group();
  auto complain = [&](const char* what) { slow.complaints.push_back(what); };
  if (known != receipt->repeated) complain("bytes that were here before are decided again");
  if (known && chain->size() != size) complain("bytes that were here before have an effect");
  if (!known) {
    auto by = submission.signatures.empty() || !submission.valid[0]
                  ? slow.refusals.end()
                  : slow.refusals.find(submission.signatures[0].key);
    bool out = by != slow.refusals.end() && by->second.shut_out && receipt->sequence.value < 0;
    if (receipt->turned_away != out) complain("somebody is turned away who is not shut out");
    // INV-9
    if (!receipt->turned_away && chain->size() == size) complain("INV-9: a decision without leaf");
  }
  return *receipt;
}

void World::tick() {
  chain->tick(now);
  recorded.push_back({std::nullopt, now});
  slow.end_group();
}

void World::replay_again() {
  Bytes again;
  auto fresh = create(&again);
  for (const Recorded& r : recorded) {
    if (r.submission)
      (void)fresh->submit(*r.submission, r.at);
    else
      fresh->tick(r.at);
  }
  if (fresh->root() != chain->root() || again != frames)
    slow.complaints.push_back("INV-6: submitted again, the chain has other bytes");
}

void World::each_facts(const std::function<void(const admission::FactsVariant&)>& visit) const {
  Bytes again;
  auto fresh = create(&again);
  for (const Recorded& r : recorded) {
    if (!r.submission) {
      fresh->tick(r.at);
      continue;
    }
    if (auto facts = fresh->facts(*r.submission, r.at)) visit(*facts);
    (void)fresh->submit(*r.submission, r.at);
  }
}

void World::write(const std::string& dir) const {
  std::filesystem::create_directories(dir + "/segments");
  auto file = [&](const std::string& name, ByteView bytes) {
    std::ofstream(dir + name, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  };
  file("/segments/00000000.seg", frames);
  std::size_t at = 0;
  ByteView leaf, payload;
  CHECK(log::read_frame(frames, at, leaf, payload) == log::FrameFault::none);
  file("/genesis.cbor", payload);
  file("/checkpoint", as_bytes(log::sign_checkpoint(
                          {log::checkpoint_origin(chain->state().chain), chain->size(), chain->root()},
                          numbered_key(4))));
}

void World::compare_state() {
  const chain::ChainState& s = chain->state();
  auto complain = [&](const char* what) { slow.complaints.push_back(what); };
  for (const auto& [id, d] : slow.declarations) {
    const chain::DeclarationRecord* record = s.declaration(id);
    if (record == nullptr) return complain("a declaration is not in the state");
    Seconds load{};
    for (const auto& [g, grant] : slow.grants)
      if (grant.leg.declaration == id)
        for (int t = 0; t < kSeconds; ++t) load[t] += grant.live[t] + grant.failed[t];
    for (int t = 0; t < kSeconds; ++t)
      if (record->taken.value(testing::at_second(t)).value != load[t] + d.curtailed[t])
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
