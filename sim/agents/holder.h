// Holders answer proposals with what is free.
#pragma once

#include "sim/party/views.h"

namespace capmarket::agents {

/// Answers with the quantity that is free over the whole window, and a price; in the second round
/// with whom the rule lets give way. An over-seller answers as if nothing were sold. Nothing
/// offered is a refusal; with a price, for that alone. A later round of alternating offers takes
/// the place of what was promised in the one before.
void on_proposal(const party::HolderView& v, party::ProposalIndex index,
                 const party::Proposal& proposal);
/// The user did not take the offer.
void on_release(const party::HolderView& v, const party::ReleaseNote& note);

}  // namespace capmarket::agents
