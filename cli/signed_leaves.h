// A chain as far as it is signed, by the hashes of its leaves.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/chain_selector.h"
#include "model/chain/reader.h"
#include "model/log/note.h"

namespace capmarket::cli {

/// Every leaf's hash, whose root is the one that the note signs.
struct SignedLeaves {
  std::string dir;
  chain::ChainReader reader;
  std::vector<Digest> hashes;
  std::optional<chain::Entry> found;  // the first that was asked for

  /// The key that signs the checkpoints.
  log::VerifierKey log_key() const;
  /// A checkpoint in a file, signed by this log's key. Problems: another log's, another key's.
  Result<log::Checkpoint> own_checkpoint(const std::string& file,
                                         std::string* note = nullptr) const;
  /// Whether the first leaves are those that an older checkpoint of this log signs; a problem says
  /// what they are instead. Precondition: its size is at least 1 and at most the signed size.
  Result<void> goes_on_from(const log::Checkpoint& older) const;
};

/// Reads the whole log once; `given` is a run or chain directory. Problems are told, and the status
/// that ends the command is given: 2 for what cannot be read, 1 for damage. O(entries).
tl::expected<SignedLeaves, int> read_leaves(const std::string& given,
                                            const EntrySelector* wanted = nullptr);

}  // namespace capmarket::cli
