// Auditors look at settlements and dispute what is wrong. Source: docs/spec/semantics.md#dispute.
#pragma once

#include "sim/party/views.h"

namespace capmarket::agents {

/// A settlement was published: decides by a keyed draw whether to look at it, at the end of its legs
/// or of the scenario.
void sample_settlement(const party::AuditorView& v, party::SettlementIndex settlement);
/// Looks at a settlement: a link of a credential that was revoked in time, failures told late or
/// not recorded, a breach of a peer resource each make a dispute.
void audit(const party::AuditorView& v, party::SettlementIndex settlement);
/// Looks again at all that it sampled: a revocation was admitted.
void audit_review(const party::AuditorView& v);

}  // namespace capmarket::agents
