// What authorities do while the market runs: rules that take effect later, revocations.
#pragma once

#include "sim/engine/world.h"

namespace capmarket {

void schedule_authorities(World& world);
void promulgate(World& world, std::uint32_t rule);
void revoke(World& world, std::uint32_t revocation);
/// The party whose credential is revoked learns of it, and stops.
void on_revoked(World& world, std::uint32_t revocation);

}  // namespace capmarket
