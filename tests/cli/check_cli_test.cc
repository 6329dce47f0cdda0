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

TEST_F(CheckCli, a_warning_of_the_file_is_counted_told_to_ci_and_fails_where_warnings_fail) {
  copied(rules + "clean.yaml", "refund: 100%", "refund: 100", "rule.yaml");
  const std::string check = "check rule.yaml --scenarios none ";
  Outcome text = call(check);
  EXPECT_EQ(text.status, 0);
  EXPECT_NE(text.out.find("warning as-written (blocks nothing)\n  `refund: 100` is 10000%"),
            text.out.npos)
      << text.out;
  EXPECT_NE(text.out.find("0 refuted, 0 vacuous, 0 undecided; 1 warning as written;"),
            text.out.npos);
  EXPECT_NE(text.err.find("`refund: 100` is 10000% of the value"), text.err.npos);
  EXPECT_EQ(call(check + "--fail-level warning").status, 1);
  EXPECT_EQ(call("check '" + rules + "clean.yaml' --fail-level warning").status, 0);
  EXPECT_EQ(call("check rule.yaml --over limits.skew=5s..6s --samples 2 --fail-level warning").status, 1);
  const Json json = call(check + "--format json").json();
  EXPECT_EQ(json["warnings"][0]["what"], "`refund: 100` is 10000% of the value");
  EXPECT_EQ(json["counts"]["as_written"], 1);
  const std::string junit = call(check + "--format junit").out;
  EXPECT_NE(junit.find("skipped=\"1\""), junit.npos);
  EXPECT_NE(junit.find("<skipped message=\"warning: `refund: 100` is 10000% of the value\">"),
            junit.npos);
  EXPECT_NE(call(check + "--format junit --fail-level warning").out.find("failures=\"1\""),
            junit.npos);
  const Json sarif = call(check + "--format sarif").json();
  ASSERT_EQ(sarif["runs"][0]["results"].size(), 1u);
  EXPECT_EQ(sarif["runs"][0]["results"][0]["ruleId"], "as-written");
  EXPECT_EQ(sarif["runs"][0]["results"][0]["level"], "warning");
}

TEST_F(CheckCli, counts_each_finding_once_by_verdict_and_level) {
  for (const char* name : {"compensated-zero", "coverage-gap", "clean"}) {
    const Outcome o = call("check '" + rules + name + ".yaml' --scenarios none --format json");
    const Json json = o.json();
    const Json& n = json["counts"];
    std::size_t sum = n["proved"].get<std::size_t>() + n["info"].get<std::size_t>() +
                      n["undecided"].get<std::size_t>();
    for (const char* verdict : {"refuted", "vacuous"})
      for (const char* level : {"error", "warning", "inform"}) {
        const auto expected = std::count_if(
            json["analyses"].begin(), json["analyses"].end(),
            [&](const Json& a) { return a["verdict"] == verdict && a["severity"] == level; });
        EXPECT_EQ(n[verdict][level], expected) << name << " " << verdict << " " << level;
        sum += n[verdict][level].get<std::size_t>();
      }
    EXPECT_EQ(sum, json["analyses"].size()) << name;
    EXPECT_EQ(n["findings"], json["analyses"].size()) << name;
  }
  const std::string text = call("check '" + rules + "compensated-zero.yaml' --scenarios none").out;
  EXPECT_NE(text.find("1 refuted (1 error), 0 vacuous"), text.npos) << text;
  const std::string junit =
      call("check '" + rules + "compensated-zero.yaml' --scenarios none --format junit").out;
  EXPECT_NE(junit.find("<failure message=\"refuted: tier `urgent` can displace and owes nothing"),
            junit.npos)
      << junit;
}

TEST_F(CheckCli, a_theorem_that_is_none_is_told_with_the_one_that_is_meant) {
  Outcome o = call("prove --theorem inv1");
  EXPECT_EQ(o.status, 2);
  EXPECT_NE(o.err.find("did you mean `INV-1`?"), o.err.npos) << o.err;
}

TEST_F(CheckCli, work_is_shown_on_a_terminal_and_nowhere_else) {
  const std::string rule = "'" + rules + "clean.yaml'";
  for (const std::string& one :
       {"check " + rule + " --scenarios none", "fuzz " + rule + " --histories 2 --save none"}) {
    Outcome plain = call(one);
    EXPECT_EQ(plain.err, "") << one;
    const std::string shown = call_binary(dir.path(), "",
                                          "script -qec \"'" + std::string(CAPMARKET_BINARY) + "' " +
                                              one + "\" terminal.txt >/dev/null </dev/null; true")
                                  .out;
    ASSERT_FALSE(slurp(dir / "terminal.txt").empty()) << "`script` (bsdutils) shows nothing";
    EXPECT_NE(slurp(dir / "terminal.txt")
                  .find(one.starts_with("check") ? "coverage [tiers]" : "history 1 of 2"),
              std::string::npos)
        << one;
  }
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
