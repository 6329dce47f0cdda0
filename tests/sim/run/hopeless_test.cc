// What is said of groups that can never get anything is so: nothing is granted to them, and to
// those who nearly are, something is. The sentences: tests/scenarios/hopeless_test.cc.
#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "sim/kernel/random.h"
#include "sim/run/run.h"
#include "tests/support/hopeless_cases.h"

namespace capmarket::run {
namespace {

scenarios::Scenario market_of(const testing::MarketChange& change) {
  testing::ScratchFolder folder;
  auto scenario = scenarios::load_scenario(testing::write_market(folder, change), change.sets, {});
  CHECK(scenario.has_value(), scenario ? std::string() : to_text(scenario.error()));
  return *scenario;
}

RunMetrics run_of(const scenarios::Scenario& scenario) {
  auto out = run_scenario(scenario, {});
  CHECK(out.has_value(), out ? std::string() : to_text(out.error()));
  return out->metrics;
}
RunMetrics run_of(const testing::MarketChange& change) { return run_of(market_of(change)); }

class HopelessRuns : public ::testing::TestWithParam<testing::HopelessCase> {};

TEST_P(HopelessRuns, grant_nothing_and_a_near_miss_something) {
  const testing::HopelessCase& c = GetParam();
  const RunMetrics none = run_of(c.hopeless);
  const bool asks = c.name != "asks_after_the_end" && c.name != "users_away";
  EXPECT_EQ(none.losses.demanded.value > 0, asks);
  EXPECT_EQ(none.total.grants, 0);
  EXPECT_GT(run_of(c.near_miss).total.grants, 0);
}

INSTANTIATE_TEST_SUITE_P(Kinds, HopelessRuns, ::testing::ValuesIn(testing::hopeless_cases()),
                         [](const auto& one) { return one.param.name; });

/// What is given up may be granted all the same.
TEST(HopelessRuns, who_gives_up_too_soon_gives_up_every_settlement) {
  auto with = [](const std::string& timeout) {
    return testing::MarketChange{
        {{"chain.interval", "10ms"}, {"users.firms.timeouts.settlement", timeout}}};
  };
  const RunMetrics given_up = run_of(with("109ms"));
  EXPECT_GT(given_up.settlements, 0);
  EXPECT_EQ(given_up.untried.at("no-settlement"), given_up.objects.at("settlement"));
  EXPECT_FALSE(run_of(with("1s")).untried.contains("no-settlement"));
}

constexpr int kRandomMarkets = 300;
constexpr std::uint64_t kChanged = 5;  // one key in so many is another than in the market

/// A key and the values that it is changed to, around those at which hope ends.
struct Choice {
  std::string key;
  std::vector<std::string> values;
};

const std::vector<Choice>& choices() {
  static const std::vector<Choice> kAll = {
      {"holders.sites.window", {"20min", "1h"}},
      {"holders.sites.pieces", {"5", "18", "36"}},
      {"holders.sites.quantity", {"3", "uniform(1, 10)", "lognormal(20, 5)"}},
      {"holders.sites.ask", {"1.00", "uniform(2.00, 6.00)", "exponential(2.00)"}},
      {"holders.sites.share_reactive", {"0%", "100%"}},
      {"holders.sites.timeouts.offer", {"20ms", "100ms"}},
      {"holders.sites.timeouts.signatures", {"20ms", "100ms"}},
      {"users.firms.arrivals",
       {"{ burst: { at: 30s, size: 6 } }", "{ burst: { at: 59min, size: 6 } }", "poisson(20/h)"}},
      {"users.firms.quantity", {"5", "uniform(2, 12)", "[4, 30]"}},
      {"users.firms.length", {"1min", "uniform(5min, 40min)", "normal(3min, 1min)"}},
      {"users.firms.lead", {"0s", "90s", "uniform(1min, 2h)", "exponential(5min)"}},
      {"users.firms.budget", {"0.02", "0.20", "2.00", "20.00"}},
      {"holders.sites.rolling",
       {"{ horizon: 5min, every: 1min }", "{ horizon: 14min, every: 5min }",
        "{ horizon: 16min, every: 16min }", "{ horizon: 30min, every: 10min }"}},
      {"holders.sites.outages", {"[{ from: 1min, until: 50min, share: 90% }]", "[{ from: 5min, until: 9min }]"}},
      {"holders.sites.away", {"[{ from: 0s, until: 1h }]", "[{ from: 10min, until: 40min }]"}},
      {"users.firms.away", {"[{ from: 0s, until: 59min }]", "[{ from: 0s, until: 1h }]"}},
      {"holders.sites.leaves", {"0s", "1min", "40min"}},
      {"users.firms.tier", {"cheapest-eligible"}},
      {"users.firms.value", {"0.80", "1.50", "normal(2.00, 1.00)"}},
      {"users.firms.partial", {"50%", "100%"}},
      {"users.firms.patience", {"100ms", "400ms", "2s"}},
      {"users.firms.timeouts.offer", {"20ms", "100ms"}},
      {"users.firms.follow.lag", {"1s", "8min"}},
      {"discovery.mode", {"reactive", "hybrid"}},
      {"discovery.directories", {"0", "2"}},
      {"discovery.lag", {"29s", "50min"}},
      {"network.latency", {"1ms", "25ms", "uniform(10ms, 60ms)", "exponential(50ms)"}},
      {"chain.interval", {"1ms", "5s"}},
      {"chain.clock_error", {"50ms"}},
      {"coordinators",
       {"[{ name: desk, class: compute, scope: [eu], delay: 50ms }]",
        "[{ name: desk, class: compute, scope: [eu], delay: uniform(0s, 2s) }]"}},
      {"network.partitions",
       {"[{ from: 1min, until: 1h, between: [firms, sites] }]",
        "[{ from: 0s, until: 1h, between: [desk, sites] }]"}},
      {"adversaries",
       {"[{ attack: resubmission, count: 1 }]", "[{ attack: needless-displacement, count: 1 }]",
        "[{ attack: wrong-shard, count: 2 }]"}},
  };
  return kAll;
}

const std::vector<std::pair<std::string, std::string>>& rule_choices() {
  static const std::vector<std::pair<std::string, std::string>> kAll = {
      {"", ""},
      {"lead: 0s .. 1d", "lead: 2min .. 10min"},
      {"skew: 1min", "skew: 50ms"},
      {"quantity: 1 .. 100", "quantity: 4 .. 8"},
      {"granularity: 1min", "granularity: 7min"},
      {"length: 1min .. 4h", "length: 4min .. 6min"},
      {"mode: negotiated, floor: 0.50, cap: 10.00", "mode: fixed, tariff: 1.50"},
      {"coordination: { mode: none }", "coordination: { mode: single }"},
  };
  return kAll;
}

testing::MarketChange random_change(std::uint64_t number) {
  kernel::Stream stream({number, 0}, {}, kernel::Draw::quantity, 0);
  testing::MarketChange out;
  const auto& rules = rule_choices();
  std::tie(out.piece, out.by) = rules[stream.below(rules.size())];
  const bool single = out.by.find("single") != out.by.npos;
  bool desk = false;
  for (const Choice& c : choices()) {
    const bool needed = single && c.key == "coordinators";
    if (stream.below(kChanged) != 0 && !needed) continue;
    const std::string& value = c.values[stream.below(c.values.size())];
    desk = desk || c.key == "coordinators";
    if (value.find("desk, sites") == value.npos || desk) out.sets.emplace_back(c.key, value);
  }
  return out;
}

/// Whatever stands together: who is told that nothing is granted is granted nothing.
TEST(HopelessRuns, nothing_is_said_that_is_not_so_of_random_markets) {
  int told = 0, granted = 0;
  for (std::uint64_t i = 0; i < kRandomMarkets; ++i) {
    const testing::MarketChange change = random_change(i);
    const scenarios::Scenario s = market_of(change);
    const bool hopeless = std::any_of(s.warnings.begin(), s.warnings.end(), [](const Problem& p) {
      return p.what.find("is never granted anything") != p.what.npos;
    });
    const std::int64_t grants = run_of(s).total.grants;
    told += hopeless ? 1 : 0;
    granted += grants > 0 ? 1 : 0;
    if (!hopeless || grants == 0) continue;
    std::string sets = change.by;
    for (const auto& [key, value] : change.sets) sets += "\n" + key + "=" + value;
    ADD_FAILURE() << i << ": " << grants << " grants of\n" << sets << "\n" << to_text(s.warnings);
  }
  EXPECT_GT(told, kRandomMarkets / 4);
  EXPECT_GT(granted, kRandomMarkets / 10);
}

}  // namespace
}  // namespace capmarket::run
