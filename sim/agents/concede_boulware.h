// Little until the last rounds: a power of the share that is over.
#pragma once

#include "model/base/integers.h"
#include "sim/agents/concessions.h"

namespace capmarket::agents {

inline std::int64_t concede_boulware(std::int64_t over, std::span<const std::int64_t> parameters) {
  std::int64_t out = over;
  for (std::int64_t i = 1; i < parameters[0]; ++i) out = out * over / kFullRatio;
  return out;
}

}  // namespace capmarket::agents
