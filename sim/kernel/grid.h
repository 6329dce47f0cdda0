// Instants on a grid.
#pragma once

#include "model/base/integers.h"

namespace capmarket::kernel {

/// Up to a multiple of `g`. Precondition: g > 0.
inline Instant round_up(Instant t, Duration g) {
  return Instant(static_cast<std::int64_t>(-floor_div(-t.value, g.value) * g.value));
}

/// The last multiple of `g` at or before `t`.
inline Instant round_down(Instant t, Duration g) {
  const Instant up = round_up(t, g);
  return up == t ? t : up - g;
}

}  // namespace capmarket::kernel
