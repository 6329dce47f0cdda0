// Checkpoints: what a log signs of itself, and what witnesses sign after it. Source:
// docs/spec/chain.md#checkpoint.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/base/bytes.h"
#include "model/base/result.h"
#include "model/crypto/sign.h"
#include "model/log/note.h"

namespace capmarket::log {

/// What a signed note says: the log, how many entries it has, and the root over their leaves.
struct Checkpoint {
  std::string origin;
  std::int64_t size = 0;
  Digest root;
  bool operator==(const Checkpoint&) const = default;
};

/// `capmarket/<chain id>`
std::string checkpoint_origin(const ContentId& chain);
/// The key that signs the checkpoints of that log, as notes name it.
VerifierKey log_verifier(std::string origin, const PublicKey& key);
/// The key of a witness, as notes name it.
VerifierKey witness_verifier(std::string name, const PublicKey& key);

/// origin, size and base64 root, a blank line, `— origin base64(key id || signature)`.
std::string sign_checkpoint(const Checkpoint& checkpoint, const crypto::KeyPair& key);

/// The three lines of a checkpoint's text; lines behind them are extensions, which are ignored.
/// Says nothing of who signed. Problems: fewer lines, an empty one, a size or root in another form.
Result<Checkpoint> read_checkpoint(const Note& note);

/// Strict; a note that `key` did not sign is a problem. Lines of signatures under other keys are
/// ignored.
Result<Checkpoint> open_checkpoint(std::string_view note, const PublicKey& key);

/// The line of a witness for this note at `time`, >= 0.
NoteSignature cosign(const Note& note, std::string_view name, const crypto::KeyPair& key,
                     std::int64_t time);

}  // namespace capmarket::log
