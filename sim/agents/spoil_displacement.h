// The attacks on displacement.
#pragma once

#include "sim/world/world.h"

namespace capmarket::agents {

/// An entry against a grant of the leg's own rank, or a better one.
void displace_equal(world::World& world, world::Draft& draft);
/// An entry against a lower rank where there is room without it; the compensation is right.
void displace_needlessly(world::World& world, world::Draft& draft);
/// The smallest unit of money less than is owed.
void pay_short(world::World& world, world::Draft& draft);

}  // namespace capmarket::agents
