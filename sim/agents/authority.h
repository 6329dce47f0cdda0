// What authorities do while the market runs: rules that take effect later, revocations.
#pragma once

#include "sim/world/world.h"

namespace capmarket::agents {

/// Plans the rules that take effect while the market runs, and the revocations.
void schedule_authorities(world::World& world);
/// The rule's authority submits it; a refusal ends the run.
void promulgate(world::World& world, world::RuleIndex rule);
/// The authority that issued the credential revokes it; nothing where nobody has that name.
void revoke(world::World& world, world::RevocationIndex revocation);
/// The party whose credential is revoked learns of it, and stops.
void on_revoked(world::World& world, world::RevocationIndex revocation);

}  // namespace capmarket::agents
