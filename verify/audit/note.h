// Signed notes as the audit reads them, with its own code: what the log signed of itself, and which
// witnesses signed after it. Source: docs/spec/chain.md#checkpoint.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/base/bytes.h"
#include "model/base/integers.h"
#include "model/base/result.h"

namespace capmarket::audit {

/// What the log signed of itself.
struct AuditCheckpoint {
  std::string origin;
  std::int64_t size = 0;
  Digest root;
};
/// What the text of a note says, whoever signed it; the problem says why it is none.
tl::expected<AuditCheckpoint, std::string> claimed_checkpoint(const std::string& note);
/// A C2SP signed note by `key`; the problem says what is wrong.
tl::expected<AuditCheckpoint, std::string> read_checkpoint(const std::string& note,
                                                           const PublicKey& key);

/// A witness that somebody expects, by its name and key.
struct WitnessKey {
  std::string name;
  PublicKey key;
};
/// Whether the witness signed the note (C2SP `cosignature/v1`): the time that its first line
/// states, seconds since 1970. Empty: no line of it. A problem: one under its name and id that its
/// key did not make, or no note. Says nothing of the log's own signature.
tl::expected<std::optional<std::int64_t>, std::string> cosigned_at(const std::string& note,
                                                                   const WitnessKey& witness);
/// Lines of signatures under other names and ids than the log's; 0 of what is no note.
std::int64_t other_lines(const std::string& note, const PublicKey& log_key);

}  // namespace capmarket::audit
