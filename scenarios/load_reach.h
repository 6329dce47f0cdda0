// Whether what a scenario makes can leave the range of time: each value lies in it, their sum need
// not. Private to scenarios. Source: docs/spec/scenarios.md#range.
#pragma once

#include "model/yaml/yaml.h"
#include "scenarios/scenario.h"

namespace capmarket::scenarios {

/// Complains where windows, leads, deadlines and the like of the whole scenario add up to an
/// instant beyond the end of time.
void expect_in_time(const yaml::YamlNode& root, const Scenario& scenario);

}  // namespace capmarket::scenarios
