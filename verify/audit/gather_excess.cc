// Loads against what there is: the maxima of docs/spec/semantics.md#excess.
#include <algorithm>

#include "verify/audit/gather_turn.h"
#include "verify/audit/gather_internal.h"

namespace capmarket::audit {
namespace {

/// Takes away what the leg's own cover releases of the victims that `wanted` chooses.
template <class F>
void take_own(SlowLoad& sum, const LegEvidence& leg, const Window& w, F&& wanted) {
  for (const VictimEvidence& v : leg.victims)
    if (wanted(*v.grant))
      for (const objects::Piece& p : v.pieces) sum.add(cut(p.window, w), -Int128{p.quantity.value});
}

/// load - own releases + curtailed, of the leg's declaration.
SlowLoad taken(const Gathering& g, const LegEvidence& leg, const Window& w) {
  const AuditDeclaration& d = *leg.declaration;
  SlowLoad sum = load_of(g, d, w);
  sum.add(d.curtailed, w);
  take_own(sum, leg, w, [&](const AuditGrant& v) { return v.declaration == &d; });
  return sum;
}

/// What is left of the declaration beside the other tiers' unused set-asides.
Int128 set_aside(const Gathering& g, const LegEvidence& leg, const Window& w) {
  const AuditDeclaration& d = *leg.declaration;
  const auto tiers = set_aside_tiers(leg);
  if (tiers.empty()) return kUnlimited;
  SlowLoad sum = taken(g, leg, w);
  for (const rules::Tier* tier : tiers) {
    const TierKey key{leg.rule->rule.name, tier->name};
    SlowLoad used = load_of(g, d, key, w);
    take_own(used, leg, w,
             [&](const AuditGrant& v) { return v.declaration == &d && tier_of(v) == key; });
    SlowLoad unused;
    unused.add(w, share_of(d.declared.quantity, tier->set_aside));
    unused.add(used, w, -1);
    sum.add(unused.positive(), w);
  }
  return sum.max(w) - d.declared.quantity.value;
}

/// The cover does not count: the tier's own quota must hold without displacement.
Int128 quota(const Gathering& g, const LegEvidence& leg, const Window& w) {
  const rules::Tier* tier = leg.rule->rule.tier(leg.leg.tier);
  if (tier == nullptr || !tier->quota) return kUnlimited;
  SlowLoad used = load_of(g, *leg.declaration, {leg.rule->rule.name, tier->name}, w);
  return used.max(w) - share_of(leg.declaration->declared.quantity, *tier->quota);
}

/// min(load - schedule, 0) - own releases.
Int128 shared(const Gathering& g, const LegEvidence& leg, const Window& w) {
  const AuditInfrastructure* i = leg.declaration->infrastructure;
  if (i == nullptr) return kUnlimited;
  SlowLoad over = load_of(g, *i, w);
  i->add_schedule(over, w, -1);
  SlowLoad sum = SlowLoad::lesser(over, {});
  take_own(sum, leg, w, [&](const AuditGrant& v) { return v.declaration->infrastructure == i; });
  return sum.max(w);
}

/// What the user has live of the leg's tier anywhere, and asks for in the other legs.
Int128 user_excess(const Gathering& g, const LegEvidence& leg, const Window& w) {
  const rules::Tier* tier = leg.rule->rule.tier(leg.leg.tier);
  if (tier == nullptr || !tier->user_quota) return kUnlimited;
  const PublicKey& user = leg.request->request.user;
  const TierKey key{leg.rule->rule.name, tier->name};
  SlowLoad sum;
  if (const auto* of_user = found(g.s.grants_of_user, user))
    for (const AuditGrant* grant : of_user->meeting(w))
      if (tier_of(*grant) == key) sum.add(grant->live, w);
  for (const LegEvidence& other : g.e.legs)
    if (&other != &leg && other.rule != nullptr && other.request != nullptr &&
        other.request->request.user == user && other.leg.tier == key.second &&
        other.rule->rule.name == key.first)
      sum.add(cut(other.leg.window, w), other.leg.quantity.value);
  return sum.max(w) - tier->user_quota->value;
}

Int128 request_excess(const Gathering& g, const LegEvidence& leg, const Window& w) {
  SlowLoad sum;
  sum.add(leg.request->live, w);
  for (const LegEvidence& other : g.e.legs)
    if (&other != &leg && other.request == leg.request)
      sum.add(cut(other.leg.window, w), other.leg.quantity.value);
  return sum.max(w) - leg.request->request.quantity.value;
}

}  // namespace

void gather_excesses(const Gathering& g, LegEvidence& leg) {
  const Window& w = leg.leg.window;
  if (w.empty()) return;
  if (leg.request != nullptr) leg.request_excess = request_excess(g, leg, w);
  if (leg.request != nullptr && leg.rule != nullptr) leg.user_excess = user_excess(g, leg, w);
  if (leg.declaration == nullptr) return;
  leg.excess = taken(g, leg, w).max(w) - leg.declaration->declared.quantity.value;
  leg.shared_excess = shared(g, leg, w);
  if (leg.rule == nullptr) return;
  leg.quota_excess = quota(g, leg, w);
  leg.set_aside_excess = set_aside(g, leg, w);
}

}  // namespace capmarket::audit
