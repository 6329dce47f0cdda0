// A scenario with one more change of its rules, as a fork makes it.
// Source: docs/spec/commands.md#fork.
#pragma once

#include <string>

#include "scenarios/scenario.h"

namespace capmarket::scenarios {

/// `before` with `{ at, rule: rule_file }` behind all its rules. The file is seen from where the
/// call is made. Problems, all at the rule file: one that is none, no version of its name in force
/// then, what makes it no successor, a change that the scenario itself makes later.
Result<Scenario> with_change(const Scenario& before, const std::string& rule_file, Duration at);

}  // namespace capmarket::scenarios
