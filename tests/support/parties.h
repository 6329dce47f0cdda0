// Whoever signs on a test's chain: keys by number, salts by number, signed submissions.
#pragma once

#include <utility>
#include <vector>

#include "model/objects/submission.h"

namespace capmarket::testing {

/// Key pairs by number, 0 to 255; made once.
const crypto::KeyPair& numbered_key(int number);
/// What signs the checkpoints of every test market.
const crypto::KeyPair& log_key();

/// A salt a call, never the same twice.
class Salts {
 public:
  Salt next();

 private:
  std::uint64_t count_ = 0;
};

/// One who holds a credential.
struct Party {
  objects::Role role = objects::Role::user;
  crypto::KeyPair key;
  ContentId credential;
};

/// Signers of an object; the first is the envelope.
using Signers = std::vector<std::pair<objects::Role, crypto::KeyPair>>;

/// `object`, signed for `chain`; a genesis is signed for itself. CHECKs that it is well formed.
objects::CheckedSubmission sign(const crypto::Signing& signing, const ContentId& chain,
                                const objects::Object& object, const Signers& signers);

}  // namespace capmarket::testing
