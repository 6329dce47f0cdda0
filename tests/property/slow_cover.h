// What the slow market makes of covers: half seconds one by one, one unit after another.
#pragma once

#include <array>
#include <vector>

#include "model/objects/submission.h"
#include "tests/support/times.h"

namespace capmarket::property {

/// Seconds from testing::kStart that histories reach. Outside of them nothing is granted.
inline constexpr int kSeconds = 96;
using Seconds = std::array<std::int64_t, kSeconds>;

/// Half seconds from kStart - 4 s on: legs that are wrong lie between the seconds, or before them.
inline constexpr int kBefore = 8, kHalves = kBefore + 2 * kSeconds;
using Halves = std::array<std::int64_t, kHalves>;
inline Instant at_half(int h) {
  return testing::kStart + Duration((h - kBefore) * (kNanosPerSecond / 2));
}
inline int first_half_of(int second) { return kBefore + 2 * second; }
/// The second that holds a half one; below 0 before the first.
inline int second_of_half(int h) { return h < kBefore ? -1 : (h - kBefore) / 2; }

/// What one victim gives.
struct SlowCovered {
  ContentId victim;
  Halves given{};
  bool own = false;  // on the leg's declaration
  std::int64_t compensation = 0, refund = 0, notice = 0, pieces = 0;
};

/// What a leg lacks, and who gives way, in the order of candidates.
struct SlowCover {
  std::int64_t lack = 0;
  std::vector<SlowCovered> victims;
  std::int64_t compensation = 0, refund = 0, pieces = 0, notice = 0;  // the least notice
  // What was drawn, for whoever counts.
  bool two_steps = false;  // one granule took something in each step
  bool bounded = false;    // a set-aside kept a unit from being given
  bool odd_units = false;  // a rank shared, and the shares left units over
  bool uncoordinated =
      false;  // somebody elsewhere would have been a candidate but for coordinators
  bool spared_version = false;  // a grant of no earlier version was no candidate
  bool older_version = false;   // a grant of an earlier version gives
  bool spared_when = false;     // `when` alone spared somebody
};

}  // namespace capmarket::property
