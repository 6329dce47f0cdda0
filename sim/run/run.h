// A Scenario in, a Run out. Pure: the chain's bytes depend on (scenario, rules, seed, version)
// alone.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>

#include "model/chain/goals.h"
#include "model/crypto/sign.h"
#include "scenarios/scenario.h"
#include "sim/run/metrics.h"
#include "sim/run/statement.h"
#include "sim/world/script_outcome.h"

namespace capmarket::world {
struct Contact;
struct World;
}

namespace capmarket::run {

/// How a run is made; of these only seed and scheme change the chain, and `optimum` the metrics.
struct RunOptions {
  std::optional<std::int64_t> seed;              // of the dynamics; the scenario's own where absent
  std::optional<crypto::Scheme> scheme;          // the scenario's own where absent
  OptimumMethod optimum = OptimumMethod::bound;  // what the welfare is held against
  int threads = 1;                               // the event loop and threads - 1 signers
  std::string chain_dir;                         // empty: the chain lives in memory
  Bytes* frames = nullptr;                       // of a chain in memory; null: none are kept
  std::size_t promise_bytes = std::size_t{512} << 20;  // of their file at most: what is read again
  const std::atomic<bool>* interrupt = nullptr;  // true: stop after the event, sign, return
  /// Called now and then with the simulated share of the run, 0 to 10 000, and the events so far.
  std::function<void(int, std::int64_t)> progress;
  /// Called for what every party sends and what reaches it, from the scenario's start on.
  std::function<void(const world::Contact&)> contacts;
  /// From when on the run is steady, by its whole series; empty: not at all. Asked once, at the end
  /// of a run that was not interrupted.
  std::function<std::optional<Instant>(const std::vector<SeriesRow>&)> steady_from;
  /// Called once, before the first event at or after `pause_at`, or behind the last one: false: the
  /// run ends there, as an interrupted one. Precondition: the instant lies before the end.
  std::optional<Instant> pause_at;
  std::function<Result<bool>(world::World&)> at_pause;
  /// Called once, when the last event is over: for who looks into what is left of it.
  std::function<void(world::World&)> at_end;
};

/// What a run left.
struct Run {
  std::int64_t seed = 0;
  crypto::Scheme scheme = crypto::Scheme::ed25519;
  ContentId chain;
  Digest root;
  std::int64_t size = 0;
  std::int64_t signatures = 0;
  std::int64_t events = 0;  // of the simulator
  Duration simulated;       // how far the clock came
  bool interrupted = false;
  std::string promises;  // the file; empty where the scenario has none
  crypto::KeyPair log_key;
  RunMetrics metrics;
  std::vector<StatementRow> statement;
  std::vector<chain::GoalReport> goals;
  world::ScriptReport script;  // empty where the scenario has none
};

/// Simulates from the scenario's start to its end, or until interrupted. Problems: a set-up that
/// the chain refuses, a rule that it refuses on the way, a disk that fails.
Result<Run> run_scenario(const scenarios::Scenario& scenario, const RunOptions& options);

}  // namespace capmarket::run
