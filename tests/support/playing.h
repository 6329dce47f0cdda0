// Analyses as the commands run them: golden cases are played.
#pragma once

#include "sim/script/executor.h"
#include "verify/analyses/check.h"

namespace capmarket::testing {

/// The defaults, and the simulator to play golden cases on.
inline analyses::CheckOptions playing() {
  analyses::CheckOptions out;
  out.executor = script::make_executor;
  return out;
}

}  // namespace capmarket::testing
