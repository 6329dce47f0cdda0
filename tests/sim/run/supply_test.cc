// What holders have over time: rolling windows, planned outages, holders that leave, schedules of
// what they share; users who ask at the cheapest tier, and by a file of rates.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/run/run.h"
#include "sim/world/world.h"
#include "tests/scenarios/expect_problem.h"
#include "tests/sim/run/played.h"
#include "tests/support/scratch_folder.h"

namespace capmarket::run {
namespace {

constexpr std::string_view kSupplyRule = R"(rule: eu/space
version: 1
authority: eu/operator
class: space
scope: eu
effective: {{ from: 2026-01-01T00:00:00Z, until: 2028-01-01T00:00:00Z }}
granularity: 1min
unit: rack
retention: 1d
currency: EUR
limits: {{ quantity: 1 .. 1000, price: 0.00 .. 20.00, length: 1min .. 60d, lead: 0s .. 1d, skew: 5s }}
coordination: {{ mode: {} }}
pricing: {}
tiers:
  - {{ name: gold, rank: 20, eligible: true }}
  - {{ name: plain, rank: 10, eligible: true }}
fallback:
  - {{ name: none, substitution: none, notify_within: 1min, refund: 0%, penalty: 0% }}
revocation: {{ on_review: uphold }}
)";

constexpr std::string_view kSupply = R"YAML(scenario: supply
start: 2026-01-15T16:00:00Z
duration: 2h
locations: { tree: eu, branching: [] }
authorities: [{ name: eu/operator, scope: eu, classes: [space] }]
classes: [{ name: space, unit: rack, retention: 1d, granularity: 1min }]
rules: [rule.yaml]
discovery: { mode: prepublished, directories: 1, lag: 1ms }
network: { latency: 1ms }
chain: { interval: 500ms, clock_error: 0s }
)YAML";

/// A customer who wants a rack for ten minutes every ten minutes, two minutes ahead, of a holder that
/// has a hundred for eight hours.
constexpr std::string_view kRegular =
    "users:\n  - { name: buyers, count: 1, tier: plain, arrivals: { renewal: 10min }, quantity: 1, "
    "length: 10min, lead: 2min, value: 9.00, patience: 1min }\n";

std::string holders_with(std::string_view keys) {
  return fmt::format(
      "holders:\n  - {{ name: sellers, count: 1, strategy: prepublish, quantity: 100, window: 8h, "
      "ask: 1.00{} }}\n",
      keys);
}

class Supply : public ::testing::Test {
 protected:
  Result<scenarios::Scenario> load(const std::string& parties, std::string_view coordination = "none",
                                   std::string_view pricing = "{ mode: negotiated, floor: 0.00, cap: 20.00 }") {
    folder_.write("rule.yaml", fmt::format(fmt::runtime(kSupplyRule), coordination, pricing));
    return scenarios::load_scenario(folder_.write("s.yaml", std::string(kSupply) + parties), {}, {});
  }
  run::Run play(const std::string& parties, const std::function<void(world::World&)>& at_end = nullptr) {
    auto scenario = load(parties);
    CHECK(scenario.has_value(), scenario ? std::string() : to_text(scenario.error()));
    return played(*scenario, at_end);
  }
  static std::int64_t minute(const world::World& w, Instant t) {
    return (t - w.scenario->start).value / (60 * kNanosPerSecond);
  }

  testing::ScratchFolder folder_;
};

constexpr Volume minutes_of_one(std::int64_t n) {
  return volume_of(Quantity(1), Duration(n * 60 * kNanosPerSecond));
}

using Span = std::pair<std::int64_t, std::int64_t>;

TEST_F(Supply, of_a_rolling_window_is_declared_as_it_comes_into_the_horizon) {
  std::vector<Span> windows;
  std::vector<std::int64_t> admitted;
  const run::Run r = play(
      holders_with(", rolling: { horizon: 1h, every: 30min }") + std::string(kRegular),
      [&](world::World& w) {
        for (const party::Listing& l : w.listings) {
          windows.emplace_back(minute(w, l.window.from), minute(w, l.window.until));
          admitted.push_back(minute(w, l.listed));
        }
      });
  EXPECT_EQ(windows, (std::vector<Span>{{0, 60}, {60, 90}, {90, 120}, {120, 150}}));
  EXPECT_EQ(admitted, (std::vector<std::int64_t>{0, 30, 60, 90}));
  EXPECT_EQ(r.metrics.total.grants, 8) << "but the windows over minutes 60, 90 and 120";
  EXPECT_EQ(lost_for(r, "no-listing"), minutes_of_one(30));
}

