// A chain on which the steps of a script are done one by one, as a run does them, with a view of
// the state in between: for searches that choose the next step by what they meet. The simulator has
// the only one that there is; who searches is handed it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "model/chain/cover.h"
#include "model/chain/goals.h"
#include "scenarios/scenario.h"

namespace capmarket::scenarios {

/// What the chain answered to one submission of a step.
struct StepAnswer {
  Sequence sequence;
  Instant time;
  admission::Decision decision;
  bool turned_away = false;
  std::vector<chain::Cover> covers = {};  // of the legs of an admitted settlement
};

/// Who does steps on a chain and shows what came of them.
class Executor {
 public:
  virtual ~Executor() = default;
  /// Does the step at `step.at`, or now where that is past. None where it had nothing to submit.
  virtual std::vector<StepAnswer> execute_step(const ScriptStep& step) = 0;
  /// The chain's time.
  virtual Instant now() const = 0;
  /// Of everything admitted so far.
  virtual const chain::ChainState& state() const = 0;
  /// The grant of a settlement that a step made, null before it is admitted; the id of whatever
  /// else a step made, zero without one.
  virtual const chain::GrantRecord* grant(const std::string& name) const = 0;
  virtual ContentId made(const std::string& name) const = 0;
  /// What is watched, as it stands now.
  virtual std::vector<chain::GoalReport> goals() const = 0;
};

/// The market of a scenario, its set-up admitted and nothing of its script done. The scenario must
/// outlive it. Problems: a set-up that the chain refuses.
using MakeExecutor = std::function<Result<std::unique_ptr<Executor>>(const Scenario&)>;

}  // namespace capmarket::scenarios
