// Entries on their way from bytes to meaning: what workers do of them, in any order.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/objects/submission.h"
#include "verify/audit/frames.h"

namespace capmarket::audit {

/// One entry whose frame, leaf and link are in order; the rest is done by workers.
struct Entry {
  AuditLeaf leaf;
  AuditFrame frame;
  std::optional<objects::CheckedSubmission> submission;
  std::string malformed;  // why there is none
  bool pruned = false;    // a Pruning lists it: none is read
};

/// Objects and signatures of a batch, away from the order of events: each worker takes every n-th
/// entry.
void check_entries(std::vector<Entry>& batch, const ContentId& chain,
                   const crypto::Signing& signing, int threads);

}  // namespace capmarket::audit
