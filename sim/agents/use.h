// What a user does with what it was granted: gives it back, keeps its lease, consumes it.
#pragma once

#include "sim/world/world.h"

namespace capmarket::agents {

/// Plans what follows from a grant.
void on_granted(world::World& world, const ContentId& grant);

void surrender(world::World& world, world::GrantIndex grant);
void renew(world::World& world, world::GrantIndex grant);
/// An adaptation states what it consumed since `since`.
void consume(world::World& world, world::GrantIndex grant, Instant since);

}  // namespace capmarket::agents
