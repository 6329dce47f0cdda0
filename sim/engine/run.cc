#include "sim/engine/run.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/agents/holder.h"
#include "sim/agents/user.h"
#include "sim/engine/population.h"
#include "sim/engine/setup.h"

namespace capmarket {
namespace {

/// The first multiple of the interval at or after `t`: when the chain signs what it admitted.
Instant signing_time(const World& w, Instant t) {
  Duration interval = w.scenario->chain_interval;
  return interval.value <= 0 ? t : round_up(t, interval);
}

Result<void> on_chain_arrival(World& w, std::uint32_t index) {
  Passage& p = w.passages[index];
  CheckedSubmission checked = w.pool->join(*p.ticket);
  p.ticket.reset();
  auto receipt = w.chain->submit(checked, w.now);
  if (!receipt) return tl::unexpected(receipt.error());
  p.receipt = std::move(*receipt);
  Instant signs = signing_time(w, w.now);
  if (signs > w.next_checkpoint) {
    w.next_checkpoint = signs;
    w.schedule(signs, EventKind::checkpoint, 0, static_cast<std::uint32_t>(w.events));
  }
  w.schedule(signs + w.latency(index, 1U << 30), EventKind::receipt, index);
  return {};
}

void on_receipt(World& w, std::uint32_t index) {
  const Passage passage = w.passages[index];
  switch (passage.kind) {
    case PassageKind::declaration:
      return on_declaration_receipt(w, passage);
    case PassageKind::request:
      return on_request_receipt(w, passage);
    case PassageKind::settlement:
      return on_settlement_receipt(w, passage);
  }
}

/// Simulated receipts wait for each signing time; the disk is written once so many entries wait,
/// because a flush costs as much as a hundred admissions. Counted in entries, never in wall time.
constexpr std::int64_t kEntriesPerFlush = 1024;

Result<void> on_checkpoint(World& w) {
  if (w.chain->size() - w.flushed < kEntriesPerFlush) return {};
  w.flushed = w.chain->size();
  return w.chain->checkpoint();
}

Result<void> dispatch(World& w, const SimEvent& e) {
  switch (e.kind) {
    case EventKind::chain_arrival:
      return on_chain_arrival(w, e.subject);
    case EventKind::receipt:
      on_receipt(w, e.subject);
      return {};
    case EventKind::proposal:
      on_proposal(w, e.subject);
      return {};
    case EventKind::offer:
      on_offer(w, e.subject);
      return {};
    case EventKind::countersign:
      on_countersign(w, e.subject);
      return {};
    case EventKind::release:
      on_release(w, w.releases[e.subject]);
      return {};
    case EventKind::demand:
      on_demand(w, e.subject, e.occurrence);
      return {};
    case EventKind::checkpoint:
      return on_checkpoint(w);
  }
  return {};
}

int share(const Scenario& s, Instant now) {
  if (s.duration.value <= 0) return 10'000;
  Int128 done = static_cast<Int128>((now - s.start).value) * 10'000 / s.duration.value;
  return static_cast<int>(std::clamp<Int128>(done, 0, 10'000));
}

/// Events until the scenario's end; true when it was interrupted.
Result<bool> loop(World& w, const RunOptions& options) {
  Instant end = w.scenario->end();
  while (!w.queue.empty() && w.queue.next_time() < end) {
    SimEvent e = w.queue.pop();
    w.now = e.time;
    ++w.events;
    if (auto r = dispatch(w, e); !r) return tl::unexpected(r.error());
    if ((w.events & 0x3ff) != 0) continue;
    if (options.progress) options.progress(share(*w.scenario, w.now), w.events);
    if (options.interrupt != nullptr && options.interrupt->load()) return true;
  }
  return false;
}

}  // namespace

Result<Run> run_scenario(const Scenario& scenario, const RunOptions& options) {
  Run out;
  out.seed = options.seed.value_or(scenario.seed_dynamics);
  out.scheme = options.scheme.value_or(scenario.signatures);
  set_check_context(fmt::format("scenario {} seed {}", scenario.name, out.seed));
  World w;
  w.scenario = &scenario;
  w.population = {static_cast<std::uint64_t>(scenario.seed_population), 0};
  w.dynamics = {static_cast<std::uint64_t>(out.seed), 1};
  populate(w);
  MetricsCollector collector(scenario.start, scenario.end());
  ChainOptions chain{options.chain_dir, std::max(0, options.threads - 1), out.scheme,
                     [&](const Event& event) { collector.on_event(event); }};
  if (auto r = set_up(w, chain); !r) return tl::unexpected(r.error());

  if (auto r = w.chain->checkpoint(); !r) return tl::unexpected(r.error());
  if (options.begun) options.begun();
  w.now = scenario.start;
  publish_declarations(w);
  schedule_demand(w);
  auto interrupted = loop(w, options);
  if (!interrupted) return tl::unexpected(interrupted.error());
  out.interrupted = *interrupted;
  if (!out.interrupted) {
    w.now = scenario.end();
    w.chain->tick(w.now);
  }
  if (auto r = w.chain->checkpoint(); !r) return tl::unexpected(r.error());
  out.log_key = log_key(w.population);
  out.chain = w.chain->state().chain;
  out.root = w.chain->root();
  out.size = w.chain->size();
  out.signatures = w.chain->signature_count();
  out.events = w.events;
  out.simulated = w.now - scenario.start;
  out.metrics = collector.finish(w.chain->state());
  for (const UserState& u : w.users) out.metrics.adversaries += u.inflates ? 1 : 0;
  if (scenario.trace)
    for (const TraceRequest& t : scenario.trace->requests)
      out.metrics.not_issued += t.issue_at >= scenario.end() ? 1 : 0;
  w.chain->observe(nullptr);
  return out;
}

}  // namespace capmarket
