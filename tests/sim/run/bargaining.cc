#include "tests/sim/run/bargaining.h"

#include <fmt/format.h>

#include "sim/run/run.h"
#include "sim/world/world.h"
#include "tests/support/scratch_folder.h"

namespace capmarket::run {
namespace {

constexpr std::string_view kBargainingRule = R"(rule: eu/space
version: 1
authority: eu/operator
class: space
scope: eu
effective: { from: 2026-01-01T00:00:00Z, until: 2028-01-01T00:00:00Z }
granularity: 1min
unit: rack
retention: 1d
currency: EUR
limits: { quantity: 1 .. 1000, price: 0.00 .. 20.00, length: 1min .. 60d, lead: 0s .. 1d, skew: 5s }
coordination: { mode: none }
tiers:
  - { name: all, rank: 10, eligible: true }
fallback:
  - { name: none, substitution: none, notify_within: 1min, refund: 0%, penalty: 0% }
revocation: { on_review: uphold }
)";

std::string bargaining_text(const BargainingMarket& m) {
  return fmt::format(R"YAML(scenario: bargaining
start: 2026-01-15T16:00:00Z
duration: {0}min
locations: {{ tree: eu, branching: [] }}
authorities: [{{ name: eu/operator, scope: eu, classes: [space] }}]
classes: [{{ name: space, unit: rack, retention: 1d, granularity: 1min }}]
rules: [rule.yaml]
discovery: {{ mode: prepublished, directories: 1, lag: 1ms }}
network: {{ latency: 1ms }}
chain: {{ interval: 500ms, clock_error: 0s }}
holders:
  - {{ name: sellers, count: {1}, quantity: 4, window: 8h, ask: "uniform(1.00, 6.00)", strategy: prepublish,
      pricing: {2}, concession: {3} }}
users:
  - {{ name: buyers, count: {4}, class: space, tier: all, arrivals: {8}, quantity: 1, length: 1h,
      lead: 2min, value: "uniform(2.00, 10.00)", patience: 1min, bid: {5}, protocol: {6}, concession: {7} }}
)YAML",
                     m.minutes, m.holders, m.pricing, m.holder_concedes, m.users, m.bid, m.protocol,
                     m.user_concedes, m.arrivals);
}

void count_dealings(const world::World& w, Bargained& out) {
  const chain::ChainState& s = w.state();
  for (const chain::GrantRecord& g : s.grants) {
    const party::RequestState& r = w.requests[w.request_of(s, g)];
    const party::HolderState& h = w.holders[w.holder_of(s, g)];
    ++out.grants;
    out.below_cost += g.leg.price < h.ask ? 1 : 0;
    out.above_value += g.leg.price > r.value ? 1 : 0;
    out.above_bid += g.leg.price > r.max_price ? 1 : 0;
  }
}

}  // namespace

scenarios::Scenario bargaining_scenario(const BargainingMarket& market) {
  testing::ScratchFolder folder;
  folder.write("rule.yaml", std::string(kBargainingRule) + "pricing: " + market.rule_pricing + "\n");
  auto scenario =
      scenarios::load_scenario(folder.write("bargaining.yaml", bargaining_text(market)), {}, {});
  CHECK(scenario.has_value(), scenario ? std::string() : to_text(scenario.error()));
  return *std::move(scenario);
}

scenarios::Scenario regular_customer() {
  BargainingMarket m;
  m.holders = 1, m.users = 1, m.minutes = 120;
  m.pricing = "{ cost-plus: 0% }";
  m.arrivals = "{ renewal: 10min }";
  scenarios::Scenario s = bargaining_scenario(m);
  s.holders[0].ask = scenarios::Distribution::constant(20'000);
  s.holders[0].quantity = scenarios::Distribution::constant(100);
  s.users[0].value = scenarios::Distribution::constant(50'000);
  return s;
}

Bargained bargain_in(const BargainingMarket& market, int seed) {
  const scenarios::Scenario scenario = bargaining_scenario(market);
  Bargained out;
  RunOptions options;
  options.scheme = crypto::Scheme::mac;
  options.seed = seed;
  options.optimum = OptimumMethod::flow;
  options.at_end = [&](world::World& w) { count_dealings(w, out); };
  auto run = run_scenario(scenario, options);
  CHECK(run.has_value(), run ? std::string() : to_text(run.error()));
  out.refused = run->metrics.refused;
  const WelfareMetric& w = run->metrics.welfare;
  CHECK(w.welfare && w.optimum && w.optimum->welfare > 0);
  out.welfare = static_cast<double>(w.welfare->achieved()) / static_cast<double>(w.optimum->welfare);
  return out;
}

}  // namespace capmarket::run
