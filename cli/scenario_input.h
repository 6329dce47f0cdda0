// The scenario that a command is called with: its file, `--set` and `--rule`.
#pragma once

#include <string>
#include <vector>

#include "scenarios/scenario.h"

namespace capmarket::cli {

/// The pair of each `PATH=VALUE`. Problems: an option without an assignment.
Result<std::vector<std::pair<std::string, std::string>>> parse_sets(
    const std::vector<std::string>& sets);

/// Reads it. `rules` take the place of the scenario's of the same name. Problems: files of another
/// kind than `command` (`run`) takes; all of the scenario's.
Result<scenarios::Scenario> scenario_input(const std::string& file,
                                           const std::vector<std::string>& sets,
                                           const std::vector<std::string>& rules,
                                           const std::string& command);

}  // namespace capmarket::cli
