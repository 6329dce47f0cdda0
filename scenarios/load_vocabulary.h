// Whether the kinds and groups of parties are among those that rules count on: the proofs of a rule
// with a `vocabulary` speak of no others. Private to scenarios. Source:
// docs/spec/scenarios.md#kinds-and-groups.
#pragma once

#include "model/yaml/yaml.h"
#include "scenarios/scenario.h"

namespace capmarket::scenarios {

/// Complains about kinds and groups that the closed vocabulary of a rule of their class does not
/// have.
void expect_vocabulary(const yaml::YamlNode& root, const Scenario& scenario);

}  // namespace capmarket::scenarios
