// The same step each round.
#pragma once

#include "sim/agents/concessions.h"

namespace capmarket::agents {

inline std::int64_t concede_linear(std::int64_t over, std::span<const std::int64_t>) {
  return over;
}

}  // namespace capmarket::agents
