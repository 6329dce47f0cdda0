// The simulator's stage (scenarios/stage.h).
#pragma once

#include "scenarios/stage.h"

namespace capmarket {

/// In memory, under the `mac` scheme. Deterministic.
Result<std::unique_ptr<Stage>> make_stage(const Scenario& scenario);

}  // namespace capmarket
