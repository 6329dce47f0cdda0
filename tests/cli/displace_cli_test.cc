// What a settlement displaced, and what a refused one lacked, as the commands tell it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/binary.h"

namespace capmarket::cli {
namespace {

using ::testing::HasSubstr;

constexpr const char* kLacks =
    "leg 0 lacks 101; displacing for it: compensation 760.0000, refund 505.0000";

class DisplaceCli : public BinaryTest {
 protected:
  DisplaceCli() {
    dir.write("rule.yaml", slurp(root + "/scenarios/rules/emergency-displacement.yaml"));
  }
  /// The scenario lowest-first, with something in it replaced.
  std::string scenario(const std::string& from = "", const std::string& to = "") const {
    const std::string rule = "../../../../scenarios/rules/emergency-displacement.yaml";
    std::string text = slurp(root + "/tests/sim/script/displace/lowest-first.yaml");
    text = testing::edited(text, rule, "rule.yaml");
    if (!from.empty()) text = testing::edited(text, from, to);
    dir.write("s.yaml", text);
    return "s.yaml";
  }
};

TEST_F(DisplaceCli, run_tells_who_gave_way_and_what_a_refused_settlement_lacked) {
  Outcome run = call("run " + scenario() + " --out r");
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("admitted, displaces low 100, mid 1"));
  EXPECT_THAT(run.out, HasSubstr("refused by displacement; " + std::string(kLacks)));
  EXPECT_THAT(run.out, HasSubstr("displacements: 2 of 363600 unit-seconds, compensation owed "
                                 "760.0000 EUR"));
  EXPECT_EQ(call("verify r").status, 0);
}

TEST_F(DisplaceCli, run_ends_with_1_where_others_give_way_than_expected) {
  Outcome run = call("run " + scenario("{ low: 100, mid: 1 }", "{ low: 1, mid: 100 }") + " --out r");
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.out, HasSubstr("NOT AS EXPECTED (to displace low 1, mid 100)"));
}

TEST_F(DisplaceCli, run_says_what_replaces_the_list_of_those_who_give_way) {
  const std::string list = "displaces: [{ grant: low, quantity: 1, from: 1h, until: 2h }]";
  Outcome run = call("run " + scenario("of: d, expect: { refused: [capacity] }", "of: d, " + list));
  EXPECT_EQ(run.status, 2);
  EXPECT_THAT(run.err, HasSubstr("s.yaml:25:"));
  EXPECT_THAT(run.err, HasSubstr("who gives way is computed, not listed"));
  EXPECT_THAT(run.err, HasSubstr("`displace: { compensation: MONEY, refund: MONEY }`"));
}

TEST_F(DisplaceCli, chain_commands_state_what_was_lacking) {
  Outcome run = call("run " + scenario() + " --out r --format json");
  ASSERT_EQ(run.status, 0) << run.err;
  std::string refused, admitted;
  const auto summary = run.json();
  for (const auto& step : summary["script"]["steps"]) {
    if (step["name"] == "short") refused = step["sequence"].dump();
    if (step["name"] == "high") admitted = step["sequence"].dump();
  }
  EXPECT_THAT(call("chain explain r " + refused).out, HasSubstr(kLacks));
  EXPECT_THAT(call("chain show r " + refused).out, HasSubstr(kLacks));
  auto shown = call("chain show r " + refused + " --format json").json();
  EXPECT_EQ(shown["shortfalls"][0]["lack"], 101);
  EXPECT_EQ(shown["shortfalls"][0]["compensation"], "760.0000");
  EXPECT_EQ(shown["shortfalls"][0]["refund"], "505.0000");
  Outcome lineage = call("chain lineage r " + admitted);
  EXPECT_THAT(lineage.out, HasSubstr("100 over 2026-01-15T17:00:00Z to 2026-01-15T18:00:00Z, rank "
                                     "10 by rank 30, compensation 750.0000"));
}

}  // namespace
}  // namespace capmarket::cli
