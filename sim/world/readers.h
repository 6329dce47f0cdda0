// How what the chain decides becomes known: it is published with each checkpoint, and what a
// checkpoint covers reaches a party whole, late by its lag. Source:
// docs/spec/scenarios.md#what-a-party-knows.
#pragma once

#include "sim/world/world.h"

namespace capmarket::world {

/// Groups the parties by what reaches them when; all know what the chain has now. Precondition:
/// nothing happened yet.
void open_readers(World& world);

/// Submits at `world.now`; in a run whose readers are open it will be published. `about` says whose
/// it is; none: nobody's who waits. Problems: of Chain::submit.
Result<chain::Receipt> admit(World& world,
                             std::shared_ptr<const objects::CheckedSubmission> submission,
                             party::SubmissionIndex about = {});

/// To be called for each event as the chain appends it.
void note_event(World& world, const chain::Event& event);

/// The chain signs what it has: it sets out for every party.
void publish(World& world);

/// What the readers learned.
struct Learned {
  std::size_t from = 0, until = 0;  // of world.notes
};
/// The checkpoint reaches them: they know everything that it covers. Nothing where a later one came
/// before it.
Learned learn(World& world, party::ReadersIndex readers, party::PublishedIndex published);

}  // namespace capmarket::world
