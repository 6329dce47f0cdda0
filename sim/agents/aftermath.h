// Who learns what from the chain, and acts on it: money owed, volume lost, reviews opened.
#pragma once

#include "sim/engine/world.h"

namespace capmarket {

/// The observer's part: notes derived objects on which somebody acts.
void note_derived(World& world, const Event& event);
/// After a submission or a tick: tells the parties, who plan what they do.
void spread_news(World& world);
/// Pays an obligation in full, as far as it is outstanding.
void pay(World& world, std::int32_t obligation);

}  // namespace capmarket
