// What of a chain may be pruned, found out with the writer's replay and the auditor both, and taken from
// it. Source: docs/spec/chain.md#pruning.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/chain/prune_plan.h"
#include "model/chain/reader.h"
#include "model/chain/writer.h"

namespace capmarket::pruning {

/// A chain as it was read, and at which instant of its own clock it is looked at: where that is later
/// than its last entry, with the Tick that is to be written, and what it makes due.
struct ReadChain {
  chain::ChainReader reader;  // at the first entry
  chain::History history;
  chain::Chain chain;
  Instant at;
  bool ticked = false;
  std::int64_t leftover = 0;  // bodies that are listed and still there
};

/// Reads and replays it. `at`: of its own clock; that of its last entry where that is later, or
/// none is given. Problems: damage; more ticks than one call writes where the genesis says how far
/// one may be ahead. O(log).
Result<ReadChain> read_chain(const std::string& dir, std::optional<Instant> at);

/// What is to go, once everything that stays was decided again without it.
struct Settled {
  chain::PrunePlan plan;
  chain::PrunedSet going;
  std::vector<std::int64_t> not_redecided;  // refusals that will stand as they are recorded
};

/// All that may go, or of `only` those that may, with what goes with them. Nobody may append meanwhile.
/// What the rest turns out to have been decided on stays. Problems: a chain that does not follow even
/// so. Deterministic. O(log), again for each entry that turns out to need something.
Result<Settled> settle(const std::string& dir, const ReadChain& read,
                       const std::vector<std::int64_t>& only, int threads);

/// Whose the next checkpoint is, as far as the log was signed: a writer that was killed may have
/// recorded a change of the key that no checkpoint signs yet. O(log).
PublicKey key_at_end(const std::string& dir, const ReadChain& read);

/// Ends what a killed writer left, as the next writer does. Whether there was anything.
Result<bool> finish_writer(const std::string& dir, const crypto::KeyPair& log_key);

/// Takes the chain to the instant, so that all that is due by then is on it.
Result<void> write_tick(const std::string& dir, const crypto::KeyPair& log_key, Instant at);

/// What became of it.
struct Pruned {
  std::vector<std::int64_t> entries;  // the Pruning entries that were written
  log::Stripped went;
};
/// Writes what is to go onto the chain, signs that, and takes the bodies from the disk, with those
/// that an earlier one left. Precondition: `read` is not ticked. Problems: a chain that has grown
/// since it was read; those of a writer.
Result<Pruned> carry_out(const std::string& dir, const crypto::KeyPair& log_key, const ReadChain& read,
                         const Settled& settled);

}  // namespace capmarket::pruning
