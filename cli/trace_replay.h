// Traces that `hunt` found, executed: only those that a run reproduces are shown.
#pragma once

#include "scenarios/scenario.h"
#include "verify/hunt/hunt.h"

namespace capmarket::cli {

/// Writes the scenario of each trace into `folder` and runs it: every step must come out as
/// expected, and the goal be broken at the last step, no earlier. True, and `scenario` names the
/// file, where all do; false, with the goal's name in `mismatch`, at the first that does not, which
/// is not written. Problems: a folder that cannot be written to; a file there without `force`.
Result<bool> replay_traces(hunt::HuntReport& report, const question::RuleFile& own,
                           const std::vector<question::RuleFile>& files,
                           const scenarios::Scenario* market, const std::string& folder, bool force,
                           std::string& mismatch);

}  // namespace capmarket::cli
