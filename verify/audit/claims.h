// Claims of non-delivery and reviews of revocations: how each comes to its end, and how long what
// they are about can be disputed. Source: docs/spec/semantics.md#claim, #revocation, #dispute.
#pragma once

#include "verify/audit/effects_internal.h"

namespace capmarket::audit {

/// A claim that is due: it stands or falls.
void close_claim(Group& group, const ContentId& id, AuditClaim& claim);
/// A Review of the settlements that rest on a revoked link.
void open_review(Group& group, const ContentId& id, const objects::Revocation& o,
                 DelegationGraph::Node target);
/// A dispute about credentials of the settlement: open reviews count what it came to.
void note_reviewed(AuditState& s, const AuditSettlement& settlement, bool founded);
/// A review that is due.
void close_review(Group& group, const ContentId& id, AuditReview& review);
/// The latest end of a leg + dispute_within; of a failure that a claim told of, its own + the same.
Int128 last_dispute(const AuditSettlement& settlement);
Int128 last_dispute(const AuditFailure& failure);

}  // namespace capmarket::audit
