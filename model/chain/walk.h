// The frames of a log whatever became of them. Source: docs/spec/chain.md#files.
#pragma once

#include <functional>
#include <string>
#include <vector>

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

/// The numbers of the segments that are there, ascending, with a gap where one is missing.
Result<std::vector<int>> segment_numbers(const std::string& dir);

/// Every frame of every segment that is there in turn, also behind one that is missing; one whose lengths are impossible ends its segment. Memory: a
/// segment. Problems: a file that cannot be read. O(log).
Result<void> walk_all(const std::string& dir, const VisitFrame& visit);

}  // namespace capmarket::chain
