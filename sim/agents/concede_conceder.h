// Most of it in the first rounds: a root of the share that is over.
#pragma once

#include "model/base/integers.h"
#include "sim/agents/concessions.h"

namespace capmarket::agents {

inline std::int64_t concede_conceder(std::int64_t over, std::span<const std::int64_t> parameters) {
  // The largest whose power is no more than it, by halves.
  Int128 bound = over;
  for (std::int64_t i = 1; i < parameters[0]; ++i) bound *= kFullRatio;
  std::int64_t low = 0, high = kFullRatio;
  while (low < high) {
    const std::int64_t middle = (low + high + 1) / 2;
    Int128 power = 1;
    for (std::int64_t i = 0; i < parameters[0]; ++i) power *= middle;
    if (power <= bound)
      low = middle;
    else
      high = middle - 1;
  }
  return low;
}

}  // namespace capmarket::agents
