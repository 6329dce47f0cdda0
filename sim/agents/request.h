// A user's request, from looking around to withdrawing it.
#pragma once

#include "sim/party/views.h"

namespace capmarket::agents {

/// With what is listed for the request as its candidates: asks around by an intent where that is the
/// mode, or nothing listed is free; else issues it.
void look_for(const party::UserView& v, party::RequestState request);
/// Sends an intent again, while the user's patience lasts.
void send_again(const party::UserView& v, party::RequestIndex index);
/// The answers to an admitted intent are awaited; without one the request is issued at once.
void on_intent_receipt(const party::UserView& v, party::RequestIndex request,
                       const party::Answer& answer);
/// A holder answers the request's intent: a candidate more.
void on_answer(const party::UserView& v, party::RequestIndex request,
               party::ListingIndex listing);
/// Sends the request with what was found so far.
void issue_request(const party::UserView& v, party::RequestIndex request);
/// An admitted request is negotiated, alone or with its bundle, and may be withdrawn later.
void on_request_receipt(const party::UserView& v, party::RequestIndex request,
                        const party::Answer& answer);
/// Withdraws a request that the chain holds open.
void withdraw(const party::UserView& v, party::RequestIndex request);

}  // namespace capmarket::agents
