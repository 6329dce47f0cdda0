// Reviews of the settlements that rest on a revoked link: they open, and come to an end.
// Source: docs/spec/semantics.md#revocation.
#pragma once

#include <vector>

#include "model/chain/group.h"

namespace capmarket::chain {

/// What an admitted revocation entails: a Review, where settlements rest on its target.
void open_review(Group& group, const ContentId& id, const objects::Revocation& revocation);
/// A dispute about credentials found for or against the settlement: its open reviews count it.
void note_finding(ChainState& state, SettlementIndex settlement, bool founded);
/// Until when a dispute about credentials is in time through an open review: exclusive; the least
/// instant where there is none.
Instant reviewed_until(const ChainState& state, const SettlementRecord& settlement);
/// The end of the review that is due.
std::vector<DerivedEvent> close_review(ChainState& state, const Due& due, Sequence next);

}  // namespace capmarket::chain
