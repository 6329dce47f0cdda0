// What authorities do while the market runs: rules that take effect later, revocations.
#pragma once

#include "sim/world/world.h"

namespace capmarket::agents {

void schedule_authorities(world::World& world);
void promulgate(world::World& world, world::RuleIndex rule);
void revoke(world::World& world, world::RevocationIndex revocation);
/// The party whose credential is revoked learns of it, and stops.
void on_revoked(world::World& world, world::RevocationIndex revocation);

}  // namespace capmarket::agents