TEST_F(Supply, of_a_planned_outage_is_not_declared) {
  Volume declared;
  const run::Run whole = play(
      holders_with(", outages: [{ from: 30min, until: 1h }]") + std::string(kRegular),
      [&](world::World& w) {
        for (const party::Listing& l : w.listings)
          declared += volume_of(l.quantity, l.window.length());
      });
  EXPECT_EQ(whole.metrics.total.grants, 7) << "but the four that begin in minutes 22 to 52";
  EXPECT_EQ(declared.value, minutes_of_one(100 * (480 - 30)).value);
  const run::Run half = play(
      holders_with(", outages: [{ from: 30min, until: 1h, share: 50% }]") + std::string(kRegular));
  EXPECT_EQ(half.metrics.total.grants, 9) << "but the two over its ends";
}

TEST_F(Supply, of_a_holder_that_leaves_is_taken_back_and_what_it_granted_stands) {
  Volume back;
  const run::Run r = play(
      holders_with(", leaves: 45min") + std::string(kRegular), [&](world::World& w) {
        for (const chain::DeclarationRecord& d : w.state().declarations)
          back += d.retracted.integral(d.declared.window);
      });
  EXPECT_EQ(r.metrics.total.grants, 4) << "asked for in minutes 10 to 40";
  EXPECT_EQ(r.metrics.total.granted, minutes_of_one(40));
  EXPECT_EQ(lost_for(r, "no-listing"), minutes_of_one(70)) << "the directory names it no more";
  // From minute 46 on, less what is granted from then to minute 52.
  EXPECT_EQ(back.value, (minutes_of_one(100 * (480 - 46)) - minutes_of_one(6)).value);
}

TEST_F(Supply, that_is_shared_follows_its_schedule_up_and_down) {
  std::string users = "users:\n";
  for (const auto& [name, lead] : {std::pair("early", 9), {"middle", 39}, {"late", 69}})
    users += fmt::format(
        "  - {{ name: {}, count: 4, tier: plain, arrivals: {{ burst: {{ at: 1min, size: 4 }} }}, "
        "quantity: 1, length: 10min, lead: {}min, value: 9.00, patience: 1min }}\n",
        name, lead);
  auto scenario = load(
      holders_with("") + users +
          "coordinators: [{ name: desk, class: space, scope: [eu] }]\n"
          "infrastructure:\n  - { name: hall, class: space, locations: [eu], capacity: [{ from: 0s, "
          "quantity: 1 }, { from: 30min, quantity: 3 }, { from: 1h, quantity: 0 }] }\n",
      "single");
  ASSERT_TRUE(scenario.has_value()) << to_text(scenario.error());
  const run::Run r = played(*scenario);
  EXPECT_EQ(r.metrics.by_group.at("early").wanted.grants, 1);
  EXPECT_EQ(r.metrics.by_group.at("middle").wanted.grants, 3);
  EXPECT_EQ(r.metrics.by_group.at("late").wanted.grants, 0);
}

