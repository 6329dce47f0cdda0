// Holders declare what they have: at the start, in batches, or in answer to intents.
#pragma once

#include "sim/world/world.h"

namespace capmarket::agents {

/// Sends every holder's declarations at the start, but for what it keeps for intents; a
/// double-declarer sends its asset's twice.
void publish_declarations(world::World& world);
/// The declaration, or each of the batch, that the chain has just admitted is put on record.
void record_declared(world::World& world, world::HolderIndex holder,
                     const chain::Receipt& receipt);
/// Its holder learns that it stands: it is listed. One that answers an intent is not, and is taken
/// back later.
void on_declaration_known(world::World& world, world::HolderIndex holder,
                          const world::Answer& answer);
/// The user among the readers, whose intent it answers, learns of it: a candidate of that request.
void on_answer_known(world::World& world, const ContentId& declaration,
                     world::ReadersIndex readers);

/// Holders among the readers learn of the intent, where it reaches them: some of its class, in an
/// order keyed by the request. Each answers at once.
void on_intent_known(world::World& world, const ContentId& intent, world::ReadersIndex readers);
/// A holder answers an intent with what it has left of its asset.
void answer_intent(world::World& world, world::HolderIndex holder, const ContentId& intent);
/// Its holder takes back what is free of an answer, once the request takes no more legs; later
/// while it still has an offer open.
void retract_answer(world::World& world, world::ListingIndex listing);
/// What came back may be declared again.
void on_retract_known(world::World& world, world::ListingIndex listing,
                      const world::Answer& answer);

}  // namespace capmarket::agents
