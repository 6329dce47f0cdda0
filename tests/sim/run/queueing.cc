#include "tests/sim/run/queueing.h"

#include <fmt/format.h>

#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "sim/run/run.h"
#include "sim/world/world.h"
#include "tests/support/scratch_folder.h"

namespace capmarket::run {
namespace {

constexpr int kWarmUpHours = 10, kUsers = 10;

constexpr std::string_view kRule = R"(rule: eu/lines
version: 1
authority: eu/operator
class: line
scope: eu
effective: { from: 2026-01-01T00:00:00Z, until: 2028-01-01T00:00:00Z }
granularity: 1ms
unit: line
retention: 1d
currency: EUR
limits: { quantity: 1 .. 1000, price: 0.00 .. 100.00, length: 1ms .. 60d, lead: 0s .. 60d, skew: 5s }
coordination: { mode: none }
pricing: { mode: negotiated, floor: 0.00, cap: 20.00 }
tiers:
  - { name: first, rank: 20, eligible: true, displaces: { when: victim.rank < rank, compensation: 0.00, pay_within: 10min } }
  - { name: second, rank: 10, eligible: true }
fallback:
  - { name: none, substitution: none, notify_within: 1min, refund: 0%, penalty: 0% }
revocation: { on_review: uphold }
)";

std::string users(const LossSystem& s, const std::string& tier, double load) {
  if (load <= 0) return "";
  return fmt::format(
      "  - {{ name: {0}, count: {1}, class: line, tier: {0}, arrivals: poisson({2:.4f}/h), "
      "quantity: 1, length: {3}, lead: 10s, value: 5.00, patience: 8s, when_displaced: {4}, start: "
      "{5}, start_within: 1000h }}\n",
      tier, kUsers, load / kUsers, s.length, s.when_displaced, s.start);
}

std::string scenario_text(const LossSystem& s, int hours) {
  return fmt::format(R"(scenario: loss-system
start: 2026-01-15T16:00:00Z
duration: {0}h
locations: {{ tree: eu, branching: [] }}
authorities: [{{ name: eu/operator, scope: eu, classes: [line] }}]
classes: [{{ name: line, unit: line, retention: 1d, granularity: 1ms }}]
rules: [rule.yaml]
discovery: {{ mode: prepublished, directories: 1, lag: 1ms }}
network: {{ latency: 1ms }}
chain: {{ interval: 100ms, clock_error: 0s }}
holders:
  - {{ name: trunk, count: 1, quantity: {1}, window: {2}h, ask: 0.00, strategy: prepublish }}
users:
{3}{4})",
                     kWarmUpHours + hours, s.servers, kWarmUpHours + hours + 100,
                     users(s, "first", s.first), users(s, "second", s.second));
}

void count(const world::World& w, Instant from, LossCount& out) {
  for (const party::RequestState& r : w.requests) {
    if (r.window.from < from) continue;
    const chain::RequestRecord* record = w.state().request(r.id);
    if (record == nullptr) continue;  // the end cut it off
    bool displaced = false;
    for (const chain::LossRecord& loss : record->losses)
      displaced = displaced || loss.reason == chain::LossReason::displaced;
    const bool granted = displaced || !record->losses.empty() || record->live.max(r.window).value > 0;
    const bool is_first = r.tier == "first";
    ++(is_first ? out.first : out.second);
    if (!granted) ++(is_first ? out.first_lost : out.second_lost);
    out.displaced += displaced ? 1 : 0;
  }
}

/// Looks at what is left of a run, from the end of its warm-up on.
void run_system(const LossSystem& system, int hours, int seed,
                const std::function<void(const world::World&, Instant)>& look) {
  testing::ScratchFolder folder;
  folder.write("rule.yaml", std::string(kRule));
  auto scenario =
      scenarios::load_scenario(folder.write("loss.yaml", scenario_text(system, hours)), {}, {});
  CHECK(scenario.has_value(), scenario ? std::string() : to_text(scenario.error()));
  RunOptions options;
  options.scheme = crypto::Scheme::mac;
  options.seed = seed;
  options.at_end = [&](world::World& w) {
    look(w, w.scenario->start + Duration(kWarmUpHours * kNanosPerHour));
  };
  auto run = run_scenario(*scenario, options);
  CHECK(run.has_value(), run ? std::string() : to_text(run.error()));
}

}  // namespace

LossCount lost_in(const LossSystem& system, int hours, int seed) {
  LossCount out;
  run_system(system, hours, seed,
             [&](const world::World& w, Instant from) { count(w, from, out); });
  return out;
}

double mean_wait_in(const DelaySystem& system, int hours, int seed) {
  LossSystem as_loss;
  as_loss.servers = system.servers;
  as_loss.first = system.load;
  as_loss.start = "earliest";
  double sum = 0;
  std::int64_t waits = 0;
  run_system(as_loss, hours, seed, [&](const world::World& w, Instant from) {
    for (const party::RequestState& r : w.requests) {
      if (r.wanted_from < from || w.state().request(r.id) == nullptr) continue;
      sum += static_cast<double>((r.window.from - r.wanted_from).value) /
             static_cast<double>(kNanosPerHour);
      ++waits;
    }
  });
  return sum / static_cast<double>(waits);
}

double erlang_c_wait(int servers, double load) {
  const double b = erlang_b(servers, load), rho = load / servers;
  const double waits = b / (1 - rho * (1 - b));
  return waits / (servers - load);
}

double erlang_b(int servers, double load) {
  double b = 1;
  for (int c = 1; c <= servers; ++c) b = load * b / (c + load * b);
  return b;
}

bool holds(const std::vector<double>& numbers, double truth, double level) {
  const auto n = static_cast<double>(numbers.size());
  double mean = 0, squares = 0;
  for (double x : numbers) mean += x / n;
  for (double x : numbers) squares += (x - mean) * (x - mean);
  const boost::math::students_t t(n - 1);
  const double half =
      boost::math::quantile(t, 0.5 + level / 2) * std::sqrt(squares / (n - 1) / n);
  return std::abs(mean - truth) <= half;
}

}  // namespace capmarket::run
