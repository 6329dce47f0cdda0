// What lies beyond the signed size, and whose key signs a log that changed it. Source:
// docs/spec/chain.md#what-verify-checks.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "verify/audit/frames.h"
#include "verify/audit/signed_record.h"

namespace capmarket::audit {

/// The key in force where the log has `size` entries, as far as they can be read and both keys have
/// signed each change. `frames` stands at the first one.
tl::expected<PublicKey, Damage> key_at(FrameReader& frames, const ContentId& chain, PublicKey first,
                                       std::int64_t size);

/// The entries beyond the signed size.
struct Tail {
  std::int64_t entries = 0;   // whole ones
  bool uncounted = false;     // there may be more
  std::int64_t recorded = 0;  // size of the record, where the log has what it names
  std::optional<DamageClass> fault;  // the record and the log contradict each other
  std::string detail;
};

/// Up to the record what a killed writer was about to sign; the rest is counted. A tail that the
/// log's key did not announce is read no further than 100 000 entries or 64 MiB. `frames` stands
/// behind the signed size, `tree` and `key` are those of there.
Tail read_tail(FrameReader& frames, AuditTree tree, const std::optional<AuditRecord>& record,
               const ContentId& chain, PublicKey key, const std::function<bool()>& stopped);

}  // namespace capmarket::audit
