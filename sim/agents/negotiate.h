// A user's side of a negotiation: ask one holder after the other, take or leave an offer.
#pragma once

#include "sim/party/views.h"

namespace capmarket::agents {

/// Asks the next holder; once all were asked, again for displacing where the tier may; then turns
/// to the next loss to make up for, if any.
void ask_next(const party::UserView& v, party::RequestIndex request);
/// The wait is over: asks everybody again.
void ask_again(const party::UserView& v, party::RequestIndex request);
/// Takes the offer by drafting the settlement, or lets it go and asks the next holder. One that
/// comes too late is let go.
void on_offer(const party::UserView& v, const party::Proposal& asked,
              const std::vector<party::Offer>& offers);
/// Nobody answered in time: asks the next.
void on_silence(const party::UserView& v, const party::Proposal& asked);
/// Volume was lost: looks for it again, now or after what is under way.
void make_up_for(const party::UserView& v, party::RequestIndex request,
                 const party::Shortfall& shortfall);

/// A request of the bundle was decided: once all are admitted, they are negotiated in turn.
void bundle_receipt(const party::UserView& v, party::BundleIndex bundle, bool admitted);
/// The bundle's settlement was refused or given up: another round, at most three.
void retry_bundle(const party::UserView& v, party::BundleIndex bundle);

/// Notes why the user did not sign a settlement for the request, or gave one up.
void not_tried(const party::UserView& v, party::RequestState& request, std::string_view reason);
/// Notes that the chain refused what was sent for the request, or never got it.
void note_refusal(party::RequestState& request, const party::Answer& answer);

/// Tells the holder that its offer is not taken; of one of nothing, nothing.
void let_go(const party::UserView& v, party::RequestIndex request, const party::Offer& offer);

}  // namespace capmarket::agents
