// Replaying a chain through the same admission: the bytes give the state. Source:
// docs/spec/chain.md#replay.
#pragma once

#include <functional>

#include "model/chain/chain.h"
#include "model/chain/reader.h"

namespace capmarket::chain {

/// Replays every entry through admission and compares each leaf bit for bit; `visit` sees each
/// entry with the chain before it is submitted again. Gives the replayed chain. O(log).
Result<Chain> replay(ChainReader& reader,
                     const std::function<bool(const Entry&, Chain&)>& visit = nullptr);

/// The same, as if those were pruned already. Where it does not replay, `stands` is the first entry
/// that does not follow; what is gone was read there. O(log).
Result<Chain> replay_as_pruned(const ChainReader& reader, const PrunedSet& entries,
                               std::int64_t& stands);

/// The longest run of entries that replays, from the first one on, and with it what the last of
/// them caused, whether the log still has it or not; `frames` gets their bytes. `why` says what
/// ended it; empty where nothing did. Problems: not even the genesis stands. `bodiless` are taken as
/// pruned, whether a Pruning lists them or not. Two replays, O(log); one more for each entry whose
/// derived entries have lost bodies that it brings forth again.
Result<Chain> replay_what_holds(const ChainReader& reader, const PrunedSet& bodiless, Bytes& frames,
                                Problems& why);

}  // namespace capmarket::chain
