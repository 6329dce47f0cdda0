// What breaks down, whoever knows of it. Source: docs/spec/scenarios.md#holders.
#pragma once

#include "sim/world/world.h"

namespace capmarket::run {

/// Plans the holder's next failure after `after`; `number` counts them, from 0. Nothing where its
/// group has none.
void plan_failure(world::World& world, party::HolderIndex holder, Instant after,
                  std::int64_t number);
/// The holder stops delivering what is live of its grants: it notices at once, their users after the
/// group's `detect`.
void break_down(world::World& world, party::HolderIndex holder, std::int64_t number);
/// The grant's holder is broken: it fails to deliver what is live now, and else what begins before it
/// is repaired, when that begins.
void meet_breakdown(world::World& world, party::GrantIndex grant);
/// The same of the grants of a settlement that was admitted, as far as their holders are broken.
void meet_breakdowns(world::World& world, const ContentId& settlement);

}  // namespace capmarket::run
