// What a run says about itself: the summary, the series, the signed receipt.
// Keys: docs/spec/statistics.md.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "scenarios/scenario.h"
#include "sim/run/run.h"

namespace capmarket::reports {

struct RunReport {
  const scenarios::Scenario& scenario;
  const run::Run& run;
  int threads = 1;
  std::int64_t wall_milliseconds = 0;
  std::string version;
};

/// `summary.json`. Everything but `threads` and `wall_seconds` is a function of (scenario, seed).
nlohmann::ordered_json summary_json(const RunReport& report);
/// The same for a terminal.
std::string summary_text(const RunReport& report, bool colour);
/// time and cumulative counts, one row a sample.
std::string series_csv(const run::RunMetrics& metrics);
/// `run.json`: hashes of scenario, rules, version and result; seed, scheme, threads, chain root;
/// signed by the log's key over the compact dump without the signature.
nlohmann::ordered_json receipt_json(const RunReport& report);

/// Writes run.json, summary.json and series.csv into `dir`, which exists.
Result<void> write_run_files(const RunReport& report, const std::string& dir);

}  // namespace capmarket::reports
