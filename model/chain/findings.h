// Findings on disputes, computed from what is admitted: any two auditors agree.
// Source: docs/spec/semantics.md#dispute.
#pragma once

#include "model/chain/group.h"

namespace capmarket::chain {

/// Adds the Resolution of an admitted dispute and its remedies to the group.
void resolve_dispute(Group& group, const ContentId& id, const objects::Dispute& dispute);

/// Until when the settlement can be disputed: its legs' latest end and `dispute_within`; exclusive.
Instant disputable_until(const ChainState& state, const SettlementRecord& settlement);
/// Until when what followed a failure can be disputed beside that: after a claim that stood,
/// `dispute_within` from then; the least instant for another. Exclusive.
Instant disputable_until(const ChainState& state, const FailureRecord& failure);

}  // namespace capmarket::chain
