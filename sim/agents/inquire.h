// Users who want the first free start ask holders for it, before they request anything.
// Source: docs/spec/scenarios.md#users.
#pragma once

#include "sim/party/views.h"

namespace capmarket::agents {

/// Asks the next holders, as many as are asked at a time, when they have room. Where nobody is left
/// to ask, requests the window that it would have liked. Precondition: latest_start.
void inquire(const party::UserView& v, party::RequestIndex request);
/// The holder answers with the first start at which its declaration has room over the whole length,
/// as far as it knows; it promises nothing. Nothing where there is none early enough. O(ends of what
/// is taken x what free_of costs).
void on_inquiry(const party::HolderView& v, party::ProposalIndex index,
                const party::Proposal& asked);
/// One more has answered, or (null) did not in time: with the last of them the user requests the
/// earliest start, of the holder that answered first where there are several, or asks the next.
void on_start_known(const party::UserView& v, party::RequestIndex request,
                    const party::Offer* start);

}  // namespace capmarket::agents
