// A run of a scenario under `mac`, and a look at its world when the last event is over.
#pragma once

#include <functional>
#include <utility>

#include "sim/run/run.h"

namespace capmarket::run {

/// CHECKs that it runs.
inline run::Run played(const scenarios::Scenario& scenario,
                       const std::function<void(world::World&)>& at_end = nullptr) {
  RunOptions options;
  options.scheme = crypto::Scheme::mac;
  options.at_end = at_end;
  auto out = run_scenario(scenario, options);
  CHECK(out.has_value(), out ? std::string() : to_text(out.error()));
  return *std::move(out);
}

/// What was lost for the reason.
inline Volume lost_for(const run::Run& run, const std::string& reason) {
  auto found = run.metrics.losses.by_reason.find(reason);
  return found == run.metrics.losses.by_reason.end() ? Volume{} : found->second;
}

}  // namespace capmarket::run
