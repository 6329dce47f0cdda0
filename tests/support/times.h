// The time of test markets: seconds after their start.
#pragma once

#include "model/base/integers.h"

namespace capmarket::testing {

inline constexpr Instant kStart{1'767'225'600LL * kNanosPerSecond};  // 2026-01-01T00:00:00Z

inline Instant at_second(std::int64_t seconds) {
  return kStart + Duration(seconds * kNanosPerSecond);
}
/// [from, until) in seconds after the start.
inline Window seconds(std::int64_t from, std::int64_t until) {
  return {at_second(from), at_second(until)};
}

}  // namespace capmarket::testing
