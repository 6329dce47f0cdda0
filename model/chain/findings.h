// Findings on disputes, computed from what is admitted: any two auditors agree.
// Source: docs/spec/semantics.md#dispute.
#pragma once

#include "model/chain/group.h"

namespace capmarket::chain {

/// Adds the Resolution of an admitted dispute and its remedies to the group.
void resolve_dispute(Group& group, const ContentId& id, const objects::Dispute& dispute);

}  // namespace capmarket::chain
