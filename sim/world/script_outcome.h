// What came of a script: plain data for summaries.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/chain/chain.h"
#include "model/chain/goals.h"
#include "scenarios/script.h"

namespace capmarket::world {

/// Of one submission of a step; a step on several pieces or debts makes several.
struct StepOutcome {
  std::size_t step = 0;  // in the script
  Sequence sequence;
  Instant time;
  admission::Decision decision;
  bool turned_away = false;
  scenarios::DisplacedGrants displaced;  // of an admitted settlement
};

struct ScriptReport;
/// The outcomes of step number `step`, in order.
std::vector<const StepOutcome*> outcomes_of(const ScriptReport& report, std::size_t step);
/// Whether every step and everything watched came out as the script expects.
bool as_expected(const scenarios::Script& script, const ScriptReport& report);

/// Whether the step came out as the script expects: every submission of it, and at least one.
bool as_expected(const scenarios::ScriptStep& step,
                 const std::vector<const StepOutcome*>& outcomes);

/// Of one thing that the script watches.
struct WatchReport {
  std::string name;
  chain::GoalVerdict verdict = chain::GoalVerdict::not_reached;
  std::optional<chain::GoalVerdict> expected;
  std::optional<Sequence> first;  // breach of a goal
  std::optional<Money> owed;      // to the parties, less what they owe

  bool as_expected() const { return !expected || *expected == verdict; }
};

/// Of the whole script.
struct ScriptReport {
  std::vector<StepOutcome> steps;  // in order of submission
  std::vector<WatchReport> watch;
};

}  // namespace capmarket::world
