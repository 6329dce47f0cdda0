// Ed25519 seeds in files: 64 hex digits, readable by their owner alone.
#pragma once

#include <string>

#include "model/crypto/sign.h"

namespace capmarket::cli {

/// Problems: no file, another form, or a file that others may read.
Result<crypto::KeySeed> read_key_file(const std::string& file);
/// A new file of mode 0600; an existing one is a problem unless `force`.
Result<void> write_key_file(const std::string& file, const crypto::KeySeed& seed, bool force);

}  // namespace capmarket::cli
