// The frames of a log whatever became of them. Source: docs/spec/chain.md#files.
#pragma once

#include <functional>
#include <string>

#include "model/base/bytes.h"
#include "model/base/result.h"

namespace capmarket::chain {

/// A frame as it stands, whatever its checksum says.
struct FoundFrame {
  ByteView leaf, payload;
  bool intact = false;
};
using VisitFrame = std::function<void(const FoundFrame&)>;

/// The file of segment `number`, from 0 on.
std::string segment_path(const std::string& dir, int number);

/// Every frame of every segment in turn; one whose lengths are impossible ends its segment. Memory: a
/// segment. Problems: a file that cannot be read. O(log).
Result<void> walk_all(const std::string& dir, const VisitFrame& visit);

}  // namespace capmarket::chain
