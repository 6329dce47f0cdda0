// What passes between parties, in words, for who watches a run: what each sent, and what reached it.
// Source: docs/spec/scenarios.md#what-a-party-knows.
#pragma once

#include "sim/party/outbox.h"
#include "sim/world/world.h"

namespace capmarket::world {

// Nothing happens in any of them while nobody watches. Names in the words do not depend on what
// others did: ids, and numbers of the party's own.
/// A party sends it.
void note_sent(World& world, const party::Sent& what);
/// It reaches its receiver.
void note_received(World& world, party::HolderIndex holder, const party::Proposal& proposal);
void note_received(World& world, party::UserIndex user, const std::vector<party::Offer>& offers);
void note_received(World& world, const party::ReleaseNote& note);
/// `what` happens to the draft at its receiver: `countersign`, and so on.
void note_received(World& world, const kernel::Entity& receiver, std::string_view what,
                   const party::Draft& draft, std::uint32_t place);
/// What a directory names, what the medium brings, what breaks down.
void note_received(World& world, const kernel::Entity& receiver, std::string_view what,
                   const std::vector<party::ListingIndex>& named);
void note_received(World& world, const kernel::Entity& receiver, std::string_view what,
                   const ContentId& id);
/// The readers learned how these submissions were answered.
void note_learned(World& world, party::ReadersIndex readers,
                  const std::vector<const chain::Answered*>& answers);

}  // namespace capmarket::world
