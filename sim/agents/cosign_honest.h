// Signs what lies in its scope and what its book has room for.
#pragma once

#include "sim/agents/cosign.h"

namespace capmarket::agents {

inline std::optional<Duration> cosign_honest(const party::CoordinatorView& v, const ToCosign& asked,
                                      CosignParameters) {
  return may_cosign(v, asked.draft) ? std::optional(Duration(0)) : std::nullopt;
}

}  // namespace capmarket::agents
