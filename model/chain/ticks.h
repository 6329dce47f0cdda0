// A chain taken to an instant. Source: docs/spec/chain.md#what-the-writer-says.
#pragma once

#include "model/chain/chain.h"

namespace capmarket::chain {

/// As many as one command writes.
inline constexpr std::int64_t kTicksMax = 100'000;

/// Ticks up to `end`, each as far ahead of the entry before it as the genesis lets it be; the last one is
/// of `end`, also where the chain is there already. Precondition: not before the last entry. Problems: as
/// of Chain::tick.
Result<void> tick_to(Chain& chain, Instant end);

/// How many ticks that takes at most.
std::int64_t ticks_to(const ChainState& state, Instant end);

}  // namespace capmarket::chain
