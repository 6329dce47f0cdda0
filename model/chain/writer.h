// One writer of a chain directory outside a simulation: reopened where it ends, or new. What is
// admitted stays in memory until `commit`. Source: docs/spec/chain.md#reopening.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "model/chain/chain.h"

namespace capmarket::chain {

/// A chain directory with its lock held, open for one commit.
class ChainWriter {
 public:
  /// Takes the writer's lock, replays the chain from its bytes and compares every leaf. Problems:
  /// no chain; damage; bytes beyond the signed size, whole or torn; another writer; a key that is
  /// not the log's. Changes nothing on the disk. O(log).
  static Result<ChainWriter> open(const std::string& dir, const crypto::KeyPair& log_key);
  /// A chain that does not exist yet. `dir` must not hold one when it is committed.
  static Result<ChainWriter> create(const std::string& dir, objects::CheckedSubmission genesis, Instant at,
                                    const crypto::KeyPair& log_key);

  /// The chain, after what was admitted and is not committed yet.
  Chain& chain() { return *chain_; }
  /// Appends what was admitted since, then signs. A fault of the disk is a problem: the last
  /// checkpoint stands, and what was written beyond it counts for nothing. At most once.
  Result<void> commit();

 private:
  std::string dir_;
  crypto::KeyPair log_key_;
  ContentId id_;
  std::unique_ptr<Bytes> frames_ = std::make_unique<Bytes>();
  std::unique_ptr<log::EntryLog> log_;  // of a chain that is there
  std::optional<Chain> chain_;
};

}  // namespace capmarket::chain
