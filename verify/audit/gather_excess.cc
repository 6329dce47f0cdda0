// Loads against what there is: the sums of docs/spec/semantics.md#excess, one instant at a time.
#include <algorithm>

#include "verify/audit/gather_internal.h"

namespace capmarket::audit {
namespace {

using TierKey = std::pair<std::string, std::string>;  // rule and tier name

TierKey tier_of(const AuditGrant& g) { return {g.rule->rule.name, g.leg.tier}; }

Int128 share_of(Quantity whole, BasisPoints ratio) {
  return floor_div(Int128{whole.value} * ratio.value, kFullRatio);
}

/// Adds the legs but `without` (null: none is left out) that `wanted` chooses.
template <class F>
void add_legs(SlowLoad& sum, const Gathering& g, const Window& w, const LegEvidence* without,
              F&& wanted) {
  for (const LegEvidence& other : g.e.legs)
    if (&other != without && wanted(other))
      sum.add(cut(other.leg.window, w), other.leg.quantity.value);
}

template <class F>
void take_releases(SlowLoad& sum, const Gathering& g, const Window& w, F&& wanted) {
  for (const ReleaseLine& line : g.releases)
    if (wanted(*line.victim)) sum.add(cut(line.window, w), -line.quantity);
}

/// load - releases + legs + curtailed, of the leg's declaration.
SlowLoad taken(const Gathering& g, const LegEvidence& leg, const Window& w,
               const LegEvidence* without) {
  const AuditDeclaration* d = leg.declaration;
  SlowLoad sum;
  sum.add(d->load, w);
  sum.add(d->curtailed, w);
  take_releases(sum, g, w, [&](const AuditGrant& v) { return v.declaration == d; });
  add_legs(sum, g, w, without, [&](const LegEvidence& l) { return l.declaration == d; });
  return sum;
}

SlowLoad taken_by_tier(const Gathering& g, const LegEvidence& leg, const Window& w,
                       const LegEvidence* without, const TierKey& tier) {
  const AuditDeclaration* d = leg.declaration;
  SlowLoad sum;
  if (const SlowLoad* load = found(d->tier_load, tier)) sum.add(*load, w);
  take_releases(sum, g, w,
                [&](const AuditGrant& v) { return v.declaration == d && tier_of(v) == tier; });
  add_legs(sum, g, w, without, [&](const LegEvidence& l) {
    return l.declaration == d && l.rule != nullptr && l.rule->rule.name == tier.first &&
           l.leg.tier == tier.second;
  });
  return sum;
}

/// What is left of the declaration beside the other tiers' unused set-asides. `victim`: one unit
/// less of it is released.
Int128 set_aside(const Gathering& g, const LegEvidence& leg, const Window& w,
                 const LegEvidence* without, const AuditGrant* victim) {
  const rules::Rule& rule = leg.rule->rule;
  if (rule.tier(leg.leg.tier) == nullptr) return kUnlimited;
  SlowLoad sum = taken(g, leg, w, without);
  if (victim != nullptr) sum.add(w, 1);
  bool any = false;
  for (const rules::Tier& tier : rule.tiers) {
    if (tier.name == leg.leg.tier || tier.set_aside == BasisPoints(0)) continue;
    any = true;
    const TierKey key{rule.name, tier.name};
    SlowLoad used = taken_by_tier(g, leg, w, without, key);
    if (victim != nullptr && tier_of(*victim) == key) used.add(w, 1);
    SlowLoad unused;
    unused.add(w, share_of(leg.declaration->declared.quantity, tier.set_aside));
    unused.add(used, w, -1);
    sum.add(unused.positive(), w);
  }
  return any ? sum.max(w) - leg.declaration->declared.quantity.value : kUnlimited;
}

Int128 quota(const Gathering& g, const LegEvidence& leg, const Window& w) {
  const rules::Tier* tier = leg.rule->rule.tier(leg.leg.tier);
  if (tier == nullptr || !tier->quota) return kUnlimited;
  SlowLoad used = taken_by_tier(g, leg, w, &leg, {leg.rule->rule.name, tier->name});
  return used.max(w) - share_of(leg.declaration->declared.quantity, *tier->quota);
}

Int128 shared(const Gathering& g, const LegEvidence& leg, const Window& w,
              const LegEvidence* without, Int128 more) {
  const AuditInfrastructure* i = leg.declaration->infrastructure;
  if (i == nullptr) return kUnlimited;
  SlowLoad sum;
  sum.add(i->load, w);
  take_releases(sum, g, w, [&](const AuditGrant& v) { return v.declaration->infrastructure == i; });
  add_legs(sum, g, w, without, [&](const LegEvidence& l) {
    return l.declaration != nullptr && l.declaration->infrastructure == i;
  });
  i->add_schedule(sum, w, -1);
  return sum.max(w) + more;
}

}  // namespace

void gather_excesses(const Gathering& g, LegEvidence& leg) {
  const Window& w = leg.leg.window;
  if (w.empty()) return;
  if (leg.request != nullptr) {
    SlowLoad sum;
    sum.add(leg.request->live, w);
    add_legs(sum, g, w, &leg, [&](const LegEvidence& l) { return l.request == leg.request; });
    leg.request_excess = sum.max(w) - leg.request->request.quantity.value;
  }
  if (leg.declaration == nullptr) return;
  leg.excess = taken(g, leg, w, &leg).max(w) - leg.declaration->declared.quantity.value;
  leg.shared_excess = shared(g, leg, w, &leg, 0);
  if (leg.rule == nullptr) return;
  leg.quota_excess = quota(g, leg, w);
  leg.set_aside_excess = set_aside(g, leg, w, &leg, nullptr);
}

Int128 excess_short(const Gathering& g, const LegEvidence& leg, const Window& w) {
  return taken(g, leg, w, nullptr).max(w) + 1 - leg.declaration->declared.quantity.value;
}

Int128 shared_excess_short(const Gathering& g, const LegEvidence& leg, const Window& w) {
  return shared(g, leg, w, nullptr, 1);
}

Int128 set_aside_short(const Gathering& g, const LegEvidence& leg, const Window& w,
                       const AuditGrant& victim) {
  return set_aside(g, leg, w, nullptr, &victim);
}

}  // namespace capmarket::audit
