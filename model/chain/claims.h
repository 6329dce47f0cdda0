// Claims of non-delivery: contested, witnessed, and what they come to.
// Source: docs/spec/semantics.md#claim.
#pragma once

#include <vector>

#include "model/chain/group.h"

namespace capmarket::chain {

/// A delivery failure by anybody but the holder.
bool is_claim(const objects::DeliveryFailure& failure);

/// When the holder may contest the claim no longer, and when witnesses are heard no longer;
/// exclusive.
Instant contest_until(const ChainState& state, const ClaimRecord& claim);
Instant witness_until(const ChainState& state, const ClaimRecord& claim);

/// What an admitted claim and its Contest change: when it will be decided.
void open_claim(ChainState& state, const ContentId& id, const objects::DeliveryFailure& claim);
void contest_claim(ChainState& state, const ContentId& claim);

/// The claim that is due comes to stand or to fall; nothing where it waits for witnesses.
std::vector<DerivedEvent> close_claim(ChainState& state, const Due& due, Sequence next);

}  // namespace capmarket::chain
