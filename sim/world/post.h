// Lends parties their views, and takes out what they send and plan.
// Source: docs/spec/scenarios.md#what-a-party-knows.
#pragma once

#include "sim/party/views.h"
#include "sim/world/world.h"

namespace capmarket::world {

// References in a view die when parties, requests or readers are added.
party::HolderView view_of(World& world, party::HolderIndex index);
party::UserView view_of(World& world, party::UserIndex index);
party::CoordinatorView view_of(World& world, party::CoordinatorIndex index);
party::AuditorView view_of(World& world, party::AuditorIndex index);
party::PublisherView view_of(World& world, party::PublisherIndex index);
party::AuthorityView view_of(World& world, party::AuthorityIndex index);

/// Sends and plans what is in the outbox, in order, and empties it.
void take_out(World& world);

}  // namespace capmarket::world
