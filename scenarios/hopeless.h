// Groups of users who can never get anything, whatever is drawn. Each kind has a function
// (hopeless_*.h), which speaks only where that is certain. Source:
// docs/spec/scenarios.md#who-can-never-get-anything.
#pragma once

#include "model/yaml/yaml.h"
#include "scenarios/scenario.h"

namespace capmarket::scenarios {

/// A warning for each group and kind, and for each group that gives every settlement up before the
/// chain can have said so. O(groups x (holders of the trace + holder groups x pieces)).
Problems hopeless_groups(const yaml::YamlNode& root, const Scenario& scenario);

}  // namespace capmarket::scenarios
