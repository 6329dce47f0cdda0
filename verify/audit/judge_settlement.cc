// The clauses of a settlement, one function each.
// Source: docs/spec/semantics.md#clauses-of-a-settlement.
#include "verify/audit/judge_internal.h"

namespace capmarket::audit {
namespace {

struct Verdict {
  bool resolved = true;
  bool holds = true;
};

using E = SettlementEvidence;
using L = LegEvidence;

Verdict objects_resolve(const E& e, const L& l) {
  const bool all = l.declaration != nullptr && l.request != nullptr && l.rule != nullptr &&
                   l.declared_class != nullptr && l.strategy != nullptr && l.references_exist &&
                   l.holder.exists && l.user.exists && (!e.policy_named || e.policy_exists);
  return {all, l.declaration_named};
}

Verdict signatures(const E& e, const L& l) {
  return {l.declaration != nullptr && l.request != nullptr, e.envelope_signed && e.one_user &&
                                                                e.one_holder_per_class &&
                                                                l.holder_signed && l.user_signed};
}

Verdict holder_scope(const E& e, const L& l) {
  return {l.declaration != nullptr && l.holder.exists,
          l.holder.resolves(e.signed_at) && l.holder.scope_reaches && l.holder.issuer_reaches};
}

Verdict user_membership(const E& e, const L& l) {
  if (l.declaration == nullptr || l.rule == nullptr || !l.user.exists) return {false, false};
  objects::Membership wanted{l.declaration->declared.class_name, l.rule->rule.name, l.leg.tier};
  return {true, l.user.resolves(e.signed_at) && has(l.memberships, wanted) &&
                    (l.user.scope_reaches || l.user_scope_waived)};
}

Verdict tier_eligible(const E&, const L& l) {
  if (l.request == nullptr || l.rule == nullptr) return {false, false};
  return {true, l.leg.tier == l.request->request.tier && l.tier_in_rule && l.eligible};
}

Verdict rule_in_force(const E& e, const L& l) {
  if (l.declaration == nullptr || l.rule == nullptr) return {false, false};
  const rules::Rule& r = l.rule->rule;
  const objects::Declaration& d = l.declaration->declared;
  Int128 age = Int128{e.admission.value} - e.signed_at.value;
  return {true, r.class_name == d.class_name && r.scope.contains(d.location) &&
                    l.rule->in_force(e.signed_at) && age >= 0 && age <= r.limits.skew.value};
}

Verdict class_unit(const E&, const L& l) {
  if (l.declaration == nullptr || l.request == nullptr || l.rule == nullptr ||
      l.declared_class == nullptr)
    return {false, false};
  const objects::Declaration& d = l.declaration->declared;
  const objects::Request& q = l.request->request;
  const rules::Rule& r = l.rule->rule;
  return {true, d.class_name == q.class_name && d.class_name == r.class_name && d.unit == q.unit &&
                    d.unit == r.unit && d.unit == l.declared_class->unit};
}

Int128 origin_of(const rules::Rule& rule) { return rule.origin ? rule.origin->value : 0; }

Verdict window(const E& e, const L& l) {
  if (l.declaration == nullptr || l.request == nullptr || l.rule == nullptr) return {false, false};
  const Window& w = l.leg.window;
  const rules::Rule& r = l.rule->rule;
  const rules::Limits& m = r.limits;
  Int128 length = Int128{w.until.value} - w.from.value;
  Int128 lead = Int128{w.from.value} - e.signed_at.value;
  Int128 g = r.granularity.value, since = Int128{e.signed_at.value} - origin_of(r);
  Int128 rounded = g > 0 ? origin_of(r) - floor_div(-since, g) * g : e.signed_at.value;
  return {true, !w.empty() && l.request->request.window.contains(w) &&
                    l.declaration->declared.window.contains(w) && m.length_min.value <= length &&
                    length <= m.length_max.value && m.lead_min.value <= lead &&
                    lead <= m.lead_max.value && rounded <= w.from.value};
}

Verdict granularity(const E&, const L& l) {
  if (l.rule == nullptr) return {false, false};
  const Window& w = l.leg.window;
  Int128 g = l.rule->rule.granularity.value;
  return {true, multiple(w.from.value - origin_of(l.rule->rule), g) &&
                    multiple(Int128{w.until.value} - w.from.value, g)};
}

Verdict quantity(const E&, const L& l) {
  if (l.rule == nullptr) return {false, false};
  const rules::Limits& m = l.rule->rule.limits;
  return {true, l.leg.quantity.value > 0 && m.quantity_min <= l.leg.quantity &&
                    l.leg.quantity <= m.quantity_max};
}

Verdict capacity(const E&, const L& l) {
  return {l.declaration != nullptr, fits(l.excess, l.leg.quantity)};
}

Verdict shared_capacity(const E&, const L& l) {
  return {l.declaration != nullptr && l.rule != nullptr,
          !l.coordinated() || fits(l.shared_excess, l.leg.quantity)};
}

Verdict coordination(const E& e, const L& l) {
  bool known =
      std::all_of(l.shards.begin(), l.shards.end(), [](const ShardEvidence& s) { return s.known; });
  return {l.declaration != nullptr && l.rule != nullptr && known &&
              (!l.coordinated() || !l.shards.empty()),
          !l.coordinated() || shards_signed(l.shards, l.rule_root, e.signed_at)};
}

/// Source: docs/spec/semantics.md#limits-of-a-cover. That the cover is the right one is how it was
/// found.
bool within_limits(const E& e, const L& l) {
  const auto compensation = l.compensation();
  return compensation && *compensation <= l.leg.displace->compensation_at_most.value &&
         l.refund() <= l.leg.displace->refund_at_most.value &&
         static_cast<std::int64_t>(l.victims.size()) <= e.victims_at_most &&
         l.pieces <= e.pieces_at_most &&
         std::all_of(l.victims.begin(), l.victims.end(),
                     [&](const VictimEvidence& v) { return l.stop_within <= v.notice; });
}

Verdict displacement(const E& e, const L& l) {
  return {l.declaration != nullptr && l.rule != nullptr,
          l.victims.empty() || (l.leg.displace && !e.user_overdue && within_limits(e, l))};
}

Verdict tier_quota(const E&, const L& l) {
  return {l.declaration != nullptr && l.rule != nullptr,
          fits(l.quota_excess, l.leg.quantity) && fits(l.set_aside_excess, l.leg.quantity) &&
              fits(l.user_excess, l.leg.quantity)};
}

bool discovered_fits(const E& e, const L& l, bool in_bounds) {
  if (!l.leg.price_index) return !l.young_index_exists && in_bounds;
  Int128 age = Int128{e.signed_at.value} - l.index_named->at.value;
  return l.index_fits && 0 <= age && age <= l.price_rule->rule.pricing.max_age.value &&
         l.band_low <= l.leg.price.value && l.leg.price.value <= l.band_high;
}

Verdict price(const E& e, const L& l) {
  if (l.request == nullptr || l.rule == nullptr || (l.leg.price_index && l.index_named == nullptr))
    return {false, false};
  const rules::Limits& m = l.rule->rule.limits;
  const rules::Pricing& pricing = l.price_rule->rule.pricing;
  const Money p = l.leg.price;
  if (p < m.price_min || p > m.price_max || p > l.request->request.max_price) return {true, false};
  const bool in_bounds = pricing.floor <= p && p <= pricing.cap;
  switch (pricing.mode) {
    case rules::PricingMode::fixed:
      return {true, l.tariff && p == *l.tariff};
    case rules::PricingMode::negotiated:
      return {true, in_bounds};
    case rules::PricingMode::discovered:
      return {true, discovered_fits(e, l, in_bounds)};
  }
  return {true, false};
}

Verdict fallback(const E& e, const L& l) {
  if (l.rule == nullptr || l.strategy == nullptr) return {false, false};
  if (l.replaced_failure && l.declaration == nullptr) return {false, false};
  return {true, l.strategy_in_catalog && l.strategy->admitted <= e.signed_at &&
                    (!l.replaced_failure || l.substitute_in_scope)};
}

Verdict sequence(const E& e, const L& l) {
  if (l.request == nullptr || !l.references_exist) return {false, false};
  const objects::Request& q = l.request->request;
  bool whole = l.leg.quantity == q.quantity && l.leg.window == q.window;
  bool original = (whole || q.partial) && !l.request->withdrawn && e.signed_at < q.open_until;
  return {true, e.distinct_legs && l.index == l.next_index &&
                    fits(l.request_excess, l.leg.quantity) && !l.request->closed &&
                    (l.leg.replaces ? l.replaces_fits : original)};
}

Verdict disclosure(const E&, const L& l) {
  return {l.declaration != nullptr && l.request != nullptr, !l.disclosure_due || l.names_latest};
}

Verdict jurisdictions(const E& e, const L& l) {
  const std::string& first = e.legs.front().rule_root;
  auto of_first = [&](const L& x) {
    return x.rule_root == first && x.holder.root == first && x.user.root == first;
  };
  auto covered = [&](const std::string& root) {
    return e.policy_named && e.policy_rules_in_force && has(e.policy_roots, root);
  };
  bool one = std::all_of(e.legs.begin(), e.legs.end(), of_first);
  bool all = covered(l.rule_root) && covered(l.holder.root) && covered(l.user.root);
  for (const std::string& root : e.coordinator_roots) {
    one = one && root == first;
    all = all && covered(root);
  }
  return {
      l.rule != nullptr && l.holder.exists && l.user.exists && (!e.policy_named || e.policy_exists),
      one || all};
}

Verdict retention(const E&, const L& l) {
  if (l.rule == nullptr || l.declared_class == nullptr) return {false, false};
  Int128 kept = std::max(l.declared_class->retention.value, l.rule->rule.retention.value);
  return {true, Int128{l.leg.retain_until.value} >= Int128{l.leg.window.until.value} + kept};
}

struct Row {
  Number clause;
  Verdict (*of_leg)(const E&, const L&);
};
constexpr Row kRows[] = {
    {kObjectsResolve, objects_resolve},
    {kSignatures, signatures},
    {kHolderScope, holder_scope},
    {kUserMembership, user_membership},
    {kTierEligible, tier_eligible},
    {kRuleInForce, rule_in_force},
    {kClassUnit, class_unit},
    {kWindow, window},
    {kGranularity, granularity},
    {kQuantity, quantity},
    {kCapacity, capacity},
    {kSharedCapacity, shared_capacity},
    {kCoordination, coordination},
    {kDisplacement, displacement},
    {kTierQuota, tier_quota},
    {kPrice, price},
    {kFallback, fallback},
    {kSequence, sequence},
    {kDisclosure, disclosure},
    {kJurisdictions, jurisdictions},
    {kRetention, retention},
};

}  // namespace

Judgement Judge::operator()(const objects::Settlement& o) { return judge(gather(s, sub, o, at)); }

namespace {

Money stated(const Int128& amount) {
  return Money(static_cast<std::int64_t>(std::min<Int128>(amount, kWireMax)));
}

/// Source: docs/spec/chain.md#leaf.
std::vector<AuditShortfall> shortfalls(const E& e) {
  std::vector<AuditShortfall> out;
  for (std::size_t i = 0; i < e.legs.size(); ++i)
    if (const L& l = e.legs[i]; l.lack > 0)
      out.push_back({static_cast<std::int64_t>(i), Quantity(static_cast<std::int64_t>(l.lack)),
                     stated(l.compensation().value_or(kWireMax)), stated(l.refund())});
  return out;
}

}  // namespace

Judgement judge(const SettlementEvidence& e) {
  Judgement j;
  for (const Row& row : kRows) {
    Verdict all;
    for (const LegEvidence& leg : e.legs) {
      Verdict one = row.of_leg(e, leg);
      all.resolved = all.resolved && one.resolved;
      all.holds = all.holds && one.holds;
    }
    note(j, row.clause, all.resolved, all.holds);
  }
  if (!j.admitted()) j.shortfalls = shortfalls(e);
  return j;
}

}  // namespace capmarket::audit
