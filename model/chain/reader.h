// Reading a chain directory, and replaying it through the same admission: the bytes give the state.
#pragma once

#include <functional>
#include <string>

#include "model/chain/chain.h"
#include "model/log/checkpoint.h"

namespace capmarket::chain {

/// One entry as it stands in the log.
struct Entry {
  Leaf leaf;
  Bytes leaf_bytes;
  Bytes payload;
};

/// A chain directory opened for reading. Writes nothing.
class ChainReader {
 public:
  /// Reads genesis and checkpoint; a directory without them is a problem.
  static Result<ChainReader> open(const std::string& dir);

  /// The next entry up to the signed size, or empty at its end. Damage is a problem that names the
  /// sequence number and the class: crc, length, torn, leaf, link.
  Result<std::optional<Entry>> next();

  /// The genesis, as read.
  const objects::Genesis& genesis() const { return genesis_; }
  /// Content id of the genesis.
  const ContentId& chain() const { return chain_; }
  /// What the log signed.
  const log::Checkpoint& signed_checkpoint() const { return checkpoint_; }
  /// The note that says so, with everybody's signatures.
  const std::string& signed_note() const { return note_; }
  /// How submissions are signed, by the genesis.
  crypto::Signing signing() const;

 private:
  Result<bool> load_segment();

  std::string dir_;
  objects::Genesis genesis_;
  ContentId chain_;
  log::Checkpoint checkpoint_;
  std::string note_;
  std::string segment_;
  std::size_t at_ = 0;
  int segment_number_ = 0;
  std::int64_t sequence_ = 0;
  Digest previous_;
};

/// Replays every entry through admission and compares each leaf bit for bit; `visit` sees each
/// entry with the chain before it is submitted again. Gives the replayed chain. O(log).
Result<Chain> replay(ChainReader& reader,
                     const std::function<bool(const Entry&, Chain&)>& visit = nullptr);

/// The checked submission of an entry.
Result<objects::CheckedSubmission> submission_of(const Entry& entry, const ContentId& chain,
                                        const crypto::Signing& signing);

/// `DIR` or `DIR/chain`: where the chain of a run directory lies.
std::string chain_directory(const std::string& dir);

}  // namespace capmarket::chain
