// The attacks on displacement.
#pragma once

#include "sim/engine/world.h"

namespace capmarket {

/// An entry against a grant of the leg's own rank, or a better one.
void displace_equal(World& world, Draft& draft);
/// An entry against a lower rank where there is room without it; the compensation is right.
void displace_needlessly(World& world, Draft& draft);
/// The smallest unit of money less than is owed.
void pay_short(World& world, Draft& draft);

}  // namespace capmarket
