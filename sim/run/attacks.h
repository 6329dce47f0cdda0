// What became of the attacks of a run's adversaries. Source: docs/spec/scenarios.md#adversaries.
#pragma once

#include "model/admission/clause_id.h"
#include "sim/world/world.h"

namespace capmarket::run {

/// The clause that refuses the attack; none where it is admitted and comes to nothing.
std::optional<admission::ClauseId> refused_by(scenarios::Attack attack);

/// Counts a submission of the attack, just decided, and whether it met its clause or came to
/// nothing.
void count_attack(world::World& world, scenarios::Attack attack, const party::Answer& answer);

}  // namespace capmarket::run
