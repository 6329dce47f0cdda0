// Checkpoints as C2SP signed notes. Source: docs/spec/chain.md#checkpoint.
#pragma once

#include <string>
#include <string_view>

#include "model/base/bytes.h"
#include "model/base/result.h"
#include "model/crypto/sign.h"

namespace capmarket::log {

/// What a signed note says: the log, how many entries it has, and the root over their leaves.
struct Checkpoint {
  std::string origin;
  std::int64_t size = 0;
  Digest root;
};

/// `capmarket/<chain id>`
std::string checkpoint_origin(const ContentId& chain);
/// origin, size and base64 root, a blank line, `— origin base64(key id || signature)`.
std::string sign_checkpoint(const Checkpoint& checkpoint, const crypto::KeyPair& key);
/// Strict; a note that `key` did not sign is a problem.
Result<Checkpoint> open_checkpoint(std::string_view note, const PublicKey& key);

}  // namespace capmarket::log
