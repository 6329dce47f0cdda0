// What a dispute's evidence has to do with it. Source: docs/spec/semantics.md#evidence.
#pragma once

#include "model/chain/state.h"

namespace capmarket::chain {

/// The object `id` concerns the ground of a dispute about the settlement, and one of its legs.
bool concerns(const ChainState& state, const SettlementRecord& settlement, objects::Ground ground,
              const ContentId& id);

}  // namespace capmarket::chain
