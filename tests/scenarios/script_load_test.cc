// Steps of a script: what no settlement can have is refused where it is written.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "model/objects/governance.h"
#include "scenarios/scenario.h"
#include "tests/scenarios/expect_problem.h"

namespace capmarket::scenarios {
namespace {

constexpr int kSettleLine = 17;
const std::string kScript = R"(scenario: tiny
start: 2026-01-15T16:00:00Z
duration: 2h
locations: [eu]
authorities: [{name: eu/operator, scope: eu, classes: [power]}]
classes: [{name: power, unit: kW, retention: 1y, granularity: 1min}]
rules: [rule.yaml]
holders:
  - {name: plant, count: 1, strategy: scripted, place: eu, quantity: 100}

users:
  - {name: low, count: 1, arrivals: none, tier: spot}

steps:
  - {declare: d, at: 0s, by: plant, quantity: 100, from: 0s, until: 6h}
  - {request: r, at: 1s, by: low, of: [d], quantity: 50, from: 1h, until: 2h, tier: spot}
)";

class ScriptLoadTest : public ::testing::Test {
 protected:
  Result<Scenario> load(const std::string& settle) {
    folder_.write("rule.yaml", testing::source_text("tests/scenarios/script_rule.yaml"));
    return load_scenario(folder_.write("tiny.yaml", kScript + settle + "\n"), {}, {});
  }
  static std::string repeated(const std::string& item, int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += (i == 0 ? "" : ", ") + item;
    return out;
  }

  testing::ScratchFolder folder_;
};

TEST_F(ScriptLoadTest, settles_one_to_eight_legs) {
  const std::string leg = "{request: r, of: d}";
  auto settle = [&](int legs) {
    return fmt::format("  - {{settle: g, at: 2s, legs: [{}]}}", repeated(leg, legs));
  };
  for (int legs : {1, 2, objects::kLegsMax}) EXPECT_TRUE(load(settle(legs))) << legs;
  expect_problem(load(settle(0)), kSettleLine, 31, "0 items in `legs`");
  expect_problem(load(settle(objects::kLegsMax + 1)), kSettleLine, 31, "expected: 1 to 8");
}

constexpr const char* kGrant = "  - {settle: g, at: 2s, request: r, of: d}\n";

TEST_F(ScriptLoadTest, states_both_ceilings_of_a_leg_that_displaces) {
  auto settle = [&](const std::string& displace) {
    return std::string(kGrant) + "  - {settle: h, at: 3s, request: r, of: d, " + displace + "}";
  };
  auto scenario = load(settle("displace: {compensation: 1.00, refund: 0.5}"));
  ASSERT_TRUE(scenario) << to_text(scenario.error());
  const auto& displace = scenario->script.steps.back().legs.front().displace;
  ASSERT_TRUE(displace);
  EXPECT_EQ(displace->compensation_at_most, Money(10'000));
  EXPECT_EQ(displace->refund_at_most, Money(5'000));
  EXPECT_FALSE(scenario->script.steps[2].legs.front().displace);
  expect_problem(load(settle("displace: {compensation: 1.00}")), kSettleLine + 1, 54,
                 "missing key `refund`");
  expect_problem(load(settle("displace: {refund: 1.00}")), kSettleLine + 1, 54,
                 "missing key `compensation`");
  expect_problem(load(settle("displace: {compensation: 1.00, refund: much}")), kSettleLine + 1, 83,
                 "money");
  const std::string terms = "displace: {compensation: 0.00, refund: 0.00}";
  expect_problem(load("  - {settle: g, at: 2s, " + terms + ", legs: [{request: r, of: d}]}"),
                 kSettleLine, 35, "this belongs to a leg");
}

TEST_F(ScriptLoadTest, says_what_replaces_the_list_of_those_who_give_way) {
  const std::string list = "displaces: [{grant: g, quantity: 1, from: 1h, until: 2h}]";
  expect_problem(load(kGrant + ("  - {settle: h, at: 3s, request: r, of: d, " + list + "}")),
                 kSettleLine + 1, 44,
                 "`displaces` is no key any more: who gives way is computed, not listed");
  auto in_a_leg =
      load(kGrant + ("  - {settle: h, at: 3s, legs: [{request: r, of: d, " + list + "}]}"));
  expect_problem(in_a_leg, kSettleLine + 1, 52,
                 "expected: `displace: { compensation: MONEY, refund: MONEY }`");
  EXPECT_EQ(in_a_leg.error().size(), 1u) << to_text(in_a_leg.error());
}

TEST_F(ScriptLoadTest, expects_what_a_settlement_displaces) {
  auto expecting = [&](const std::string& what) {
    return load(kGrant + ("  - {settle: h, at: 3s, request: r, of: d, expect: " + what + "}"));
  };
  auto scenario = expecting("{displaced: {g: 3, g.1: 4}}");
  ASSERT_TRUE(scenario) << to_text(scenario.error());
  const StepExpectation& e = *scenario->script.steps.back().expect;
  EXPECT_TRUE(e.admitted);
  EXPECT_EQ(e.displaced, (DisplacedGrants{{"g", Quantity(3)}, {"g.1", Quantity(4)}}));
  auto nobody = expecting("{displaced: {}}");
  ASSERT_TRUE(nobody) << to_text(nobody.error());
  EXPECT_EQ(nobody->script.steps.back().expect->displaced, DisplacedGrants());
  EXPECT_FALSE(expecting("admitted")->script.steps.back().expect->displaced);
  expect_problem(expecting("{displaced: {h2: 3}}"), kSettleLine + 1, 65, "no earlier step");
  expect_problem(expecting("{displaced: {g: 0}}"), kSettleLine + 1, 68, "1");
  expect_problem(expecting("{displaced: {g: 1}, refused: [capacity]}"), kSettleLine + 1, 52,
                 "both `refused` and `displaced`");
  expect_problem(expecting("{}"), kSettleLine + 1, 52, "an expectation without a key");
  expect_problem(load("  - {withdraw: r, at: 2s, expect: {displaced: {}}}"), kSettleLine, 35,
                 "only a settlement displaces");
}

}  // namespace
}  // namespace capmarket::scenarios
