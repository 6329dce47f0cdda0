// When users want capacity, and how much. Source: docs/spec/scenarios.md, `users` and `trace`.
#pragma once

#include "sim/world/world.h"

namespace capmarket::agents {

/// Schedules the first demand of every synthetic user and every row of the trace.
void schedule_demand(world::World& world);
/// Looks for capacity for this demand and schedules the user's next one. `subject` counts synthetic
/// users first, then rows of the trace.
void on_demand(world::World& world, std::uint32_t subject, std::uint32_t occurrence);

}  // namespace capmarket::agents
