// What a user does with what it was granted: gives it back, keeps its lease, consumes it.
#pragma once

#include "sim/engine/world.h"

namespace capmarket {

/// Plans what follows from a grant.
void on_granted(World& world, const ContentId& grant);

void surrender(World& world, std::int32_t grant);
void renew(World& world, std::int32_t grant);
/// An adaptation states what it consumed since `since`.
void consume(World& world, std::int32_t grant, Instant since);

}  // namespace capmarket
