// What a run counts, from the chain's own events. Ids of metrics are those of cli.md.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/chain/chain.h"
#include "scenarios/scenario.h"
#include "sim/engine/efficiency.h"

namespace capmarket {

/// Volumes of a part of the requests: requested = live + unmet + open at every moment.
struct VolumeCount {
  std::int64_t requests = 0;  // submitted, refused included
  std::int64_t grants = 0;
  Volume requested;  // of admitted requests
  Volume granted;    // live
  Volume unmet;      // of closed requests
  Volume open;       // of requests still open
};

/// One row of series.csv: counts up to `time`.
struct SeriesRow {
  Instant time;
  std::int64_t entries = 0;
  std::int64_t requests = 0;
  std::int64_t settlements = 0;
  std::int64_t refusals = 0;
  Volume granted;
};

struct RunMetrics {
  std::map<std::string, std::int64_t> objects;  // entries by kind, refused included
  std::map<std::string, std::int64_t>
      rejections;  // refusals by clause that failed or is unresolved
  std::int64_t refused = 0;
  std::int64_t settlements = 0;  // admitted
  std::int64_t residuals = 0;
  VolumeCount total;
  std::map<std::string, VolumeCount> by_tier;
  std::map<std::string, VolumeCount> by_class;
  Volume declared;
  std::optional<Efficiency> efficiency;
  std::int64_t adversaries = 0;  // users who forge a tier
  std::int64_t not_issued = 0;   // rows of the trace at or after the scenario's end
  std::vector<SeriesRow> series;
};

/// Listens to a chain while it runs; `finish` adds what follows from the final state.
class MetricsCollector {
 public:
  MetricsCollector(Instant start, Instant end);
  void on_event(const Event& event);
  RunMetrics finish(const ChainState& state);

 private:
  void sample_until(Instant t);
  RunMetrics metrics_;
  SeriesRow row_;
  Duration step_;
  Instant next_;
};

}  // namespace capmarket
