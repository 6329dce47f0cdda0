// What a run counts behind its warm-up. Source: docs/spec/statistics.md#warm-up.
#pragma once

#include "model/chain/state.h"
#include "sim/run/metrics.h"

namespace capmarket::run {

/// Of `time`, which begins at an instant of the run's series and ends with the run: events from the
/// series, volumes from the final state. O(requests + declarations).
SteadyCount steady_count(const chain::ChainState& state, const RunMetrics& metrics,
                         const Window& time);

}  // namespace capmarket::run
