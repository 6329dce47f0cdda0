// Who can never get what it asks for, as far as its credential decides. Source:
// docs/spec/scenarios.md#warnings.
#pragma once

#include <string>
#include <vector>

#include "model/yaml/yaml.h"
#include "scenarios/scenario.h"

namespace capmarket::scenarios {

/// The part of a tier's `eligible` that is false of every credential with that kind and those
/// groups, whatever the leg, the holder and the time are; empty where there is none.
std::string false_for_all(const rules::Rule& rule, const rules::Tier& tier, const std::string& kind,
                          const std::vector<std::string>& groups);

/// A warning for each group of users and tier that it asks at, in its bundle too, of which no
/// version of a rule that is in force some time takes anybody.
Problems nobody_eligible(const yaml::YamlNode& root, const Scenario& scenario);

}  // namespace capmarket::scenarios
