// What a run says about itself: the summary, the series, the signed receipt. Keys:
// docs/spec/commands.md#files-of-a-run-directory.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "scenarios/scenario.h"
#include "sim/run/run.h"

namespace capmarket::reports {

/// A finished run, with what is not a function of scenario and seed.
struct RunReport {
  const scenarios::Scenario& scenario;
  const run::Run& run;
  int threads = 1;
  std::int64_t wall_milliseconds = 0;
  std::string version;
  std::string warm_up = {};  // as it was asked for; empty: not at all
};

/// `summary.json`. Everything but `threads` and `wall_seconds` is a function of (scenario, seed,
/// scheme, what the welfare is held against).
nlohmann::ordered_json summary_json(const RunReport& report);
/// The same for a terminal.
std::string summary_text(const RunReport& report, bool colour);
/// time and cumulative counts, one row a sample.
std::string series_csv(const run::RunMetrics& metrics);
/// `run.json`: hashes of scenario, rules, result and files; version, seed, scheme, threads, root;
/// signed by the log's key over the compact dump without the signature.
nlohmann::ordered_json receipt_json(const RunReport& report);

/// Writes scenario.json (everything resolved), summary.json, series.csv and the promises where the
/// scenario has any, and last run.json, which vouches for them, into `dir`, which exists and has
/// none of them.
Result<void> write_run_files(const RunReport& report, const std::string& dir);

}  // namespace capmarket::reports
