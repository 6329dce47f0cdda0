// What authorities do while the market runs: rules that take effect later, revocations.
#pragma once

#include "sim/world/world.h"

namespace capmarket::agents {

void schedule_authorities(world::World& world);
void promulgate(world::World& world, std::uint32_t rule);
void revoke(world::World& world, std::uint32_t revocation);
/// The party whose credential is revoked learns of it, and stops.
void on_revoked(world::World& world, std::uint32_t revocation);

}  // namespace capmarket::agents
