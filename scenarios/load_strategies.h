// A strategy: its name, or a map of its name and its parameters; private to scenarios.
#pragma once

#include <optional>

#include "model/yaml/yaml.h"
#include "scenarios/strategies.h"

namespace capmarket::scenarios {

/// The strategy that `node` names, with its parameters where it gives them.
std::optional<Strategy> read_strategy(const yaml::YamlNode& node, const ScenarioKey& row);

}  // namespace capmarket::scenarios
