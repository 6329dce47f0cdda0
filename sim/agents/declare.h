// Holders declare what they have: at the start, in batches, or in answer to intents.
#pragma once

#include "sim/party/views.h"

namespace capmarket::agents {

/// Sends the holder's declarations of what it publishes: of its window, or of what has come into its
/// horizon, and plans the next time; a double-declarer its asset's twice. Nothing of planned outages.
void declare_more(const party::HolderView& v);
/// It offers and declares nothing any more, and takes back what is free of all that it told of.
void leave(const party::HolderView& v);
/// The holder learns that a declaration stands: it is listed. One that answers an intent is not, and
/// is taken back later.
void on_declaration_known(const party::HolderView& v, const party::Answer& answer);
/// A holder whom an intent reaches answers it with what it has left of its asset.
void answer_intent(const party::HolderView& v, const ContentId& intent);
/// The holder takes back what is free of a declaration: of an answer once the request takes no more
/// legs; later while it still has an offer open.
void take_back(const party::HolderView& v, party::ListingIndex listing);
/// What came back may be declared again.
void on_retract_known(const party::HolderView& v, party::ListingIndex listing,
                      const party::Answer& answer);

}  // namespace capmarket::agents
