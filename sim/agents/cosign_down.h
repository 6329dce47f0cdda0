// A coordinator that answers nobody.
#pragma once

#include "sim/agents/cosign.h"

namespace capmarket::agents {

inline std::optional<Duration> cosign_down(const party::CoordinatorView&, const ToCosign&,
                                    CosignParameters) {
  return std::nullopt;
}

}  // namespace capmarket::agents
