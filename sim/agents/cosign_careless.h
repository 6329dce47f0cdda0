// Signs whatever it is asked to: what there is no room for the chain refuses.
#pragma once

#include "sim/agents/cosign.h"

namespace capmarket::agents {

inline std::optional<Duration> cosign_careless(const party::CoordinatorView&, const ToCosign&,
                                        CosignParameters) {
  return Duration(0);
}

}  // namespace capmarket::agents
