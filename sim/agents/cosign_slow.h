// The same, long after it was asked.
#pragma once

#include "sim/agents/cosign.h"

namespace capmarket::agents {

inline std::optional<Duration> cosign_slow(const party::CoordinatorView& v, const ToCosign& asked,
                                    CosignParameters parameters) {
  return may_cosign(v, asked.draft) ? std::optional(Duration(parameters[0])) : std::nullopt;
}

}  // namespace capmarket::agents
