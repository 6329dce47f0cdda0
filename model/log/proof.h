// Proofs that stand on their own, in the text forms of C2SP: that an entry is in a log
// (tlog-proof), that a log only grew (the body that tlog-witness takes). Source:
// docs/spec/chain.md#proofs.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/bytes.h"
#include "model/base/result.h"
#include "model/log/checkpoint.h"

namespace capmarket::log {

/// That a leaf stands at `index` under the root of a checkpoint.
struct InclusionProof {
  std::int64_t index = 0;
  Bytes leaf;                  // goes along as the `extra` line
  std::vector<Digest> hashes;  // from the leaf's sibling on
  std::string checkpoint;      // the whole note
};

/// That the first `old_size` leaves under the root of a checkpoint are those of an older one.
struct ConsistencyProof {
  std::int64_t old_size = 0;
  /// Of evidence: the root that the newer log has at that size, which the older checkpoint is not
  /// of.
  std::optional<Digest> other_root;
  std::vector<Digest> hashes;
  std::string checkpoint;  // the whole note of the newer one
};

/// At most 63 hashes: no log has more levels.
inline constexpr std::size_t kProofHashesMax = 63;

/// `c2sp.org/tlog-proof@v1`, extra, index, hashes, an empty line, the note.
std::string to_text(const InclusionProof& proof);
/// `old SIZE`, hashes, an empty line, the note. Of evidence `capmarket/fork@v1` stands first and
/// `root ROOT` behind the size.
std::string to_text(const ConsistencyProof& proof);
/// Strict. Says nothing of whether it proves anything.
Result<InclusionProof> parse_inclusion_proof(std::string_view text);
/// Strict. Says nothing of whether it proves anything.
Result<ConsistencyProof> parse_consistency_proof(std::string_view text);

/// What a proof was found to show.
struct ShownByProof {
  Checkpoint checkpoint;            // the newer one, signed by the log
  std::vector<NoteSigner> signers;  // `key` 0: the log; from 1 on the witnesses
};
/// `keys`: the log's, then any number of witnesses; none that signed is a problem but of the log's.
/// Problems: what names another log, is not signed by its key, or does not lead to its root.
Result<ShownByProof> check_proof(const InclusionProof& proof, std::span<const VerifierKey> keys);
/// The same; `older` is the checkpoint that is to be shown a part of the newer one. Of evidence:
/// that it is none, and no proof of growth is asked for.
Result<ShownByProof> check_proof(const ConsistencyProof& proof, const Checkpoint& older,
                                 std::span<const VerifierKey> keys);
/// What is expected of a note that the log's key did not sign; whoever asks names the option for it.
inline constexpr const char* kByItsKey =
    "one by that key; what came before a change of it is signed by the old one";
/// A checkpoint that the first of `keys` signed, with whoever else did.
Result<ShownByProof> check_checkpoint(std::string_view note, std::span<const VerifierKey> keys);

}  // namespace capmarket::log
