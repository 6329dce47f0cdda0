// Whose a promise is that was given by a key which the log had left: what a witness saw decides.
// Source: docs/spec/chain.md#promises.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/base/integers.h"
#include "model/base/result.h"
#include "model/log/proof.h"

namespace capmarket::cli {

/// A key of the log, from the entry that names it on.
struct KeyOfLog {
  std::int64_t entry = 0;
  Instant since;
  PublicKey key;
};

/// The checkpoint of `--seen` and the witness that has to have cosigned it; nothing of it is
/// believed yet.
struct SeenCheckpoint {
  std::string file, note;
  log::Checkpoint said;
  log::VerifierKey witness;
};

/// Of the two options; none without both. Problems: one without the other, no checkpoint, no key of
/// a witness.
Result<std::optional<SeenCheckpoint>> seen_checkpoint(const std::string& file,
                                                      const std::string& witness);

/// When the witness cosigned it, in seconds. `keys` are the log's, `root` the one that the log has
/// at its size, where it has so many entries. Problems: it is not of this log, or not signed by its
/// key of then or by the witness.
Result<std::int64_t> cosigned_at(const SeenCheckpoint& seen, const std::vector<KeyOfLog>& keys,
                                 const std::optional<Digest>& root, const std::string& log);

/// What a key that signed a promise was to the log at that instant.
enum class KeyThen : std::uint8_t { in_force, left, not_yet };
struct KeyFound {
  KeyThen then = KeyThen::not_yet;
  std::size_t left_by = 0;  // index of the key to which the log had gone over, where it was left
};
/// `signed_by` says of each of `keys` whether it signed. At the instant of a change both sign.
KeyFound key_then(const std::vector<KeyOfLog>& keys, const std::vector<bool>& signed_by, Instant at);

/// Whose a promise is that `own` signed as of `at`, behind the log's change to `next`, by what was
/// seen; nothing where that does not decide.
std::optional<bool> is_the_logs(const SeenCheckpoint& seen, std::int64_t cosigned,
                                const KeyOfLog& own, const KeyOfLog& next, Instant at);

}  // namespace capmarket::cli
