// What the chain publishes reaches parties: they note it in their books, then act on it.
// Source: docs/spec/scenarios.md#what-a-party-knows.
#pragma once

#include "sim/world/world.h"

namespace capmarket::agents {

/// A checkpoint reaches the readers. All that it covers is known to them before any of them acts;
/// then, in the order of the chain, those whom an entry concerns act on it. Problems: a rule of the
/// scenario that the chain refused.
Result<void> on_publication(world::World& world, world::ReadersIndex readers,
                            world::PublishedIndex published);
/// The submitter notices that its submission never reached the chain. Problems: likewise.
Result<void> on_unsent(world::World& world, world::SubmissionIndex submission);
/// Pays an obligation in full, as far as its payer knows it to be outstanding.
void pay(world::World& world, world::ObligationIndex obligation);

}  // namespace capmarket::agents
