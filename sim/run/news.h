// Brings what the chain published to those whom it reaches, and each of them acts on what concerns
// it. Source: docs/spec/scenarios.md#what-a-party-knows.
#pragma once

#include "sim/world/world.h"

namespace capmarket::run {

/// A checkpoint reaches the readers: they learn it whole, then act on it in the order of the chain.
/// Problem: a rule that the chain refused while the scenario runs.
Result<void> on_publication(world::World& world, party::ReadersIndex readers,
                            party::PublishedIndex published);
/// The submitter notices that the network gave its submission up.
Result<void> on_unsent(world::World& world, party::SubmissionIndex submission);

}  // namespace capmarket::run
