// Writes a scripted scenario as a file that `run` reads: how counterexamples, traces and shrunk
// histories are left behind.
#pragma once

#include <string>

#include "scenarios/scenario.h"

namespace capmarket::scenarios {

/// The scenario of scripted parties as YAML; `comment` stands at its head, a line each. Paths of
/// rules are written as seen from the folder `folder`. Deterministic. What only synthetic parties
/// need (arrivals, distributions, traces, adversaries) is not written.
std::string scenario_text(const Scenario& scenario, const std::string& folder,
                          const std::string& comment = {});

/// Its steps and what is watched, alone.
std::string script_text(const Scenario& scenario);

}  // namespace capmarket::scenarios
