// Who exists: the scenario's groups and traces as holders and users, drawn from the population
// seed.
#pragma once

#include "sim/world/world.h"

namespace capmarket::world {

/// Fills holders, users and trace_users of the world. Deterministic in (scenario, population seed).
void populate(World& world);

}  // namespace capmarket::world
