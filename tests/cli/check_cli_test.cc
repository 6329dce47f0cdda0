// `capmarket check` with files beside its report, and `rule schema`: statuses, messages, files.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/binary.h"
#include "tests/support/scratch_folder.h"

namespace capmarket::cli {
namespace {

using Json = nlohmann::json;

class CheckCli : public BinaryTest {
 protected:
  std::string rules = root + "/tests/verify/analyses/rules/";
};

TEST_F(CheckCli, save_test_writes_once_and_again_only_by_force) {
  std::string check = "check '" + rules + "coverage-gap.yaml' --save-test cases.yaml";
  EXPECT_EQ(call(check).status, 1);
  std::string written = slurp(dir / "cases.yaml");
  EXPECT_NE(written.find("expect: { admitted: false }"), written.npos);
  dir.write("cases.yaml", "mine");
  Outcome refused = call(check);
  EXPECT_EQ(refused.status, 2);
  EXPECT_NE(refused.err.find("the file exists"), refused.err.npos);
  EXPECT_EQ(slurp(dir / "cases.yaml"), "mine");
  EXPECT_EQ(call(check + " --force").status, 1);
  EXPECT_EQ(slurp(dir / "cases.yaml"), written);
}

TEST_F(CheckCli, a_limit_of_the_effort_is_known_given_once_and_told_in_json) {
  const std::string check = "check '" + rules + "clean.yaml' --scenarios none --format json";
  Outcome usual = call(check);
  EXPECT_EQ(Json::parse(usual.out)["settings"]["effort"]["boxes"], 400);
  EXPECT_EQ(Json::parse(usual.out)["settings"]["rlimit"], 50'000'000);
  Outcome few = call(check + " --effort boxes=3 --effort smaller=200000");
  EXPECT_EQ(few.status, 0);
  EXPECT_EQ(Json::parse(few.out)["settings"]["effort"]["boxes"], 3);
  EXPECT_EQ(Json::parse(few.out)["settings"]["effort"]["smaller"], 200'000);
  for (const char* wrong : {"boxs=3", "boxes", "boxes=0", "boxes=many", "smaller-of-diff=3",
                            "boxes=3 --effort boxes=4"})
    EXPECT_EQ(call(check + " --effort " + wrong).status, 2) << wrong;
  EXPECT_NE(call(check + " --effort boxs=3").err.find("did you mean `boxes`?"), std::string::npos);
  EXPECT_NE(call("check --help").out.find("boxes "), std::string::npos);
}

TEST_F(CheckCli, save_test_writes_nothing_where_it_cannot_or_need_not) {
  EXPECT_EQ(call("check '" + rules + "clean.yaml' --save-test none.yaml").status, 0);
  EXPECT_EQ(
      call("check '" + rules + "coverage-gap.yaml' --save-test none.yaml --finding covrage").status,
      2);
  EXPECT_EQ(slurp(dir / "none.yaml"), "");
  EXPECT_EQ(call("check '" + rules + "coverage-gap.yaml' --save-test no/folder.yaml").status, 2);
  EXPECT_EQ(
      call("check '" + rules + "clean.yaml' '" + rules + "clean-goals.yaml' --save-test x").status,
      2);
}

TEST_F(CheckCli, a_golden_case_without_a_market_is_wrong_input) {
  std::string text = slurp(rules + "clean-examples.yaml");
  const std::string good = "{ tier: firm, quantity: 9 }";
  const std::size_t at = text.find(good);
  ASSERT_NE(at, text.npos);
  const auto line =
      1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  text.replace(at, good.size(), "{ tier: firm, victim.tier: firm, victim.rank: 21 }");
  Outcome wrong = call("check '" + dir.write("rule.yaml", text) + "' --save-test cases.yaml");
  EXPECT_EQ(wrong.status, 2);
  EXPECT_EQ(wrong.out, "");
  EXPECT_NE(wrong.err.find("rule.yaml:" + std::to_string(line) + ":"), wrong.err.npos) << wrong.err;
  EXPECT_NE(wrong.err.find("example 3: no version that is here has such a tier"), wrong.err.npos);
  EXPECT_NE(wrong.err.find("`firm` of rank 20"), wrong.err.npos) << wrong.err;
  EXPECT_EQ(slurp(dir / "cases.yaml"), "");
}

TEST_F(CheckCli, over_gives_the_worst_status_of_the_range) {
  std::string over = "check '" + rules + "notice-holds.yaml' --format json --over ";
  Outcome flips = call(over + "lease=4min..6min");
  EXPECT_EQ(flips.status, 1) << flips.err;
  Json json = Json::parse(flips.out);
  ASSERT_EQ(json["over"]["flips"].size(), 1u);
  EXPECT_EQ(json["over"]["flips"][0]["at"], "6min");
  EXPECT_EQ(call(over + "lease=4min..5min").status, 0);
  Outcome wrong = call(over + "limits.skewed=1s..2s");
  EXPECT_EQ(wrong.status, 2);
  EXPECT_NE(wrong.err.find("unknown key `skewed`"), wrong.err.npos);
  EXPECT_EQ(wrong.out, "");
}

TEST_F(CheckCli, against_judges_coordination_on_the_scenario) {
  std::string ground = rules + "ground/";
  std::string check = "check '" + ground + "ground.rule.yaml' --format json --fail-level warning ";
  auto verdict = [](const Outcome& o) {
    const Json report = Json::parse(o.out);
    for (const Json& one : report["analyses"])
      if (one["analysis"] == "coordination-scope") return one["verdict"].get<std::string>();
    return std::string("not asked");
  };
  EXPECT_EQ(verdict(call(check)), "info");
  EXPECT_EQ(verdict(call(check + "--against '" + ground + "feeders.yaml'")), "proved");
  Outcome wrong = call(check + "--against nowhere.yaml");
  EXPECT_EQ(wrong.status, 2);
  EXPECT_EQ(wrong.out, "");
}

TEST_F(CheckCli, rule_schema_prints_the_file_that_ships) {
  Outcome schema = call("rule schema");
  EXPECT_EQ(schema.status, 0);
  EXPECT_EQ(schema.out, slurp(root + "/scenarios/schema/rule.schema.json"));
}

TEST_F(CheckCli, scenario_schema_prints_the_file_that_ships) {
  Outcome schema = call("scenario schema");
  EXPECT_EQ(schema.status, 0);
  EXPECT_EQ(schema.out, slurp(root + "/scenarios/schema/scenario.schema.json"));
}

}  // namespace
}  // namespace capmarket::cli
