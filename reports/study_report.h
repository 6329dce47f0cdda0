// What replications of one scenario say together. Keys:
// docs/spec/commands.md#files-of-replications.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "scenarios/scenario.h"
#include "sim/run/run.h"

namespace capmarket::reports {

/// The runs of a study, in the order of their numbers, with what was asked for.
struct StudyReport {
  const scenarios::Scenario& scenario;
  const std::vector<run::Run>& runs;
  std::int64_t asked = 0;  // more than there are runs: it was interrupted
  std::int64_t level = 0;  // of the intervals, in ten-thousandths
  std::string warm_up;     // as it was asked for; empty: not at all
  std::int64_t seed = 0;   // of the dynamics: that of replication 0
  int threads = 1;
  std::int64_t wall_milliseconds = 0;
  std::string version;

  /// Numbers of the runs in which no steady state was found; none where no warm-up is asked for.
  std::vector<std::size_t> undecided() const;
};

/// What `format` of a study's summary says.
inline constexpr const char* kReplicationsFormat = "capmarket/replications/1";

/// `summary.json`: of each number of a run's summary n, mean, deviation and half-width of the
/// interval. No number of a steady state where one run has none.
nlohmann::ordered_json study_json(const StudyReport& report);
/// The same for a terminal, without what is an entry of a map.
std::string study_text(const StudyReport& report, bool colour);
/// `replications.csv`: number, seed, root, entries, events and start of the steady part.
std::string replications_csv(const StudyReport& report);

}  // namespace capmarket::reports
