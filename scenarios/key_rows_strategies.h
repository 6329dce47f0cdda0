// The keys whose value is a strategy, and those of its parameters.
#pragma once

#include "scenarios/key_rows.h"

namespace capmarket::scenarios {

/// The row of a key whose value is a strategy of the role, and those of the strategies' parameters
/// below it.
void append_strategy(std::vector<ScenarioKey>& out, KeyRow row, StrategyRole role);

}  // namespace capmarket::scenarios
