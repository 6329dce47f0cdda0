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

/// Where the load of a shared infrastructure between peers exceeds its schedule in the window, by what
/// each instant exceeds it, less what earlier resolutions punished.
capacity::Pieces unpunished_breach(const InfrastructureRecord& edge, const Window& window);

/// The member whose load at `t` exceeds its share in the agreement that covers `t`, the agreement's
/// first if both do. O(grants on it).
std::optional<PublicKey> beyond_its_share(const ChainState& state, const InfrastructureRecord& edge,
                                          Instant t);
/// The holder of the grant that is live at `t` and was admitted last. O(grants on it).
std::optional<PublicKey> last_live_on(const ChainState& state, const InfrastructureRecord& edge,
                                      Instant t);

}  // namespace capmarket::chain
