// Scenes run on a simulated chain: the simulator's scenarios::Executor (scenarios/executor.h).
#pragma once

#include "scenarios/executor.h"

namespace capmarket::script {

/// In memory, under the `mac` scheme. Deterministic.
Result<std::unique_ptr<scenarios::Executor>> make_executor(const scenarios::Scenario& scenario);

}  // namespace capmarket::script
