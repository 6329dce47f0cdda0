// The audit's own reader of the record of the last signed size. Source: docs/spec/chain.md#the-record.
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>

#include "model/base/bytes.h"

namespace capmarket::audit {

/// What the writer wrote, signed, before its last checkpoint.
struct AuditRecord {
  std::string origin;
  std::int64_t size = 0;
  Digest root;
  std::string lines;         // what is signed
  SignatureBytes signature;  // of the lines

  /// Whether `key` signed it.
  bool signed_by(const PublicKey& key) const;
};

/// Strict in its form; says nothing of who signed. The problem says what is wrong.
tl::expected<AuditRecord, std::string> read_record(const std::string& text);

}  // namespace capmarket::audit
