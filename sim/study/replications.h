// Independent runs of one scenario, on as many threads as are given.
// Source: docs/spec/statistics.md#replications.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/run/run.h"

namespace capmarket::study {

/// How replications are made; of these `replications` and what `run` says of seed and scheme decide.
struct ReplicationOptions {
  std::int64_t replications = 1;  // at least 1
  int threads = 1;                // each plays whole runs
  /// Seed, scheme, interrupt, optimum and warm-up of every run; the rest of it is not read: chains live in
  /// memory.
  run::RunOptions run;
  /// Called by one thread at a time, when one more has come to its end: how many have, and their
  /// events.
  std::function<void(std::int64_t, std::int64_t)> progress;
};

/// The dynamics seed of a replication: of number 0 `seed`; of the others the upper 62 bits of the
/// first number of the dynamics stream (run, decision 32, the number).
std::int64_t replication_seed(std::int64_t seed, std::int64_t number);

/// The runs in the order of their numbers, whatever the threads. Interrupted: those before the
/// first that did not come to its end, perhaps none. Problems: of the first run that has any.
Result<std::vector<run::Run>> replicate(const scenarios::Scenario& scenario,
                                        const ReplicationOptions& options);

}  // namespace capmarket::study
