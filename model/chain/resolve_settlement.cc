// The facts of a settlement.
#include <algorithm>
#include <map>

#include "model/chain/resolve.h"
#include "model/chain/resolve_cover.h"
#include "model/chain/resolve_internal.h"
#include "model/expr/evaluate.h"

namespace capmarket::chain {
namespace {

void fill_declaration(admission::LegFacts<Concrete>& f, ChainState& s, const DeclarationRecord& d) {
  f.location = interval(location::interval_of(d.declared.location));
  f.declaration_class = num(s.number(d.declared.class_name));
  f.declaration_unit = num(s.number(d.declared.unit));
  f.declaration_from = num(d.declared.window.from);
  f.declaration_until = num(d.declared.window.until);
}

/// Max over the leg's window of the request's live legs + the settlement's other legs - quantity.
Int request_excess(const RequestRecord& r, const objects::Settlement& o, std::size_t index) {
  const objects::Leg& leg = o.legs[index];
  if (leg.window.empty()) return kNoLimit;
  std::vector<objects::Piece> others;
  for (std::size_t i = 0; i < o.legs.size(); ++i)
    if (i != index && o.legs[i].request == leg.request && !o.legs[i].window.empty())
      others.push_back({o.legs[i].window, o.legs[i].quantity});
  return num128(capacity::max_with(r.live, leg.window, others) - r.request.quantity.value);
}

/// Max over the leg's window of what the user has live of the leg's tier before the settlement +
/// the settlement's other legs of it - the tier's quota of a user.
Int user_excess(const ChainState& s, const objects::Settlement& o, std::size_t index,
                const PublicKey& user) {
  const objects::Leg& leg = o.legs[index];
  const RuleRecord* rule = s.rule(leg.rule);
  const rules::Tier* tier = rule == nullptr ? nullptr : rule->rule.tier(leg.tier);
  if (tier == nullptr || !tier->user_quota) return kNoLimit;
  std::vector<objects::Piece> others;
  for (std::size_t i = 0; i < o.legs.size(); ++i) {
    const objects::Leg& other = o.legs[i];
    const RequestRecord* r = s.request(other.request);
    const RuleRecord* its = s.rule(other.rule);
    if (i != index && !other.window.empty() && other.tier == leg.tier && r != nullptr &&
        r->request.user == user && its != nullptr && its->rule.name == rule->rule.name)
      others.push_back({other.window, other.quantity});
  }
  auto live = live_of_user(s, user, rule->rule.name, leg.tier, leg.window, std::move(others));
  return live ? num128(*live - tier->user_quota->value) : kNoLimit;
}

bool replaces_fits(const ChainState& s, const objects::Leg& leg, const RequestRecord& r, std::int64_t rank) {
  const LossRecord* loss = s.loss(*leg.replaces);
  if (loss == nullptr || loss->reason == LossReason::released) return false;
  const GrantRecord& lost = s.grants[loss->grant];
  return s.requests[lost.request].id == r.id && !leg.window.empty() &&
         capacity::least(loss->pieces, leg.window) >= leg.quantity && rank >= lost.rank;
}

void fill_request(admission::LegFacts<Concrete>& f, ChainState& s, const objects::Settlement& o, std::size_t index,
                  const RequestRecord& r, const DeclarationRecord* d) {
  const objects::Leg& leg = o.legs[index];
  const objects::Request& q = r.request;
  bool named = std::find(q.declarations.begin(), q.declarations.end(), leg.declaration) !=
               q.declarations.end();
  bool answers = d != nullptr && q.intent && d->declared.answers == q.intent;
  f.declaration_named = yes(named || answers);
  f.request_tier = num(s.number(q.tier));
  f.request_class = num(s.number(q.class_name));
  f.request_unit = num(s.number(q.unit));
  f.request_from = num(q.window.from);
  f.request_until = num(q.window.until);
  f.max_price = num(q.max_price);
  f.request_quantity = num(q.quantity);
  f.request_excess = request_excess(r, o, index);
  f.user_excess = user_excess(s, o, index, q.user);
  f.partial = yes(q.partial);
  f.request_closed = yes(r.closed);
  f.request_withdrawn = yes(r.withdrawn);
  f.open_until = num(q.open_until);
  f.next_index = num(r.next_index);
  f.replaces_named = yes(leg.replaces.has_value());
  if (leg.replaces) f.replaces_fits = yes(replaces_fits(s, leg, r, f.rank.value));
}

/// Whether a leg on `d` may stand in for a failure of `lost`, by the strategy that `lost` named.
bool substitute_in_scope(const ChainState& s, const objects::Settlement& o, const GrantRecord& lost,
                         const DeclarationRecord& d) {
  switch (s.strategies.at(lost.leg.strategy).strategy.substitution) {
    case rules::Substitution::none:
      return false;
    case rules::Substitution::same_holder:
      return d.declared.holder == s.holder_of(lost);
    case rules::Substitution::any:
      return true;
    case rules::Substitution::pool:
      break;
  }
  if (d.infrastructure.valid() &&
      d.infrastructure == s.declarations[lost.declaration].infrastructure)
    return true;
  const std::vector<ContentId>& before = s.settlements[lost.settlement].coordinators;
  return std::any_of(o.coordinators.begin(), o.coordinators.end(), [&](const ContentId& c) {
    return std::find(before.begin(), before.end(), c) != before.end();
  });
}

/// Whether the leg replaces a failure, and may.
void fill_substitute(admission::LegFacts<Concrete>& f, const ChainState& s,
                     const objects::Settlement& o, const objects::Leg& leg,
                     const DeclarationRecord* d) {
  const FailureRecord* failure = leg.replaces ? s.failure(*leg.replaces) : nullptr;
  f.replaces_failure = yes(failure != nullptr);
  if (failure != nullptr && d != nullptr)
    f.substitute_in_scope = yes(substitute_in_scope(s, o, s.grants[failure->grant], *d));
}

/// The index that a settlement may lean on: rule, class, scope and currency are the rule's.
bool index_fits(const objects::PriceIndex& index, const rules::Rule& rule) {
  return index.rule == rule.name && index.class_name == rule.class_name &&
         index.scope == rule.scope && index.currency == rule.currency;
}

void fill_price(admission::LegFacts<Concrete>& f, const ChainState& s, const objects::Settlement& o, const objects::Leg& leg) {
  const rules::Rule& rule = price_rule(s, o, leg);
  const rules::Pricing& pricing = rule.pricing;
  f.pricing_fixed = yes(pricing.mode == rules::PricingMode::fixed);
  f.pricing_negotiated = yes(pricing.mode == rules::PricingMode::negotiated);
  f.pricing_discovered = yes(pricing.mode == rules::PricingMode::discovered);
  std::optional<Money> tariff = rule.tariff_for(leg.tier, leg.window.from);
  f.tariff_exists = yes(tariff.has_value());
  f.tariff = num(tariff.value_or(Money(0)));
  f.floor = num(pricing.floor), f.cap = num(pricing.cap);
  f.index_max_age = num(pricing.max_age);
  f.index_named = yes(leg.price_index.has_value());
  f.index_exists = yes(!leg.price_index);
  auto named = s.indices.find(rule.name);
  if (named != s.indices.end())
    for (const PriceIndexRecord& r : named->second) {
      Duration age = o.signed_at - r.index.at;
      bool fits = index_fits(r.index, rule);
      if (fits && Duration(0) <= age && age <= pricing.max_age) f.young_index_exists = yes(true);
    }
  if (!leg.price_index) return;
  for (const auto& [name, records] : s.indices)
    for (const PriceIndexRecord& r : records) {
      if (r.id != *leg.price_index) continue;
      f.index_exists = yes(true);
      f.index_fits = yes(index_fits(r.index, rule));
      f.index_at = num(r.index.at);
      Int value = num(r.index.value);
      Int band = Concrete::mul_div_floor(value, pricing.band.value, kFullRatio);
      f.band_low = value - band, f.band_high = value + band;
    }
}

void fill_rule(admission::LegFacts<Concrete>& f, ChainState& s, const objects::Settlement& o, const objects::Leg& leg,
               const RuleRecord& r, const DeclarationRecord* d, const RequestRecord* request) {
  const rules::Rule& rule = r.rule;
  const rules::Rule& tiers = s.rules[tier_rule(s, o, leg)].rule;
  f.rule_name = num(s.number(rule.name));
  f.rule_class = num(s.number(rule.class_name));
  f.rule_unit = num(s.number(rule.unit));
  if (const governance::AuthorityRecord* a = s.delegation.authority_named(rule.authority))
    f.rule_root = root_number(s, *a);
  const rules::Tier* tier = tiers.tier(leg.tier);
  f.tier_in_rule = yes(tier != nullptr);
  f.rank = num(tier == nullptr ? 0 : tier->rank);
  f.eligible = eligible(s, tiers, leg, o.signed_at, d, request);
  f.authority_governs = yes(true);  // `standing` was a condition of its admission
  f.effective_from = num(rule.effective.from);
  f.effective_until = num(rule.effective.until);
  f.successor_from = num(r.successor_from);
  const rules::Limits& l = rule.limits;
  f.skew = num(l.skew);
  f.length_min = num(l.length_min), f.length_max = num(l.length_max);
  f.lead_min = num(l.lead_min), f.lead_max = num(l.lead_max);
  f.granularity = num(rule.granularity);
  std::int64_t g = rule.granularity.value;
  std::int64_t origin = rule.origin.value_or(Instant(0)).value;
  f.signed_remainder = remainder(o.signed_at.value, g, origin);
  f.from_remainder = remainder(leg.window.from.value, g, origin);
  // Bounded on the wire to 62 bits each: the difference stays in 64.
  f.length_remainder = remainder(leg.window.until.value - leg.window.from.value, g);
  f.quantity_min = num(l.quantity_min), f.quantity_max = num(l.quantity_max);
  f.price_min = num(l.price_min), f.price_max = num(l.price_max);
  f.rule_retention = num(rule.retention);
  const std::vector<ContentId>& catalog = fallback_rule(s, o, leg).fallback_ids;
  f.strategy_in_catalog =
      yes(std::find(catalog.begin(), catalog.end(), leg.strategy) != catalog.end());
  fill_price(f, s, o, leg);
}

void fill_disclosure(admission::LegFacts<Concrete>& f, const ChainState& s, const objects::Leg& leg,
                     const DeclarationRecord& d, const RequestRecord& r, Instant signed_at) {
  auto duty = s.undischarged.find({d.declared.holder, r.request.user, leg.declaration});
  if (duty == s.undischarged.end()) return;
  const RefusalRecord* latest = nullptr;
  for (const RefusalRecord& refusal : duty->second)
    if (refusal.admitted < signed_at) latest = &refusal;
  if (latest == nullptr) return;
  f.disclosure_due = yes(true);
  f.names_latest = yes(std::find(leg.predecessors.begin(), leg.predecessors.end(), latest->id) !=
                       leg.predecessors.end());
}

void fill_references(admission::LegFacts<Concrete>& f, const ChainState& s, const objects::Settlement& o,
                     const objects::Leg& leg) {
  bool exist = !leg.replaces || s.loss(*leg.replaces) != nullptr;
  for (const ContentId& c : o.coordinators) exist = exist && s.delegation.credential(c) != nullptr;
  f.references_exist = yes(exist);
  auto strategy = s.strategies.find(leg.strategy);
  f.strategy_exists = yes(strategy != s.strategies.end());
  if (strategy != s.strategies.end()) f.strategy_admitted = num(strategy->second.admitted);
}

admission::LegFacts<Concrete> leg_facts(ChainState& s, const objects::CheckedSubmission& sub,
                                        const objects::Settlement& o, std::size_t index, Instant at,
                                        Turn& turn) {
  const objects::Leg& leg = o.legs[index];
  admission::LegFacts<Concrete> f;
  f.excess = f.shared_excess = f.quota_excess = f.set_aside_excess = f.user_excess = kNoLimit;
  f.index = num(-1);
  for (const objects::SequenceIndex& i : o.indices)
    if (i.request == leg.request) f.index = num(i.index);
  const DeclarationRecord* d = s.declaration(leg.declaration);
  const RequestRecord* r = s.request(leg.request);
  const RuleRecord* rule = s.rule(leg.rule);
  f.declaration_exists = yes(d != nullptr);
  f.request_exists = yes(r != nullptr);
  f.rule_exists = yes(rule != nullptr);
  f.leg_tier = num(s.number(leg.tier));
  f.from = num(leg.window.from), f.until = num(leg.window.until);
  f.quantity = num(leg.quantity);
  f.price = num(leg.price);
  f.retain_until = num(leg.retain_until);
  fill_references(f, s, o, leg);
  fill_substitute(f, s, o, leg, d);
  const location::Location* location = d == nullptr ? nullptr : &d->declared.location;
  f.holder = credential_facts(s, leg.holder_credential, objects::Role::holder,
                              d == nullptr ? nullptr : &d->declared.holder, location);
  f.user = credential_facts(s, leg.user_credential, objects::Role::user,
                            r == nullptr ? nullptr : &r->request.user, location);
  if (rule != nullptr) fill_rule(f, s, o, leg, *rule, d, r);
  if (d != nullptr) {
    f.holder_signed = yes(sub.signed_by(objects::Role::holder, d->declared.holder));
    fill_declaration(f, s, *d);
    if (const ClassRecord* c = s.class_at(d->declared.class_name, o.signed_at)) {
      f.class_exists = yes(true);
      f.class_unit = num(s.number(c->declared.unit));
      f.class_retention = num(c->declared.retention);
    }
  }
  if (r != nullptr) {
    f.user_signed = yes(sub.signed_by(objects::Role::user, r->request.user));
    fill_request(f, s, o, index, *r, d);
  }
  const governance::CredentialRecord* user = s.delegation.credential(leg.user_credential);
  if (user != nullptr)
    for (const objects::Membership& m : user->grant.memberships)
      f.memberships.push_back(
          {num(s.number(m.class_name)), num(s.number(m.rule)), num(s.number(m.tier))});
  if (d != nullptr && rule != nullptr) {
    f.rule_scope = interval(location::interval_of(rule->rule.scope, *location, 0));
    fill_coordination(f, s, sub, o, leg);
  }
  if (d != nullptr) {
    Cover cover = fill_capacity(f, s, turn, sub, o, index, at);
    turn.settle(leg);
    for (const CoverVictim& v : cover.victims) turn.release(v.grant, v.pieces);
  }
  if (d != nullptr && r != nullptr) fill_disclosure(f, s, leg, *d, *r, o.signed_at);
  return f;
}

void fill_parties(admission::SettlementFacts<Concrete>& f, const ChainState& s, const objects::CheckedSubmission& sub,
                  const objects::Settlement& o, Instant at) {
  bool party = false;
  std::set<PublicKey> users;
  std::map<std::string, std::set<PublicKey>> holders;  // by class
  std::set<std::pair<ContentId, ContentId>> pairs;
  std::optional<PublicKey> first_user;
  for (const objects::Leg& leg : o.legs) {
    const DeclarationRecord* d = s.declaration(leg.declaration);
    const RequestRecord* r = s.request(leg.request);
    if (d != nullptr) holders[d->declared.class_name].insert(d->declared.holder);
    if (r != nullptr) users.insert(r->request.user);
    if (r != nullptr && !first_user) first_user = r->request.user;
    pairs.emplace(leg.declaration, leg.request);
    party = party || (d != nullptr && sub.signed_by(objects::Role::submitter, d->declared.holder)) ||
            (r != nullptr && sub.signed_by(objects::Role::submitter, r->request.user));
  }
  f.envelope_signed = yes(party);
  f.one_user = yes(users.size() <= 1);
  f.one_holder_per_class = yes(std::all_of(holders.begin(), holders.end(),
                                           [](const auto& h) { return h.second.size() == 1; }));
  f.distinct_legs = yes(pairs.size() == o.legs.size());
  f.victims_at_most = num(s.genesis.cover.victims);
  f.pieces_at_most = num(s.genesis.cover.pieces);
  if (!first_user) return;
  auto debts = s.debts.find(*first_user);
  f.user_overdue =
      yes(debts != s.debts.end() && !debts->second.empty() && debts->second.begin()->first < at);
}

void fill_policy(admission::SettlementFacts<Concrete>& f, ChainState& s, const objects::Settlement& o) {
  const objects::ReconciliationPolicy* policy = policy_of(s, o);
  f.policy_named = yes(o.policy.has_value());
  f.policy_exists = yes(policy != nullptr);
  f.policy_rules_in_force = yes(policy != nullptr && rules_in_force(s, *policy, o.signed_at));
  if (policy != nullptr)
    for (const ContentId& id : policy->authorities)
      f.policy_roots.push_back({root_number(s, *s.delegation.authority(id))});
  for (const ContentId& id : o.coordinators)
    if (const governance::CredentialRecord* c = s.delegation.credential(id))
      f.coordinator_roots.push_back({root_number(s, s.delegation.issuer_of(*c))});
  auto covered = [&](const Int& root) {
    return std::any_of(f.policy_roots.begin(), f.policy_roots.end(),
                       [&](const admission::RootFacts<Concrete>& r) { return r.root.value == root.value; });
  };
  for (admission::LegFacts<Concrete>& leg : f.legs)
    leg.user_scope_waived =
        yes(policy != nullptr && Concrete::holds(leg.user.exists) &&
            Concrete::holds(leg.rule_exists) && covered(leg.user.root) && covered(leg.rule_root));
}

}  // namespace

admission::SettlementFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub, const objects::Settlement& o,
                                  Instant at) {
  admission::SettlementFacts<Concrete> f;
  f.signed_at = num(o.signed_at);
  f.admission = num(at);
  Turn turn(s);
  for (std::size_t i = 0; i < o.legs.size(); ++i)
    f.legs.push_back(leg_facts(s, sub, o, i, at, turn));
  fill_parties(f, s, sub, o, at);
  fill_policy(f, s, o);
  return f;
}

}  // namespace capmarket::chain
