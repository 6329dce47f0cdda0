#include "sim/run/run.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "model/chain/ticks.h"
#include "sim/run/dispatch.h"
#include "sim/run/frauds.h"
#include "sim/run/losses.h"
#include "sim/run/outcomes.h"
#include "sim/run/promises.h"
#include "sim/run/start.h"
#include "sim/run/steady.h"
#include "sim/script/watched.h"
#include "sim/world/population.h"
#include "sim/world/readers.h"
#include "sim/world/setup.h"

namespace capmarket::run {
namespace {

/// The part of the run that lies behind `now`, in ten-thousandths.
int share(const scenarios::Scenario& s, Instant now) {
  if (s.duration.value <= 0) return 10'000;
  Int128 done = static_cast<Int128>((now - s.start).value) * kFullRatio / s.duration.value;
  return static_cast<int>(std::clamp<Int128>(done, 0, 10'000));
}

/// More than is read again of one file is not written.
Result<void> expect_room(std::size_t bytes, const RunOptions& options) {
  if (bytes <= options.promise_bytes) return {};
  return fail(fmt::format("promises of more than {} bytes", options.promise_bytes),
              "a longer `chain.interval`, a shorter run, or no `chain.promises`");
}

/// Events until the scenario's end; true when it was interrupted.
Result<bool> loop(world::World& w, const std::optional<PromiseBook>& promises,
                  const RunOptions& options) {
  const Instant end = w.scenario->end();
  std::optional<Instant> pause = options.pause_at;
  for (;;) {
    const bool over = w.queue.empty() || w.queue.next_time() >= end;
    if (pause && (over || w.queue.next_time() >= *pause)) {
      if (options.interrupt != nullptr && options.interrupt->load()) return true;
      w.now = *std::exchange(pause, std::nullopt);
      auto goes_on = options.at_pause(w);
      if (!goes_on) return tl::unexpected(goes_on.error());
      if (!*goes_on) return true;
      continue;
    }
    if (over) return false;
    kernel::SimEvent e = w.queue.pop();
    w.now = e.time;
    ++w.events;
    if (auto r = dispatch(w, e); !r) return tl::unexpected(r.error());
    if ((w.events & 0x3ff) != 0) continue;
    if (promises)
      if (auto r = expect_room(promises->size(), options); !r) return tl::unexpected(r.error());
    if (options.progress) options.progress(share(*w.scenario, w.now), w.events);
    if (options.interrupt != nullptr && options.interrupt->load()) return true;
  }
}

/// What the chain does not know.
void count_world(const world::World& w, const WaitingCollector& waiting, RunMetrics& m) {
  for (const party::UserState& u : w.users) m.adversaries += u.attack || u.plot != nullptr ? 1 : 0;
  for (const party::PublisherState& p : w.publishers) m.adversaries += p.cherry_picks ? 1 : 0;
  for (const auto& [attack, count] : w.attacks)
    m.attacks[std::string(scenarios::to_text(attack))] = {count.attempts, count.refused,
                                                          count.no_effect};
  m.repeated = w.repeated;
  m.untried = w.untried;
  m.losses = losses_of(w);
  m.by_group = outcomes_by_group(w);
  m.defaults = defaults_of(m.by_group);
  m.frauds = frauds_of(w);
  m.fairness = fairness_of(w);
  m.waiting = waiting.finish(w);
  if (!w.scenario->trace) return;
  for (const scenarios::TraceRequest& t : w.scenario->trace->requests)
    m.not_issued += t.issue_at >= w.scenario->end() ? 1 : 0;
}

/// Of prices in several currencies there is no sum.
WelfareMetric welfare_metric(const world::World& w, const RunOptions& options) {
  WelfareMetric out;
  for (const scenarios::ScenarioRule& r : w.scenario->rules)
    out.currencies.insert(r.rule.currency);
  out.method = options.optimum;
  if (out.currencies.size() > 1) return out;
  const bool flow = options.optimum == OptimumMethod::flow;
  const Worth worth = worth_of(w, flow ? Places::kept : Places::left_out);
  out.welfare = welfare_of(worth);
  out.optimum = optimum_of(worth, options.optimum, options.interrupt);
  if (out.optimum) out.method = out.optimum->method;
  return out;
}

void note_chain(const world::World& w, Run& out) {
  out.log_key = world::log_key(w.population);
  out.chain = w.chain->state().chain;
  out.root = w.chain->root();
  out.size = w.chain->size();
  out.signatures = w.chain->signature_count();
  out.events = w.events;
  out.simulated = w.now - w.scenario->start;
}

Result<Run> run_once(const scenarios::Scenario& scenario, const RunOptions& options) {
  Run out;
  out.seed = options.seed.value_or(scenario.seed_dynamics);
  out.scheme = options.scheme.value_or(scenario.signatures);
  set_check_context(fmt::format("scenario {} seed {}", scenario.name, out.seed));
  world::World w;
  w.scenario = &scenario;
  w.population = {static_cast<std::uint64_t>(scenario.seed_population), 0};
  w.dynamics = {static_cast<std::uint64_t>(out.seed), 1};
  world::populate(w);
  MetricsCollector collector(scenario.start, scenario.end());
  WaitingCollector waiting;
  world::ChainOptions chain;
  chain.dir = options.chain_dir;
  chain.frames = options.frames;
  chain.workers = std::max(0, options.threads - 1);
  chain.scheme = out.scheme;
  chain.observer = [&](const chain::Event& event) {
    collector.on_event(event);
  };
  if (auto r = world::set_up(w, chain); !r) return tl::unexpected(r.error());

  // Goals speak of steps; the set-up has none. They read the state before the event.
  chain::GoalMonitor goals(*w.chain, script::watched_claims(scenario));
  // What the set-up admits, the first checkpoint signs before anything arrives.
  std::optional<PromiseBook> promises;
  if (scenario.promises)
    promises.emplace(w.chain->state().chain, world::log_key(w.population), scenario.chain_interval,
                     scenario.merge_delay);
  w.chain->observe([&](const chain::Event& event) {
    goals.on_event(event);
    collector.on_event(event);
    waiting.on_event(event);
    if (promises) promises->on_event(event);
    world::note_event(w, event);
  });

  if (auto r = w.chain->checkpoint(); !r) return tl::unexpected(r.error());
  w.now = scenario.start;
  world::open_readers(w);
  w.watch = options.contacts;
  schedule_parties(w);
  auto interrupted = loop(w, promises, options);
  if (!interrupted) return tl::unexpected(interrupted.error());
  out.interrupted = *interrupted;
  if (options.at_end) options.at_end(w);
  if (!out.interrupted) {
    w.now = scenario.end();
    if (auto ticked = chain::tick_to(*w.chain, w.now); !ticked)
      return tl::unexpected(ticked.error());
  }
  if (auto r = w.chain->checkpoint(); !r) return tl::unexpected(r.error());
  note_chain(w, out);
  if (promises) out.promises = promises->finish();
  if (auto r = expect_room(out.promises.size(), options); !r) return tl::unexpected(r.error());
  out.goals = goals.report();
  out.script = {w.script.outcomes, script::watch_report(w, out.goals)};
  out.metrics = collector.finish(w.chain->state());
  count_world(w, waiting, out.metrics);
  out.statement = statement_of(w);
  out.metrics.welfare = welfare_metric(w, options);
  if (options.steady_from && !out.interrupted)
    if (auto from = options.steady_from(out.metrics.series))
      out.metrics.steady = steady_count(w.state(), out.metrics, {*from, scenario.end()});
  w.chain->observe(nullptr);
  return out;
}

/// Of a twin only what came out is kept: no chain, no files, nobody who looks on.
Result<void> add_twins(const scenarios::Scenario& scenario, const RunOptions& options, Run& run) {
  RunOptions quiet;
  quiet.seed = run.seed;
  quiet.scheme = run.scheme;
  quiet.optimum = OptimumMethod::none;
  quiet.threads = options.threads;
  quiet.interrupt = options.interrupt;
  for (FraudMetric& fraud : run.metrics.frauds) {
    auto twin = run_once(honest_twin(scenario, fraud.entry), quiet);
    if (!twin) return tl::unexpected(twin.error());
    if (twin->interrupted) return {};
    set_against(fraud, twin->metrics.frauds.at(0));
  }
  return {};
}

}  // namespace

Result<Run> run_scenario(const scenarios::Scenario& scenario, const RunOptions& options) {
  auto out = run_once(scenario, options);
  if (!out || out->interrupted || options.pause_at) return out;
  if (auto twins = add_twins(scenario, options, *out); !twins)
    return tl::unexpected(twins.error());
  return out;
}

}  // namespace capmarket::run
