// When users want capacity, and how much. Source: docs/spec/scenarios.md#users.
#pragma once

#include "sim/world/world.h"

namespace capmarket::agents {

/// Schedules the first demand of every synthetic user and every row of the trace.
void schedule_demand(world::World& world);
/// Looks for capacity for this demand and schedules the user's next one. `occurrence` counts the
/// demands of a synthetic user, from 0.
void on_demand(world::World& world, world::DemandIndex demand, std::uint32_t occurrence);

}  // namespace capmarket::agents
