// What a script watches: goals, claims, what parties gain. Source: docs/spec/scenarios.md#watch.
#pragma once

#include <vector>

#include "model/chain/goals.h"
#include "sim/world/world.h"

namespace capmarket::script {

/// The claims that the script watches beside the rules' own goals.
std::vector<chain::WatchedClaim> watched_claims(const scenarios::Scenario& scenario);

/// What came of what is watched, in the order of the script; `goals` are those of the run.
std::vector<world::WatchReport> watch_report(const world::World& world,
                                             const std::vector<chain::GoalReport>& goals);

}  // namespace capmarket::script
