// A scenario's script, done step by step on the chain of a run. Source: docs/reference/scripts.md.
#pragma once

#include <string>
#include <vector>

#include "model/chain/goals.h"
#include "sim/engine/world.h"
#include "sim/script/build.h"

namespace capmarket {

/// Plans the first step; each plans the next.
void schedule_script(World& world);

/// Signs and submits now.
Result<Receipt> submit_built(World& world, ScriptObject built);

/// Does step number `step`, and those after it at the same instant. Problems: a kind that nobody
/// may submit, a disk that fails.
Result<void> perform(World& world, std::uint32_t step);

/// The claims that the script watches beside the rules' own goals.
std::vector<WatchedClaim> watched_claims(const Scenario& scenario);

/// What came of what is watched.
std::vector<WatchReport> watch_report(const World& world, const std::vector<GoalReport>& goals);

}  // namespace capmarket
