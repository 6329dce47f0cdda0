// Counterexamples shown by running them: scenarios become files, and only those that a run
// reproduces stay. The one place where the checker's answers meet the simulator.
#pragma once

#include <string>

#include "sim/run/run.h"
#include "verify/analyses/check.h"

namespace capmarket::cli {

/// Writes `scenario` as `file` (its folder is made) and runs it in memory, as `run` would. True:
/// every step and everything watched came out as the script expects; else the file is gone again.
/// Problems: a folder that cannot be written to.
Result<bool> shows_when_run(const scenarios::Scenario& scenario, const std::string& file,
                            const std::string& comment, run::Run* run = nullptr);

/// Runs a scripted scenario into a folder of its own and audits the chain from its bytes: what is
/// wrong, in words, or nothing.
std::string audit_of(const scenarios::Scenario& scenario);

/// For each refutation of the report that has scenarios: its file in `folder`, where one of them
/// shows it. Problems: as above; the report is not changed then.
Result<void> show_refutations(analyses::RuleReport& report, const std::string& folder);

}  // namespace capmarket::cli
