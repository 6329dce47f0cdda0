// Users: demand, request, negotiate with one holder after the other, sign.
#pragma once

#include "sim/engine/world.h"

namespace capmarket {

/// Schedules the first demand of every synthetic user and every row of the trace.
void schedule_demand(World& world);
/// Issues the request of this demand and schedules the user's next one. `subject` counts synthetic
/// users first, then rows of the trace.
void on_demand(World& world, std::uint32_t subject, std::uint32_t occurrence);
void on_request_receipt(World& world, const Passage& passage);
/// Takes the offer by drafting the settlement, or lets it go and asks the next holder.
void on_offer(World& world, std::uint32_t request);
void on_settlement_receipt(World& world, const Passage& passage);

}  // namespace capmarket
