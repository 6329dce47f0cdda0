// Instants on a grid.
#pragma once

#include "model/base/integers.h"

namespace capmarket::kernel {

/// Up to a multiple of `g`. Precondition: g > 0.
inline Instant round_up(Instant t, Duration g) {
  return Instant(static_cast<std::int64_t>(-floor_div(-t.value, g.value) * g.value));
}

}  // namespace capmarket::kernel
