// Users: demand, and how they look for it.
#pragma once

#include "sim/engine/world.h"

namespace capmarket {

/// Schedules the first demand of every synthetic user and every row of the trace.
void schedule_demand(World& world);
/// Looks for capacity for this demand and schedules the user's next one. `subject` counts synthetic
/// users first, then rows of the trace.
void on_demand(World& world, std::uint32_t subject, std::uint32_t occurrence);
void on_intent_receipt(World& world, const Passage& passage);
/// Sends the request with what was found so far.
void issue_request(World& world, std::uint32_t request);
void on_request_receipt(World& world, const Passage& passage);
void withdraw(World& world, std::uint32_t request);

}  // namespace capmarket
