// What parties do of their own accord, from the scenario's start on.
#pragma once

#include "sim/world/world.h"

namespace capmarket::run {

/// Declarations, demand, failures, indices, rules, revocations and the script are sent or planned.
void schedule_parties(world::World& world);
/// The user asks its directory, and goes on with what that names.
void look_for(world::World& world, party::UserIndex user, party::RequestState wanted);
/// A demand has arisen: its user looks for capacity, and a synthetic one plans its next; `occurrence`
/// counts those, from 0.
void on_demand(world::World& world, party::DemandIndex demand, std::uint32_t occurrence);

}  // namespace capmarket::run
