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

TEST_F(ScriptLoadTest, displaces_at_most_thirty_two_grants_a_leg) {
  const std::string entry = "{grant: g, quantity: 1, from: 1h, until: 2h}";
  auto settle = [&](int entries) {
    return fmt::format(
        "  - {{settle: g, at: 2s, request: r, of: d}}\n"
        "  - {{settle: h, at: 3s, request: r, of: d, displaces: [{}]}}",
        repeated(entry, entries));
  };
  for (int entries : {0, 1, objects::kVictimsMax}) EXPECT_TRUE(load(settle(entries))) << entries;
  expect_problem(load(settle(objects::kVictimsMax + 1)), kSettleLine + 1, 55, "expected: 0 to 32");
}

}  // namespace
}  // namespace capmarket::scenarios
