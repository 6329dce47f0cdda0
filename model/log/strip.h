// Bodies that go from the segments of a log: their frames stay, with empty payloads. Source:
// docs/spec/chain.md#pruning.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "model/base/result.h"
#include "model/log/disk.h"

namespace capmarket::log {

/// What went.
struct Stripped {
  std::int64_t bodies = 0;
  std::int64_t bytes = 0;  // of payloads
};

/// Empties the payloads of the entries that `goes` says of the first `size`. Each segment is written
/// anew beside the old one, read back and put in its place at once, so that after a crash each is the
/// old file or the new one; a second call does what the first one left. Precondition: the writer's lock
/// is held, and nothing is appended any more. Problems: damage, by sequence number; a fault of the disk.
/// Memory: two segments. O(log).
Result<Stripped> strip_payloads(Disk& disk, const std::string& dir, std::int64_t size,
                                const std::function<bool(std::int64_t)>& goes);

}  // namespace capmarket::log
