// Signatures that are stored: one a line, `what key signature message`, in hex; `-` is nothing.
#pragma once

#include <string>
#include <vector>

#include "model/base/bytes.h"

namespace capmarket::crypto {

/// One line of a file of signatures.
struct StoredSignature {
  std::vector<std::string> flags;  // of `what`, between commas
  PublicKey key;
  SignatureBytes signature;
  Bytes message;

  bool has(const std::string& flag) const;
};

/// All of tests/model/crypto/vectors/NAME. A line in another form ends the test program.
std::vector<StoredSignature> stored_signatures(const std::string& name);

}  // namespace capmarket::crypto
