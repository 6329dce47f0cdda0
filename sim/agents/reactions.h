// Who learns what from the chain, and acts on it: money owed, volume lost, reviews opened.
#pragma once

#include "sim/world/world.h"

namespace capmarket::agents {

/// The observer's part: notes derived objects on which somebody acts.
void note_derived(world::World& world, const chain::Event& event);
/// After a submission or a tick: tells the parties, who plan what they do.
void spread_news(world::World& world);
/// Pays an obligation in full, as far as it is outstanding.
void pay(world::World& world, world::ObligationIndex obligation);

}  // namespace capmarket::agents
