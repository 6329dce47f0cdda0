// From an event of the simulator to the agents whom it concerns.
#pragma once

#include "sim/kernel/event_queue.h"
#include "sim/world/world.h"

namespace capmarket::run {

/// Does what the event is about, at the world's `now`. Problems: a kind that nobody may submit, a
/// rule that the chain refuses while the scenario runs, a disk that fails.
Result<void> dispatch(world::World& world, const kernel::SimEvent& event);

}  // namespace capmarket::run
