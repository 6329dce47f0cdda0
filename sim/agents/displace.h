// Which grants a holder proposes to give way to a better tier.
// Source: docs/spec/semantics.md#displacement.
#pragma once

#include "model/chain/bindings.h"
#include "sim/agents/deal_rules.h"

namespace capmarket::agents {

/// Entries that make room for `offer` of the request, in the rule's order, each as small as it can
/// be, as the holder knows the chain now; empty list where nobody gives way far enough.
/// Compensations are those of price_entries. O(grants of the declaration or infrastructure).
std::vector<objects::DisplacementEntry> victims_for(const world::World& world,
                                                    const DealRules& deal,
                                                    world::RequestIndex request,
                                                    const world::Offer& offer);

/// What an entry of a leg by `tier` owes when it is admitted at `at`: the most of the rule's own,
/// the victim's version's for the tier of that name, and zero. Zero where there is no such grant.
Money compensation_owed(const chain::ChainState& state, const rules::Rule& rule,
                        const rules::Tier& tier, const chain::EligibilityContext& context,
                        const objects::DisplacementEntry& entry, Instant at);

/// Fills in what each entry owes when the leg is signed at `signed_at`.
void price_entries(const world::World& world, const DealRules& deal, world::RequestIndex request,
                   world::Offer& offer, Instant signed_at);

}  // namespace capmarket::agents
