// Reads who attacks, and how often a submitter may be refused.
// Source: docs/spec/scenarios.md#adversaries.
#pragma once

#include <optional>

#include "scenarios/load_internal.h"

namespace capmarket::scenarios {

/// The quota of the genesis; its defaults where the file has none.
void read_quota(const std::optional<yaml::YamlNode>& node, Scenario& scenario);
/// Precondition: groups, coordinators, auditors, publishers and directories are read.
void read_adversaries(const yaml::YamlNode& node, Scenario& scenario);

}  // namespace capmarket::scenarios
