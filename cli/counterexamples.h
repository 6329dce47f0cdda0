// Counterexamples shown by running them: scenarios become files, and only those that a run
// reproduces stay. The one place where the checker's answers meet the simulator.
#pragma once

#include <optional>
#include <string>

#include "model/base/output.h"
#include "sim/run/run.h"
#include "verify/analyses/check.h"

namespace capmarket::cli {

/// `scenario` as a file on its way to `file` (its folder is made), run in memory, as `run` would:
/// there where every step and everything watched came out as the script expects, not published yet.
/// Empty where it did not. Problems: those of `OutputFile`.
Result<std::optional<OutputFile>> shown_when_run(const scenarios::Scenario& scenario,
                                                 const std::string& file,
                                                 const std::string& comment, bool force,
                                                 run::Run* run = nullptr);

/// Runs a scripted scenario into a folder of its own and audits the chain from its bytes: what is
/// wrong, in words, or nothing.
std::string audit_of(const scenarios::Scenario& scenario);

/// For each refutation of the report that has scenarios: its file in `folder`, where one of them
/// shows it. One that `check` wrote before is written again, any other file only under `force`.
/// Problems: as above; the report is not changed from there on.
Result<void> show_refutations(analyses::RuleReport& report, const std::string& folder, bool force);

}  // namespace capmarket::cli