TEST_F(Supply, goes_to_the_cheapest_tier_at_each_time) {
  std::vector<std::string> tiers;
  const std::string parties =
      holders_with("") + "users:\n  - { name: buyers, count: 1, tier: cheapest-eligible, arrivals: { "
                         "renewal: 10min }, quantity: 1, length: 10min, lead: 2min, value: 9.00, "
                         "patience: 1min }\n";
  auto scenario =
      load(parties, "none",
           "{ mode: fixed, tariff: [{ tier: gold, from: 2026-01-15T16:00:00Z, until: "
           "2026-01-15T17:00:00Z, price: 3.00 }, { tier: gold, from: 2026-01-15T17:00:00Z, until: "
           "2026-01-15T20:00:00Z, price: 1.50 }, { tier: plain, from: 2026-01-15T16:00:00Z, until: "
           "2026-01-15T20:00:00Z, price: 2.00 }] }");
  ASSERT_TRUE(scenario.has_value()) << to_text(scenario.error());
  EXPECT_EQ(scenario->users[0].tier, "gold");
  EXPECT_EQ(scenario->users[0].further_tiers, std::vector<std::string>{"plain"});
  played(*scenario, [&](world::World& w) {
    for (const party::RequestState& r : w.requests) tiers.push_back(r.tier);
  });
  std::vector<std::string> expected(5, "plain");  // windows from minute 12 to 52
  expected.resize(11, "gold");
  EXPECT_EQ(tiers, expected);
  auto tie = load(parties);
  ASSERT_TRUE(tie.has_value());
  tiers.clear();
  played(*tie, [&](world::World& w) {
    for (const party::RequestState& r : w.requests) tiers.push_back(r.tier);
  });
  EXPECT_EQ(tiers, std::vector<std::string>(11, "gold")) << "of equal prices the best rank";
}

TEST_F(Supply, arrivals_come_from_a_file_as_from_a_list) {
  const std::string head = holders_with("") +
                           "users:\n  - { name: buyers, count: 1, tier: plain, quantity: 1, length: "
                           "10min, lead: 2min, value: 9.00, arrivals: { profile: ";
  auto listed = load(head + "[{ from: 0s, rate: 0.5/h }, { from: 16h, rate: 40/h }] } }\n");
  ASSERT_TRUE(listed.has_value()) << to_text(listed.error());
  folder_.write("rates.csv", "from,rate\n0s,0.5/h\n16h,40/h\n");
  auto from_file = load(head + "rates.csv } }\n");
  ASSERT_TRUE(from_file.has_value()) << to_text(from_file.error());
  EXPECT_EQ(canonical_json(*listed), canonical_json(*from_file));
  EXPECT_GT(played(*from_file).metrics.total.requests, 20);
  for (const auto& [text, words] :
       {std::pair("from,rate\n1h,0.5/h\n", "line 2: a rate from 1h on"),
        {"rate,from\n0.5/h,0s\n", "wrong columns"},
        {"from,rate\n0s,0.5/h\n0s,1/h\n", "line 3: a rate from 0s on"},
        {"from,rate\n0s,often\n", "line 2: `often` is no rate"},
        {"from,rate\nsoon,1/h\n", "line 2: `soon` is no duration"},
        {"from,rate\n0s\n", "line 2: 1 cells"},
        {"from,rate\n", "no rate below the columns"}}) {
    folder_.write("rates.csv", text);
    auto wrong = load(head + "rates.csv } }\n");
    ASSERT_FALSE(wrong.has_value()) << text;
    EXPECT_NE(to_text(wrong.error()).find(words), std::string::npos) << to_text(wrong.error());
  }
  auto missing = load(head + "nowhere.csv } }\n");
  ASSERT_FALSE(missing.has_value());
  EXPECT_NE(to_text(missing.error()).find("nowhere.csv"), std::string::npos);
}

TEST_F(Supply, that_makes_no_sense_is_refused) {
  for (const auto& [keys, words] :
       {std::pair(", rolling: { horizon: 1h, every: 2h }", "`every` of at most `horizon`"),
        {", rolling: { horizon: 0s, every: 1s }", "horizon"},
        {", outages: [{ from: 1h, until: 1h }]", "an end after the start"},
        {", outages: [{ from: 1h, until: 3h }, { from: 2h, until: 4h }]", "none before the end of another"},
        {", outages: [{ from: 1h, until: 3h, share: 101% }]", "101%"},
        {", leaves: never", "never"}}) {
    auto wrong = load(holders_with(keys) + std::string(kRegular));
    ASSERT_FALSE(wrong.has_value()) << keys;
    EXPECT_NE(to_text(wrong.error()).find(words), std::string::npos) << to_text(wrong.error());
  }
}

}  // namespace
}  // namespace capmarket::run
