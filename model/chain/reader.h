// Reading a chain directory, entry by entry.
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
  bool pruned =
      false;  // a Pruning lists it: its payload is empty, or still there and read by nobody
};

/// The keys of a log, each with the size from which on it signs; first to last, the genesis's at 0.
using LogKeys = std::vector<std::pair<std::int64_t, PublicKey>>;
/// Whose a checkpoint of `size` entries is.
const PublicKey& key_at(const LogKeys& keys, std::int64_t size);

/// A chain directory opened for reading. Writes nothing.
class ChainReader {
 public:
  /// Reads genesis and checkpoint; a directory without them is a problem. The checkpoint must be
  /// signed by the key that is in force at its size: where that is not the genesis's, the entries
  /// are read for it. O(1), else O(log).
  static Result<ChainReader> open(const std::string& dir);
  /// The genesis alone: for who knows from elsewhere where the log ends.
  static Result<ChainReader> open_genesis(const std::string& dir);
  /// The same, by the log's own first entry, where that stands and whatever genesis.cbor says: for who
  /// saves what is left. Else by genesis.cbor.
  static Result<ChainReader> open_first_entry(const std::string& dir);
  /// Entries are read up to `end`, which nobody need have signed yet.
  void read_to(const log::Checkpoint& end) { checkpoint_ = end; }
  /// In place of what its Pruning entries list, which are then not looked for: for who does not
  /// believe all of them. Nothing: they are looked for.
  void read_listed(std::optional<PrunedSet> entries) { pruned_ = std::move(entries); }
  /// Those are read as if a later Pruning listed them: for who is about to write one.
  void read_as_pruned(PrunedSet entries) { as_if_ = std::move(entries); }

  /// The next entry up to the signed size, or empty at its end. Damage is a problem that names the
  /// sequence number and the class: crc, length, torn, leaf, link; signature, where a change of the
  /// log's key is not signed by both, or the checkpoint by another key than the last one; payload,
  /// where one is empty that no Pruning lists, or is listed and another than its leaf names. The
  /// first call reads the log for its Pruning entries.
  Result<std::optional<Entry>> next();

  /// Whether `next` stopped where the log ends, before the end that it is read to.
  bool is_short() const { return is_short_; }
  /// The checked submission of an entry. Problems name the directory.
  Result<objects::CheckedSubmission> submission_of(const Entry& entry) const;

  /// The checkpoint, where there is one, is signed by the key in force at its size, as far as was read;
  /// for who reads to another end than its own. Then its root is the one that is `there`, at its size.
  Result<void> expect_signed_note(const std::optional<log::Checkpoint>& there) const;

  const std::string& directory() const { return dir_; }
  /// Whether it was opened by the first entry, and genesis.cbor is another than that or missing.
  bool genesis_is_other() const { return genesis_is_other_; }
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
  /// Who signed the checkpoint.
  const PublicKey& signer() const { return signer_; }
  /// What Pruning entries up to the end list, once an entry was read.
  bool is_listed(std::int64_t sequence) const { return pruned_ && pruned_->contains(sequence); }
  PrunedSet listed() const { return pruned_.value_or(PrunedSet()); }
  /// Entries read so far that a Pruning lists, and of those the ones whose bodies are still there.
  std::int64_t pruned() const { return pruned_met_; }
  std::int64_t pruned_present() const { return pruned_present_; }
  /// Whose a checkpoint of `size` entries is, as far as was read.
  const PublicKey& key_at(std::int64_t size) const { return chain::key_at(keys_, size); }

 private:
  static Result<ChainReader> open_payload(const std::string& dir, ByteView genesis);
  Result<void> open_note();
  Result<log::Checkpoint> open_later_note(const log::Note& note, std::string_view bytes,
                                          const log::Checkpoint& said);
  Result<std::optional<Entry>> next_entry();
  Result<bool> load_segment();
  Result<Entry> next_frame();
  Result<void> follow_key(const Entry& entry);
  Result<void> follow_pruning(const Entry& entry);
  Result<void> body_is_gone(std::int64_t n) const;
  Result<void> mark_pruned(Entry& entry);
  Result<void> expect_end() const;

  std::string dir_;
  objects::Genesis genesis_;
  ContentId chain_;
  log::Checkpoint checkpoint_;
  std::string note_;
  PublicKey signer_;    // of the checkpoint
  LogKeys keys_;
  std::string segment_;
  std::size_t at_ = 0;
  int segment_number_ = 0;
  std::int64_t sequence_ = 0;
  Digest previous_;
  bool is_short_ = false;            // the log ended before the end that it is read to
  bool by_first_entry_ = false, genesis_is_other_ = false;
  bool keys_alone_ = false;          // bodies are nobody's business
  std::optional<PrunedSet> pruned_;  // what Pruning entries list, once that was looked for
  PrunedSet as_if_;
  PrunedSet unlisted_;       // pruned, and the Pruning that lists it was not met yet
  PrunedSet may_be_listed_;  // read as pruned, and no Pruning that lists it was met
  std::int64_t pruned_met_ = 0, pruned_present_ = 0;
};

/// The checked submission of an entry.
Result<objects::CheckedSubmission> submission_of(const Entry& entry, const ContentId& chain,
                                        const crypto::Signing& signing);

/// `DIR` or `DIR/chain`: where the chain of a run directory lies.
std::string chain_directory(const std::string& dir);

}  // namespace capmarket::chain
