// One writer of a chain directory outside a simulation: reopened where it ends, or new. What is
// admitted stays in memory until `commit`. Source: docs/spec/chain.md#reopening.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "model/chain/chain.h"
#include "model/log/record.h"
#include "model/log/strip.h"

namespace capmarket::chain {

/// A chain directory with its lock held, open for one commit.
class ChainWriter {
 public:
  /// Takes the writer's lock, replays the chain from its bytes and compares every leaf. Problems:
  /// no chain; damage; a log that is shorter than its record; another writer; a key that is not the
  /// log's. What an append that was never signed left behind the end is cut by the commit, and a
  /// Recovery tells of it. Changes nothing on the disk. O(log).
  static Result<ChainWriter> open(const std::string& dir, const crypto::KeyPair& log_key);
  /// The same, as if those were pruned already: for who prunes them next.
  static Result<ChainWriter> open_as_pruned(const std::string& dir, const crypto::KeyPair& log_key,
                                            const PrunedSet& entries);
  /// A chain that does not exist yet. `dir` must not hold one when it is committed.
  static Result<ChainWriter> create(const std::string& dir, objects::CheckedSubmission genesis, Instant at,
                                    const crypto::KeyPair& log_key);

  /// The chain, after what was admitted and is not committed yet.
  Chain& chain() { return *chain_; }
  /// What of `from` holds, as a new chain directory that `commit` makes at `to`: the longest run of
  /// entries that replays and that `signed_end` vouches for (salvage.h); then a Recovery of what was
  /// left behind, if anything was. `unproved` keeps entries too that nothing signed vouches for any
  /// more, and says so in `lost`. Problems: no genesis that can be read, nothing that replays, entries
  /// of another root than was signed, a key that was not the log's there. O(log).
  static Result<ChainWriter> salvage(const std::string& from, const std::string& to,
                                     const crypto::KeyPair& log_key, Problems& lost,
                                     bool unproved = false);
  /// Whether the checkpoint is behind what is there: a commit signs it, with nothing new too.
  bool unfinished() const { return unfinished_; }
  /// Of a salvage: nothing signed shows that its entries are those that the log had.
  bool unproved() const { return unproved_; }
  /// What the commit cuts, and has told of.
  const std::vector<log::Cut>& recovered() const { return recovered_; }
  /// Changes the key of the log: the commit signs with the new one. Problems as of
  /// Chain::change_log_key.
  Result<void> change_log_key(const crypto::KeyPair& to);
  /// Appends a Pruning of what was taken as pruned. Nothing may be admitted behind it.
  Result<void> prune();
  /// After the commit: takes from the disk every body that a Pruning lists. Each segment changes at
  /// once; a crash leaves the others for the next call. O(log).
  Result<log::Stripped> strip();
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
  std::vector<log::Cut> recovered_;
  bool unfinished_ = false;
  bool unproved_ = false;
};

}  // namespace capmarket::chain
