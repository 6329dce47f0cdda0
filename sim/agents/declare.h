// Holders declare what they have: at the start, in batches, or in answer to intents.
#pragma once

#include "sim/party/views.h"

namespace capmarket::agents {

/// Sends the holder's declarations of `quantity` at the start; a double-declarer its asset's twice.
void publish_declarations(const party::HolderView& v, Quantity quantity);
/// The holder learns that a declaration stands: it is listed. One that answers an intent is not, and
/// is taken back later.
void on_declaration_known(const party::HolderView& v, const party::Answer& answer);
/// A holder whom an intent reaches answers it with what it has left of its asset.
void answer_intent(const party::HolderView& v, const ContentId& intent);
/// The holder takes back what is free of an answer, once the request takes no more legs; later while
/// it still has an offer open.
void retract_answer(const party::HolderView& v, party::ListingIndex listing);
/// What came back may be declared again.
void on_retract_known(const party::HolderView& v, party::ListingIndex listing,
                      const party::Answer& answer);

}  // namespace capmarket::agents
