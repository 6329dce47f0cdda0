// What of a damaged log was signed, and what of it is left. Source: docs/spec/chain.md#reopening.
#pragma once

#include <string>

#include "model/chain/reader.h"
#include "model/log/checkpoint.h"
#include "model/log/record.h"

namespace capmarket::chain {

/// The keys of the log: the genesis's, and those that entries name which the old and the new key have
/// signed. Such a change proves itself, so that damage before it hides none. O(log).
Result<LogKeys> log_keys_of(const std::string& dir, const ChainReader& genesis);

/// The last end that the log's key signed, as far as can be told: of record and checkpoint the later
/// one that the key in force at its size signed. Problems: neither is there and signed: then nothing
/// shows what the entries of the log were.
Result<log::Checkpoint> signed_end(const std::string& dir, const ChainReader& genesis);

/// What the log's signature says of its leaves, damaged or not.
struct Vouched {
  std::vector<Digest> leaves;  // hashes under the signed root
  std::int64_t until = 0;      // entries before the first that can be read and has another leaf

  /// The leaf is the one that was signed there.
  bool is(std::int64_t sequence, ByteView leaf) const;
};
/// Of each leaf its own hash, or what the leaf behind it states, where that one is known. A problem says
/// what cannot be shown.
Result<Vouched> vouched_leaves(const std::string& dir, const log::Checkpoint& end);

/// Whether the entries in `frames` are the first of those.
Result<void> expect_vouched(const std::string& dir, const Vouched& vouched, ByteView frames);

/// The entries, of kinds whose bodies may go, that have none. O(log).
Result<PrunedSet> bodiless_in(const std::string& dir);

/// How many frames can be told apart, damaged or not.
Result<std::int64_t> entries_in(const std::string& dir);

/// What the segments of `dir` hold behind their first `kept` bytes.
Result<log::Cut> left_behind(const std::string& dir, std::size_t kept);

}  // namespace capmarket::chain
