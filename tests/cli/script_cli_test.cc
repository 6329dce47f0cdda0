// Counterexamples and histories as files: `check` leaves scenarios that `run` performs, `fuzz`
// saves what fails and plays it first the next time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/cli/binary.h"
#include "tests/support/scratch_folder.h"

namespace capmarket::cli {
namespace {
using ::testing::HasSubstr;

const std::string kRules = CAPMARKET_SOURCE_DIR "/tests/verify/analyses/rules/";

class ScriptCli : public BinaryTest {
 protected:
  /// A rule of the corpus, copied here, with something in it replaced.
  std::string copied(const std::string& name, const std::string& from = "",
                     const std::string& to = "") const {
    return BinaryTest::copied(kRules + name + ".yaml", from, to, name + ".yaml");
  }
};

TEST_F(ScriptCli, check_leaves_a_scenario_that_run_performs_and_verify_accepts) {
  Outcome check = call("check '" + copied("goal-compensation") + "' --format json");
  EXPECT_EQ(check.status, 1) << check.err;
  std::string file;
  const auto report = check.json();
  for (const auto& a : report["analyses"])
    if (a["analysis"] == "goal:mine") file = a["scenario"];
  ASSERT_TRUE(std::filesystem::exists(dir / file)) << file;
  Outcome run = call("run " + file + " --out shown --format json");
  EXPECT_EQ(run.status, 0) << run.err;
  auto summary = run.json();
  EXPECT_EQ(summary["script"]["as_expected"], true);
  EXPECT_EQ(summary["script"]["watch"][0]["verdict"], "broken");
  EXPECT_EQ(summary["goals"][0]["verdict"], "broken");
  EXPECT_EQ(call("verify shown").status, 0);
  // What it says is what the rule does: under another rule the same steps come out otherwise.
  std::string mended = copied("goal-compensation", "compensation:", "compensation: 1.00 +");
  EXPECT_EQ(call("run " + file + " --out again --quiet").status, 1);
}

TEST_F(ScriptCli, check_writes_no_scenario_where_none_is_wanted) {
  Outcome check = call("check '" + copied("coverage-gap") + "' --scenarios none --format json");
  const auto report = check.json();
  ASSERT_FALSE(report["analyses"].empty());
  for (const auto& a : report["analyses"]) EXPECT_TRUE(a["scenario"].is_null());
  EXPECT_FALSE(std::filesystem::exists(dir / "runs"));
}

TEST_F(ScriptCli, check_refuses_a_folder_that_cannot_be_made) {
  dir.write("taken", "a file");
  Outcome check = call("check '" + copied("coverage-gap") + "' --scenarios taken");
  EXPECT_EQ(check.status, 2);
  EXPECT_THAT(check.err, HasSubstr("cannot be written"));
}

TEST_F(ScriptCli, fuzz_saves_what_fails_beside_the_rule_and_plays_it_first) {
  std::string rule = copied("goal-compensation");
  Outcome first = call("fuzz '" + rule + "' --histories 2000 --no-audit --format json");
  EXPECT_EQ(first.status, 1) << first.err;
  EXPECT_EQ(first.json()["verdict"], "broken");
  EXPECT_EQ(first.json()["goal"], "goal:mine");
  EXPECT_EQ(first.json()["replayed"], 0);
  EXPECT_TRUE(std::filesystem::exists(dir / "goal-compensation.fuzz/goal-mine.yaml"));
  EXPECT_EQ(call("run goal-compensation.fuzz/goal-mine.yaml --out shown --quiet").status, 0);
  Outcome again = call("fuzz '" + rule + "' --histories 2000 --no-audit --format json");
  EXPECT_EQ(again.status, 1);
  EXPECT_EQ(again.json()["replayed"], 1);
  EXPECT_EQ(again.json()["histories"], 0);
  EXPECT_EQ(again.json()["trace"], first.json()["trace"]);
}

TEST_F(ScriptCli, fuzz_of_a_rule_that_holds_is_0_and_the_same_twice) {
  std::string rule = copied("clean-goals");
  Outcome once = call("fuzz '" + rule + "' --histories 20 --format json");
  EXPECT_EQ(once.status, 0) << once.err;
  EXPECT_EQ(once.err, "");
  EXPECT_EQ(once.json()["verdict"], "held");
  EXPECT_EQ(once.json()["histories"], 20);
  EXPECT_EQ(call("fuzz '" + rule + "' --histories 20 --format json").out, once.out);
  EXPECT_NE(call("fuzz '" + rule + "' --histories 20 --seed 2 --format json").out, once.out);
}

TEST_F(ScriptCli, fuzz_plays_the_groups_of_a_scenario) {
  Outcome o = call("fuzz '" CAPMARKET_SOURCE_DIR
                   "/scenarios/packs/grid-sharded.yaml' --histories 10 --save here --format json");
  EXPECT_EQ(o.status, 0) << o.err;
  EXPECT_GT(o.json()["counts"].value("settle admitted", 0), 0);
}

TEST_F(ScriptCli, fuzz_says_what_is_neither_rule_nor_scenario) {
  dir.write("other.yaml", "something: else\n");
  Outcome o = call("fuzz other.yaml");
  EXPECT_EQ(o.status, 2);
  EXPECT_THAT(o.err, HasSubstr("neither a rule nor a scenario"));
}

}  // namespace
}  // namespace capmarket::cli
