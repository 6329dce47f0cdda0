// What a fraud gained, held against a run in which the same parties are honest.
// Source: docs/spec/statistics.md#frauds.
#pragma once

#include "scenarios/scenario.h"
#include "sim/run/metrics.h"

namespace capmarket::world {
struct World;
}

namespace capmarket::run {

/// Whether some fraud of the scenario is to be held against its twin.
bool wants_twins(const scenarios::Scenario& scenario);

/// A row for each entry with a twin, in the order of the file: what came out for its ring and for all
/// others in this run.
std::vector<FraudMetric> frauds_of(const world::World& world);

/// The scenario with the entry of that row honest, and no further twins.
scenarios::Scenario honest_twin(const scenarios::Scenario& scenario, std::size_t entry);

/// Takes over what the twin's run has for the same entry.
void set_against(FraudMetric& fraud, const FraudMetric& twin);

}  // namespace capmarket::run
