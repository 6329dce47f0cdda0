// The metrics of a run: one row each, from which `summary.json` and the table of
// docs/spec/statistics.md#metrics are written.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "reports/run_report.h"

namespace capmarket::reports {

/// `part` / `whole` for people, rounded down to six decimals; 0 where `whole` is 0. Computed in
/// integers, so that every compiler prints the same; nothing decides on it.
double ratio_of(Volume part, Volume whole);
/// Granted over requested volume.
double fill_rate(const run::VolumeCount& volumes);
/// Granted over declared volume.
double utilisation(const run::RunMetrics& metrics);
/// Value that was granted over the most that a central allocator could have served: a lower bound
/// of the efficiency, because the denominator is an upper bound of the optimum. Empty where it
/// overflows.
std::optional<double> efficiency(const run::RunMetrics& metrics);

/// Writes every metric of the report behind what `out`, an object, holds already, in the order of
/// the rows. A function of (scenario, seed, what the welfare is held against).
void add_metrics(const RunReport& report, nlohmann::ordered_json& out);

/// What the rows say of a part of the requests.
nlohmann::ordered_json part_json(const run::VolumeCount& volumes);

/// A metric that is a number, or one entry of a map of numbers.
struct NumericMetric {
  std::string id;  // the keys of the summary that lead to it, joined by `.`
  std::string unit;
  double value = 0;
  bool of_map = false;  // an entry of a map of counts: a run that lacks it counted 0
};

/// All that the rows and `by_tier`, `by_class` have of the run. A ratio whose denominator is 0 is
/// not among them.
std::vector<NumericMetric> numeric_metrics(const RunReport& report);

/// The rows as a Markdown table, `| id | unit | meaning | denominator |`: the block `metrics` of
/// docs/spec/statistics.md#metrics.
std::string metrics_table();

}  // namespace capmarket::reports
