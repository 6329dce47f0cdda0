// At the turn of a leg, inside a window: what the legs before it added and took counts. Source:
// docs/spec/semantics.md#turn-of-a-leg.
#pragma once

#include "verify/audit/gather_internal.h"

namespace capmarket::audit {

using TierKey = std::pair<std::string, std::string>;  // rule and tier name
TierKey tier_of(const AuditGrant& g);
/// floor(whole x ratio / 10 000).
Int128 share_of(Quantity whole, BasisPoints ratio);
SlowLoad load_of(const Gathering& g, const AuditDeclaration& d, const Window& w);
SlowLoad load_of(const Gathering& g, const AuditInfrastructure& i, const Window& w);
SlowLoad load_of(const Gathering& g, const AuditDeclaration& d, const TierKey& tier,
                 const Window& w);
/// The grant's live quantity.
SlowLoad live_of(const Gathering& g, const AuditGrant& grant, const Window& w);
/// The rule's other tiers with a set-aside; none where the rule has no tier of the leg's name.
std::vector<const rules::Tier*> set_aside_tiers(const LegEvidence& leg);

}  // namespace capmarket::audit
