// Frauds of users: what they do beside, or in place of, what an honest user does.
// Source: docs/spec/scenarios.md#adversaries.
#pragma once

#include "sim/party/views.h"

namespace capmarket::agents {

/// Whether the user does that now; its honest twin does not.
bool plots(const party::UserState& user, scenarios::Attack attack);

/// A hoarder asks for more than it needs, inside the limits.
void hoard(const party::UserView& v, const rules::Limits& limits, party::RequestState& request);

/// Plans the first of what it does so many times an hour; nothing of whose fraud is not by the hour.
void begin_scheme(const party::UserView& v);
/// Does it, and plans the next: a submission that the chain refuses, or a wash trade.
void scheme(const party::UserView& v, std::uint64_t number);

/// Of a share of its grants it will say that they were not delivered.
void plan_false_claim(const party::UserView& v, party::GrantIndex grant, std::uint64_t number);
/// The auditor witnesses for the claims of its ring.
void witness_for_ring(const party::AuditorView& v, const chain::ClaimRecord& claim);

/// The accomplice's request for the window of what its principal wants: nobody needs it.
party::RequestState decoy_of(const party::UserView& accomplice, const party::RequestState& wanted);
/// What a principal wants, asked for by its front and at that one's tier.
void front_for(const party::UserView& front, party::RequestState& wanted);

}  // namespace capmarket::agents
