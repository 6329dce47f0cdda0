// Adversaries among the users: each attack makes a real settlement wrong in one way.
// Source: docs/spec/scenarios.md#adversaries.
#pragma once

#include "model/admission/clause_id.h"
#include "sim/world/world.h"

namespace capmarket::agents {

/// The clause that refuses the attack; none where it is admitted and comes to nothing.
std::optional<admission::ClauseId> refused_by(scenarios::Attack attack);

/// Counts a submission of the attack, just decided, and whether it met its clause or came to
/// nothing.
void count_attack(world::World& world, scenarios::Attack attack, const world::Answer& answer);

/// Makes the draft malformed by its user's attack, and marks it; leaves it as it is where the
/// attack has no opportunity here.
void spoil(world::World& world, world::Draft& draft);

/// After the decision on a draft of an adversary: the attacks that need one make the next step.
/// True when the user stops here: it was found out.
bool spoil_after(world::World& world, world::DraftIndex draft, bool admitted);

}  // namespace capmarket::agents
