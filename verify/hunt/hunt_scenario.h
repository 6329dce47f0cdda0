// The scenario that executes a trace: its rule, authority, class, coordinators, parties and steps.
#pragma once

#include "scenarios/scenario.h"
#include "verify/hunt/hunt.h"

namespace capmarket::hunt {

/// `files`: the rule's versions, from where `own` takes its earlier ones. `market`, where given:
/// the scenario whose authorities, class, rules and coordinators it takes instead of the least that
/// the rule asks for. Deterministic.
scenarios::Scenario hunt_scenario(const question::RuleFile& own,
                                  const std::vector<question::RuleFile>& files,
                                  const std::string& goal, const HuntTrace& trace,
                                  const scenarios::Scenario* market);

/// What the file of the scenario that breaks that goal is called.
std::string hunt_file_name(const std::string& goal);

}  // namespace capmarket::hunt
