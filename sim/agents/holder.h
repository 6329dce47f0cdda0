// Holders: publish what they have, answer proposals with what is free, countersign.
#pragma once

#include "sim/engine/world.h"

namespace capmarket {

/// Sends every holder's declaration at the start; a double-declarer sends its asset's twice.
void publish_declarations(World& world);
/// An admitted declaration becomes a listing.
void on_declaration_receipt(World& world, const Passage& passage);

/// Answers with the quantity that is free over the whole window, and a price; an over-seller
/// answers as if nothing were sold. Nothing offered is a refusal.
void on_proposal(World& world, std::uint32_t request);
/// Signs the user's draft and submits the settlement.
void on_countersign(World& world, std::uint32_t request);
/// The user did not take the offer.
void on_release(World& world, const ReleaseNote& note);
/// A refused settlement frees what was promised.
void on_settlement_refused(World& world, const RequestState& request);

}  // namespace capmarket
