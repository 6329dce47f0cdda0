// Users: demand, and how they look for it.
#pragma once

#include "sim/world/world.h"

namespace capmarket::agents {

/// Schedules the first demand of every synthetic user and every row of the trace.
void schedule_demand(world::World& world);
/// Looks for capacity for this demand and schedules the user's next one. `subject` counts synthetic
/// users first, then rows of the trace.
void on_demand(world::World& world, std::uint32_t subject, std::uint32_t occurrence);
void on_intent_receipt(world::World& world, std::uint32_t request, const world::Answer& answer);
/// Sends the request with what was found so far.
void issue_request(world::World& world, std::uint32_t request);
void on_request_receipt(world::World& world, std::uint32_t request, const world::Answer& answer);
void withdraw(world::World& world, std::uint32_t request);

}  // namespace capmarket::agents
