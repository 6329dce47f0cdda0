#include "tests/verify/audit/audit_world.h"

#include <fmt/format.h>

#include "model/crypto/hash.h"
#include "model/log/merkle.h"
#include "verify/audit/audit.h"

namespace capmarket::audit {
namespace {

std::string world_rule(const WorldChoices& c) {
  testing::RuleParts p;
  p.coordination = c.coordination;
  p.pricing = c.pricing;
  p.tiers = fmt::format(
      "  - name: gold\n    rank: 30\n    eligible: \"true\"\n    displaces:\n"
      "      when: victim.rank < rank && victim.times_displaced < 3\n"
      "      compensation: max(1.5 * victim.value, 0.05)\n      pay_within: 100s\n"
      "      victims: {}\n"
      "  - name: silver\n    rank: 20\n    eligible: user.kind != \"spy\"\n    min_run: 10s\n"
      "    displaces:\n      when: notice >= 5s\n      compensation: 1.1 * victim.value\n"
      "      pay_within: 1h\n{}  - name: basic\n    rank: 10\n    eligible: \"true\"\n{}",
      c.victims, c.shares ? "    quota: { of: capacity, at_most: 60% }\n" : "",
      c.shares ? "    set_aside: 10%\n" : "");
  p.fallback =
      "  - { name: none, substitution: same-holder, notify_within: 20s, refund: 100%, penalty: 10% "
      "}\n"
      "  - { name: pooled, substitution: pool, notify_within: 60s, refund: 50%, penalty: 7%, "
      "record: [notice, cause, substitutes, settlement] }\n";
  p.more = fmt::format(
      "dispute_within: 200s\nsurrender_fee: 10%\npeer_penalty: 30%\nreview_within: 90s\n"
      "claims: {{ contest_within: 20s, burden: holder, claim_fee: 5%, contest_fee: 10% }}\n"
      "revocation: {}\n{}",
      c.review, c.lease ? "lease: 40s\n" : "");
  return rule_text(p);
}

}  // namespace

AuditWorld::AuditWorld(const WorldChoices& choices)
    : choices_(choices),
      market_({crypto::Scheme::mac, world_rule(choices)}),
      now_(testing::kStart),
      officials_(testing::admit_officials(market_, 4'000)) {
  const testing::Authority overseas = testing::admit_overseas(market_);
  objects::CredentialGrant foreign = market_.grant(objects::Role::auditor, "us");
  foreign.issuer = overseas.id;
  outsider_ = market_.admit_party(foreign, &overseas.key);
  for (int i = 0; i < 2; ++i) {
    holders_.push_back(market_.holder(200));
    objects::CredentialGrant user = market_.user_grant("basic", "lab");
    testing::join(user, "power", {"silver", "gold"});
    user.weight = BasisPoints(9'000 - 5'000 * i);
    users_.push_back(market_.admit_party(user));
  }
  const bool peer = choices.coordination.find("peer") != std::string::npos;
  shared_ = market_.ordain(testing::infrastructure(
      market_, "line", holders_,
      {{testing::kStart, Quantity(120)}, {testing::at_second(120), Quantity(80)}}, peer));
  if (peer)
    market_.admit(testing::agreement(market_, shared_, testing::seconds(0, 150), holders_[0],
                                     Quantity(60), holders_[1], Quantity(60)),
                  testing::signers_of_agreement(holders_[0], holders_[1]));
  market_.chain().observe([this](const chain::Event& e) {
    std::string name(objects::to_text(e.leaf.kind));
    ++counts_[e.leaf.decision.admitted() ? name : name + " refused"];
    if (const auto* x = std::get_if<objects::Release>(&e.object))
      ++counts_[fmt::format("release {}", objects::to_text(x->cause))];
    if (const auto* x = std::get_if<objects::Obligation>(&e.object))
      ++counts_[fmt::format("obligation {}", objects::to_text(x->kind))];
    if (const auto* x = std::get_if<objects::Resolution>(&e.object))
      if (x->founded) ++counts_[fmt::format("founded {}", objects::to_text(ground_))];
    if (const auto* x = std::get_if<objects::Dispute>(&e.object)) ground_ = x->ground;
    if (e.leaf.kind != objects::Kind::settlement) return;
    for (admission::ClauseId id : e.leaf.decision.failed)
      ++counts_["clause " + std::string(admission::to_text(id))];
  });
}

void AuditWorld::write_forged(const std::string& dir, const Change& change) const {
  write(dir);
  testing::forge_entries(dir, change);
}

chain::Receipt AuditWorld::send(const objects::Object& object, const testing::Signers& signers) {
  objects::CheckedSubmission s = market_.sign(object, signers);
  sent_.push_back(s.id);
  return market_.submit(s, now_);
}

const crypto::KeyPair& AuditWorld::key_of(const PublicKey& key) {
  for (const auto* list : {&holders_, &users_})
    for (const testing::Party& p : *list)
      if (p.key.pub == key) return p.key;
  return officials_.coordinator.key;
}

Window AuditWorld::part_of(const Window& w) {
  const auto length = static_cast<int>((w.until - w.from).value / kNanosPerSecond);
  int from = pick(length), rest = length - from;
  Instant start = w.from + Duration(from * kNanosPerSecond);
  return {start, start + Duration((1 + pick(rest)) * kNanosPerSecond)};
}

const chain::GrantRecord& AuditWorld::any_grant() {
  const auto& grants = market_.chain().state().grants.all();
  return grants[static_cast<std::size_t>(pick(static_cast<int>(grants.size())))];
}

// ---- Offers and demands
// ---------------------------------------------------------------------------

void AuditWorld::declare() {
  const testing::Party& h = any(holders_);
  objects::Declaration d = market_.declaration(h, 20 + pick(60), testing::seconds(0, 300));
  if (pick(4) > 0) d.infrastructure = shared_;
  if (!intents_.empty() && pick(3) == 0) d.answers = any(intents_);
  if (send(d, {{objects::Role::holder, h.key}}).decision.admitted() || pick(10) == 0)
    declarations_.push_back(sent_.back());
}

void AuditWorld::declare_batch() {
  const testing::Party& h = any(holders_);
  objects::DeclarationBatch b{market_.salt(), h.key.pub, {}, {}};
  std::vector<Digest> leaves;
  for (int i = pick(3); i >= 0; --i) {
    objects::Declaration d = market_.declaration(h, 10 + pick(30), testing::seconds(0, 300));
    d.infrastructure = shared_;
    ContentId id = crypto::content_id(objects::encode_object(d));
    leaves.push_back(log::leaf_hash(id.view()));
    declarations_.push_back(id);
    b.items.push_back(d);
  }
  b.root = log::merkle_root(leaves);
  if (pick(8) == 0) b.root.bytes[0] ^= 1;
  if (!send(b, {{objects::Role::holder, h.key}}).decision.admitted())
    declarations_.resize(declarations_.size() - b.items.size());
}

void AuditWorld::intend() {
  const testing::Party& u = any(users_);
  objects::Intent i{market_.salt(), u.key.pub, Quantity(20), testing::seconds(0, 300),
                    "kW",           "power",   any(tiers_),  {"eu"},
                    Money(500'000)};
  send(i, {{objects::Role::user, u.key}});
  intents_.push_back(sent_.back());
}

void AuditWorld::ask() {
  if (declarations_.empty()) return declare();
  const testing::Party& u = any(users_);
  std::vector<ContentId> named;
  for (int i = pick(3); i >= 0; --i) named.push_back(any(declarations_));
  // Slots, so that windows often meet whole; else anything.
  const Instant soon = now_ + Duration((2 + pick(20)) * kNanosPerSecond);
  const std::int64_t slot = (soon - testing::kStart).value / kNanosPerSecond / 40 + 1;
  Window w = testing::seconds(40 * slot, 40 * slot + 40);
  if (pick(3) == 0)
    w = part_of({soon, std::max(soon + Duration(60 * kNanosPerSecond), testing::at_second(290))});
  // One after the other: compilers evaluate arguments each in its own order.
  const bool partial = pick(3) > 0;
  const std::string tier = any(tiers_);
  const std::int64_t quantity = 5 + pick(25);
  objects::Request r = market_.request(u, named, quantity, w, tier, partial);
  r.adaptations = {officials_.adaptation.key.pub};
  if (!intents_.empty() && pick(4) == 0) r.intent = any(intents_);
  if (pick(3) == 0) r.open_until = r.window.from;
  if (send(r, {{objects::Role::user, u.key}}).decision.admitted())
    asked_.push_back({sent_.back(), r, &u});
}

// ---- Settlements
// ----------------------------------------------------------------------------------

objects::Leg AuditWorld::leg_for(const Asked& asked, const ContentId& declaration) {
  const chain::ChainState& s = market_.chain().state();
  const chain::DeclarationRecord* d = s.declaration(declaration);
  const testing::Party* h = &holders_[0];
  if (d != nullptr && d->declared.holder == holders_[1].key.pub) h = &holders_[1];
  objects::Leg leg =
      market_.settlement(*h, *asked.user, declaration, asked.id, asked.request, now_).legs[0];
  leg.price = Money(10'000 + 10'000 * pick(9));
  leg.strategy = market_.strategy(pick(2) == 0 ? "none" : "pooled");
  if (asked.request.partial && pick(3) == 0) leg.quantity = Quantity(1 + pick(20));
  if (asked.request.partial && pick(4) == 0) leg.window = part_of(leg.window);
  auto duty = s.undischarged.find({h->key.pub, asked.user->key.pub, declaration});
  if (duty != s.undischarged.end() && pick(10) > 0)
    for (const chain::RefusalRecord& refusal : duty->second)
      if (refusal.admitted < now_) leg.predecessors = {refusal.id};
  auto indices = s.indices.find("eu/power");
  if (indices != s.indices.end() && pick(4) > 0) leg.price_index = indices->second.back().id;
  return leg;
}

objects::CheckedSubmission AuditWorld::sign_settlement(const objects::Settlement& s) {
  testing::Signers signers;
  const chain::ChainState& state = market_.chain().state();
  for (const objects::Leg& leg : s.legs) {
    if (const chain::RequestRecord* r = state.request(leg.request)) {
      const crypto::KeyPair& user = key_of(r->request.user);
      if (signers.empty())
        signers = {{objects::Role::submitter, user}, {objects::Role::user, user}};
    }
    if (const chain::DeclarationRecord* d = state.declaration(leg.declaration))
      signers.emplace_back(objects::Role::holder, key_of(d->declared.holder));
  }
  if (!s.coordinators.empty())
    signers.emplace_back(objects::Role::coordinator, officials_.coordinator.key);
  return market_.sign(s, signers);
}

/// What the legs agree to pay: plenty, exactly what admission asks for, a little less, nothing.
void AuditWorld::agree(objects::Settlement& s) {
  constexpr Money kPlenty(kWireMax);
  for (objects::Leg& leg : s.legs) leg.displace = objects::DisplaceTerms{kPlenty, kPlenty};
  auto facts = market_.chain().facts(sign_settlement(s), now_);
  const auto& f = std::get<admission::SettlementFacts<Concrete>>(*facts);
  for (std::size_t i = 0; i < s.legs.size(); ++i) {
    Money compensation, refund;
    for (const auto& v : f.legs[i].victims) {
      compensation +=
          Money(std::max({v.own_compensation.value, v.victim_compensation.value, std::int64_t{0}}));
      refund += Money(v.refund.value);
    }
    const int what = pick(10);
    if (what == 9)
      s.legs[i].displace.reset();
    else if (what > 4)
      s.legs[i].displace = {compensation - Money(what == 7 ? 1 : 0),
                            refund - Money(what == 8 ? 1 : 0)};
  }
}

void AuditWorld::disturb(objects::Settlement& s) {
  objects::Leg& leg = s.legs[static_cast<std::size_t>(pick(static_cast<int>(s.legs.size())))];
  auto around = [&](Instant t) { return t + Duration((pick(5) - 2) * kNanosPerSecond / 2); };
  switch (pick(20)) {
    case 0:
      s.signed_at = around(s.signed_at);
      break;
    case 1:
      ++s.indices[0].index;
      break;
    case 2:
      leg.declaration = any(sent_);
      break;
    case 3:
      leg.request = any(sent_);
      break;
    case 4:
      leg.holder_credential = any(sent_);
      break;
    case 5:
      leg.user_credential = leg.holder_credential;
      break;
    case 6:
      leg.rule = any(sent_);
      break;
    case 7:
      leg.tier = pick(2) == 0 ? any(tiers_) : "none";
      break;
    case 8:
      leg.price = Money(pick(2) == 0 ? 9'999 : 1'000'001);
      break;
    case 9:
      leg.retain_until = around(leg.window.until);
      break;
    case 10:
      leg.predecessors.clear();
      break;
    case 11:
      leg.window.from = around(leg.window.from);
      break;
    case 12:
      leg.window.until = around(leg.window.until);
      break;
    case 13:
      leg.quantity = Quantity(pick(3) - 1);
      break;
    case 14:
      leg.strategy = any(sent_);
      break;
    case 15:
      leg.price_index = any(sent_);
      break;
    case 16:
      s.coordinators = {pick(2) == 0 ? any(sent_) : officials_.auditor.credential};
      break;
    case 17:
      leg.quantity = leg.quantity + Quantity(pick(60));
      break;
    case 18:
      leg.displace.reset();
      break;
    default:
      s.policy = any(sent_);
  }
}

void AuditWorld::settle() {
  if (asked_.empty()) return ask();
  if (pick(4) > 0) pay_overdue();
  const chain::ChainState& state = market_.chain().state();
  // Mostly a late one that still takes something.
  Asked asked = any(asked_);
  bool open = false;
  for (auto it = asked_.rbegin(); it != asked_.rend() && !open; ++it) {
    const chain::RequestRecord* r = state.request(it->id);
    if (r->closed || r->withdrawn || it->request.window.from <= now_ || pick(3) == 0 ||
        r->live.max(r->request.window) >= r->request.quantity)
      continue;
    asked = *it;
    open = true;
  }
  if (!open && pick(6) > 0) return ask();
  const chain::RequestRecord* r = state.request(asked.id);
  objects::Settlement s{market_.salt(), now_, {{asked.id, r->next_index}}, {}, {}, {}};
  const int legs = asked.request.partial && pick(6) == 0 ? 2 : 1;
  for (int i = 0; i < legs; ++i) {
    objects::Leg leg =
        leg_for(asked, pick(12) > 0 ? any(asked.request.declarations) : any(declarations_));
    s.legs.push_back(std::move(leg));
  }
  if (pick(8) > 0) s.coordinators = {officials_.coordinator.credential};
  agree(s);
  if (pick(4) == 0) disturb(s);
  objects::CheckedSubmission sub = sign_settlement(s);
  sent_.push_back(sub.id);
  market_.submit(sub, now_);
}

void AuditWorld::replace() {
  const chain::ChainState& state = market_.chain().state();
  std::vector<std::pair<const chain::RequestRecord*, const chain::LossRecord*>> losses;
  for (const chain::RequestRecord& r : state.requests)
    for (const chain::LossRecord& loss : r.losses) losses.emplace_back(&r, &loss);
  if (losses.empty() || asked_.empty()) return settle();
  const auto [r, loss] = any(losses);
  for (const Asked& asked : asked_) {
    if (asked.id != r->id) continue;
    objects::Leg leg = leg_for(asked, any(declarations_));
    leg.window = loss->pieces[0].window;
    leg.quantity = loss->pieces[0].quantity;
    leg.replaces = loss->id;
    objects::Settlement s{market_.salt(), now_, {{asked.id, r->next_index}}, {leg}, {}, {}};
    s.coordinators = {officials_.coordinator.credential};
    objects::CheckedSubmission sub = sign_settlement(s);
    sent_.push_back(sub.id);
    market_.submit(sub, now_);
    return;
  }
}

// ---- Steps

void AuditWorld::one_step() {
  const int what = pick(100);
  const bool enough = declarations_.size() > 3 && pick(8) > 0;
  if (what < 10) return enough ? settle() : declare();
  if (what < 13) return enough ? settle() : declare_batch();
  if (what < 15) return intend();
  if (what < 30) return ask();
  if (what < 62 || !has_grants()) return settle();
  if (what < 66) return replace();
  if (what < 69) return surrender();
  if (what < 74) return report_failure();
  if (what < 77) return record();
  if (what < 79) return curtail();
  if (what < 82) return consume();
  if (what < 84) return renew();
  if (what < 85) return pick(3) > 0 ? withdraw() : retract();
  if (what < 91) return pay();
  if (what < 94) return publish();
  if (what < 97) return pick(3) == 0 ? dispute() : pick(2) == 0 ? contest() : bear_witness();
  if (what < 98) return pick(4) == 0 ? revoke() : settle();
  if (what < 99) return correct();
  wait(40);
  tick();
}

AuditReport audited(const std::string& dir, int threads) {
  auto report = audit_chain(dir, {threads, nullptr});
  CHECK(report.has_value());
  return *report;
}

std::string violations_of(const AuditReport& report) {
  std::string out;
  for (const auto& v : report.violations)
    out += fmt::format("{} {} {}: {}\n", objects::to_text(v.invariant), v.sequence, to_text(v.kind),
                       v.detail);
  return out;
}

}  // namespace capmarket::audit
