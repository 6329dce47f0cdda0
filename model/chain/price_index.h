// The weighted lower median that an index states. Source: docs/spec/semantics.md#price-index.
#pragma once

#include <optional>

#include "model/chain/state.h"

namespace capmarket::chain {

/// A weighted lower median, and of how many legs.
struct IndexValue {
  std::int64_t count = 0;  // legs of positive weight
  Money value;             // per unit and hour; zero without legs
};

/// Over the legs admitted in [at - over, at) under the rule of that name. O(legs x log legs).
IndexValue recompute_index(const ChainState& state, const rules::Rule& rule, Instant at);

/// The version that the index is of: its name in force at `at`, with its class, scope and currency,
/// under discovered pricing; null without one.
const rules::Rule* indexed_rule(const ChainState& state, const objects::PriceIndex& index);

}  // namespace capmarket::chain
