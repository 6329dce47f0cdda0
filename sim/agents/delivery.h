// Failures to deliver: who tells, who claims, what the holder records.
// Source: docs/spec/semantics.md#failure.
#pragma once

#include "sim/world/world.h"

namespace capmarket::agents {

/// Plans the first failure and the curtailment of each holder.
void schedule_failures(world::World& world);
/// The holder fails now: `number` counts its failures. Plans its notice and the users' claims.
void on_failure(world::World& world, world::HolderIndex holder, std::int64_t number);
/// The holder tells what of the grant is still live from `failed_at` on.
void report(world::World& world, world::GrantIndex grant, Instant failed_at);
/// The user claims what of it is live from `failed_at` until now, and plans to claim the rest at
/// its end.
void claim(world::World& world, world::GrantIndex grant, Instant failed_at);
/// Somebody claimed: the holder, where it is among the readers, denies what it knows to be false.
void contest(world::World& world, const ContentId& claim, world::ReadersIndex readers);
/// The holder takes back its share of each of its listings, from now on.
void curtail(world::World& world, world::HolderIndex holder);

/// The chain derived a failure: the holder records its fallback, the user looks for a substitute,
/// each where it is among the readers.
void on_failed(world::World& world, const ContentId& failure, world::ReadersIndex readers);
/// The holder records what it did about the failure; nothing where it has.
void record_fallback(world::World& world, world::FailureIndex failure);
/// A record that was refused because a substitute came in between is made again.
void on_record_known(world::World& world, world::FailureIndex failure,
                     const world::Answer& answer);

}  // namespace capmarket::agents
