// Holders declare what they have: at the start, in batches, or in answer to intents.
#pragma once

#include "sim/world/world.h"

namespace capmarket::agents {

/// Sends every holder's declarations at the start, but for what it keeps for intents; a
/// double-declarer sends its asset's twice.
void publish_declarations(world::World& world);
/// An admitted declaration, or each of an admitted batch, becomes a listing; one that answers an
/// intent becomes a candidate of its request alone.
void on_declaration_receipt(world::World& world, world::HolderIndex holder,
                            const world::Answer& answer);

/// Some holders of the class learn of the intent, in an order keyed by the request.
void spread_intent(world::World& world, world::RequestIndex request, Instant admitted);
/// A holder answers an intent with what it has left of its asset; `request` made the intent.
void answer_intent(world::World& world, world::HolderIndex holder, world::RequestIndex request);
/// Its holder takes back what is free of an answer, once the request takes no more legs; later
/// while it still has an offer open.
void retract_answer(world::World& world, world::ListingIndex listing);
/// What came back may be declared again.
void on_retract_receipt(world::World& world, world::ListingIndex listing,
                        const world::Answer& answer);

}  // namespace capmarket::agents
