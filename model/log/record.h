// The record of the last signed size: what a writer may go on from. Source:
// docs/spec/chain.md#the-record.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/log/checkpoint.h"

namespace capmarket::log {

/// Bytes beyond the signed size that a writer found and cut: an append that was never signed.
struct Cut {
  std::int64_t entries = 0;  // where the log ended, and ends again
  std::int64_t bytes = 0;    // at least 1
  Digest digest;             // SHA-256 of them, segment by segment
  bool operator==(const Cut&) const = default;
};

/// What is written, durably, before a checkpoint: the size and the root that are about to be signed.
struct SignedRecord {
  Checkpoint signed_end;
  std::vector<Cut> cuts;  // that no entry tells of yet, in the order in which they were found
  bool operator==(const SignedRecord&) const = default;
};

/// The file's name inside a chain directory.
inline constexpr const char* kRecordFile = "checkpoint.lock";
/// More cuts than these, one after the other without an entry signed between, are not kept.
inline constexpr std::size_t kCutsMax = 256;

/// Lines of text, the last the signature of the others by the key that signs the checkpoint: who may
/// write the folder and has no key cannot have what lies beyond the checkpoint signed.
std::string sign_record(const SignedRecord& record, const crypto::KeyPair& key);
/// Strict: exactly what `sign_record` writes. Problems: another form; not signed by `key`.
Result<SignedRecord> open_record(std::string_view text, const PublicKey& key);

/// Whose chain it says that it is, whoever signed it; empty where it is none.
std::string record_origin(std::string_view text);

}  // namespace capmarket::log
