// Holders answer proposals with what is free.
#pragma once

#include "sim/world/world.h"

namespace capmarket::agents {

/// Answers with the quantity that is free over the whole window, and a price; in the second round
/// with whom the rule lets give way. An over-seller answers as if nothing were sold. Nothing
/// offered is a refusal. A second copy of the message does nothing.
void on_proposal(world::World& world, world::ProposalIndex proposal);
/// The user did not take the offer.
void on_release(world::World& world, const world::ReleaseNote& note);

}  // namespace capmarket::agents
