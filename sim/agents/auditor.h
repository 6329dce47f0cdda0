// Auditors look at settlements and dispute what is wrong. Source: docs/spec/semantics.md#dispute.
#pragma once

#include "sim/world/world.h"

namespace capmarket::agents {

/// A settlement was published: each auditor among the readers decides by a keyed draw whether to look at it, at the
/// end of its legs or of the scenario.
void sample_settlement(world::World& world, world::SettlementIndex settlement,
                       world::ReadersIndex readers);
/// Looks at a settlement: a link of a credential that was revoked in time, failures told late or
/// not recorded, a breach of a peer resource each make a dispute.
void audit(world::World& world, world::AuditorIndex auditor, world::SettlementIndex settlement);
/// Looks again at all that it sampled: a revocation was admitted.
void audit_review(world::World& world, world::AuditorIndex auditor);

}  // namespace capmarket::agents
