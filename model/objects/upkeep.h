// What the writer says of the log itself. Source: docs/spec/chain.md#what-the-writer-says.
#pragma once

#include <vector>

#include "model/base/bytes.h"
#include "model/base/integers.h"
#include "model/crypto/sign.h"

namespace capmarket::objects {

/// An append that was never signed was found behind the end of the log, and cut. Unsigned.
struct Recovery {
  Salt salt;                 // zero
  std::int64_t entries = 0;  // where the log ended
  std::int64_t bytes = 0;    // that were cut, at least 1
  Digest digest;             // SHA-256 over the SHA-256 of what was cut of each segment, in order
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "entries", s.entries);
    v(3, "bytes", s.bytes);
    v(4, "digest", s.digest);
  }
};

/// Checkpoints that cover this entry are signed by another key. Signatures of its own, by Ed25519
/// under every scheme of the chain, like those of checkpoints.
struct LogKey {
  Salt salt;                 // zero
  std::int64_t entries = 0;  // before this one
  PublicKey key;             // the new one, canonical and in the prime-order group
  SignatureBytes by_old;     // of log_key_preimage, by the key in force before
  SignatureBytes by_new;     // the same, by `key`
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "entries", s.entries);
    v(3, "key", s.key);
    v(4, "by_old", s.by_old);
    v(5, "by_new", s.by_new);
  }
};

/// The bodies of those entries go from the disk; their leaves stay. Unsigned.
struct Pruning {
  Salt salt;                 // zero
  std::int64_t entries = 0;  // before this one
  /// In turn so many entries that stay, from the first on, and so many that go, until one goes
  /// last. Each at least 1, but the first.
  std::vector<std::int64_t> runs;
  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "salt", s.salt);
    v(2, "entries", s.entries);
    v(3, "runs", s.runs);
  }
};

/// What both keys sign: P(`capmarket/log-key`), P(chain id), P(entries), P(old key), P(new key).
Bytes log_key_preimage(const ContentId& chain, std::int64_t entries, const PublicKey& old_key,
                       const PublicKey& new_key);
/// A change of the key of `chain`, signed by both.
LogKey change_log_key(const ContentId& chain, std::int64_t entries, const crypto::KeyPair& old_key,
                      const crypto::KeyPair& new_key);
/// Whether both have signed it, and the new key is one that may sign. O(1).
bool is_signed_by_both(const LogKey& change, const ContentId& chain, const PublicKey& old_key);

}  // namespace capmarket::objects
