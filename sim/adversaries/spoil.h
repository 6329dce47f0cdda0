// Adversaries among the users: each attack makes a real settlement wrong in one way.
// Source: scenario-format.md, `adversaries`.
#pragma once

#include "model/admission/clause_id.h"
#include "sim/engine/world.h"

namespace capmarket {

/// The clause that refuses the attack.
ClauseId refused_by(Attack attack);

/// Makes the draft malformed by its user's attack, and marks it; leaves it as it is where the
/// attack has no opportunity here.
void spoil(World& world, Draft& draft);

/// After the decision on a draft of an adversary: the attacks that need one make the next step.
/// True when the user stops here: it was found out.
bool spoil_after(World& world, std::uint32_t draft, bool admitted);

/// The publisher leaves legs out of its index.
void cherry_pick(PriceIndex& index);

}  // namespace capmarket
