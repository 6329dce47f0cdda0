// Publishers state the price index of a rule. Source:
// docs/spec/semantics.md#price-index.
#pragma once

#include "sim/world/world.h"

namespace capmarket::agents {

/// Plans each publisher's first index, one interval after the start.
void schedule_publishers(world::World& world);
/// States the index of the publisher's rule over the legs so far, and plans the next; nothing where
/// there are no legs. One that cherry-picks leaves legs out.
void publish(world::World& world, world::PublisherIndex publisher);

}  // namespace capmarket::agents
