// Loads as they stand when a leg is judged. Source: docs/spec/semantics.md#turn-of-a-leg.
#include "verify/audit/gather_turn.h"

#include "verify/audit/gather_internal.h"

namespace capmarket::audit {
namespace {

/// Adds the legs before the one whose turn it is that `wanted` chooses.
template <class F>
void add_earlier(SlowLoad& sum, const Gathering& g, const Window& w, F&& wanted) {
  for (std::size_t i = 0; i < g.turn; ++i) {
    const LegEvidence& leg = g.e.legs[i];
    if (leg.declaration != nullptr && wanted(leg))
      sum.add(cut(leg.leg.window, w), leg.leg.quantity.value);
  }
}

/// Takes away what their covers release of the victims that `wanted` chooses.
template <class F>
void take_earlier(SlowLoad& sum, const Gathering& g, const Window& w, F&& wanted) {
  for (const TakenEarlier& t : g.taken)
    if (wanted(*t.victim))
      for (const objects::Piece& p : t.pieces) sum.add(cut(p.window, w), -Int128{p.quantity.value});
}

}  // namespace

TierKey tier_of(const AuditGrant& g) { return {g.rule->rule.name, g.leg.tier}; }

Int128 share_of(Quantity whole, BasisPoints ratio) {
  return floor_div(Int128{whole.value} * ratio.value, kFullRatio);
}

SlowLoad load_of(const Gathering& g, const AuditDeclaration& d, const Window& w) {
  SlowLoad sum;
  sum.add(d.load, w);
  add_earlier(sum, g, w, [&](const LegEvidence& l) { return l.declaration == &d; });
  take_earlier(sum, g, w, [&](const AuditGrant& v) { return v.declaration == &d; });
  return sum;
}

SlowLoad load_of(const Gathering& g, const AuditInfrastructure& i, const Window& w) {
  SlowLoad sum;
  sum.add(i.load, w);
  add_earlier(sum, g, w, [&](const LegEvidence& l) { return l.declaration->infrastructure == &i; });
  take_earlier(sum, g, w, [&](const AuditGrant& v) { return v.declaration->infrastructure == &i; });
  return sum;
}

SlowLoad load_of(const Gathering& g, const AuditDeclaration& d, const TierKey& tier,
                 const Window& w) {
  SlowLoad sum;
  if (const SlowLoad* load = found(d.tier_load, tier)) sum.add(*load, w);
  add_earlier(sum, g, w, [&](const LegEvidence& l) {
    return l.declaration == &d && l.rule != nullptr && l.rule->rule.name == tier.first &&
           l.leg.tier == tier.second;
  });
  take_earlier(sum, g, w,
               [&](const AuditGrant& v) { return v.declaration == &d && tier_of(v) == tier; });
  return sum;
}

SlowLoad live_of(const Gathering& g, const AuditGrant& grant, const Window& w) {
  SlowLoad sum;
  sum.add(grant.live, w);
  take_earlier(sum, g, w, [&](const AuditGrant& v) { return &v == &grant; });
  return sum;
}

std::vector<const rules::Tier*> set_aside_tiers(const LegEvidence& leg) {
  std::vector<const rules::Tier*> out;
  if (leg.rule == nullptr || leg.rule->rule.tier(leg.leg.tier) == nullptr) return out;
  for (const rules::Tier& tier : leg.rule->rule.tiers)
    if (tier.name != leg.leg.tier && tier.set_aside != BasisPoints(0)) out.push_back(&tier);
  return out;
}

}  // namespace capmarket::audit
