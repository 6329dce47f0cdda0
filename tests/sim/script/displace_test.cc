// What a settlement displaces is computed: scripts state ceilings and say whom they expect to give
// way.
#include <gtest/gtest.h>

#include "scenarios/script_text.h"
#include "sim/run/run.h"
#include "tests/support/edited.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/source_text.h"

namespace capmarket::script {
namespace {

const std::string kRules = CAPMARKET_SOURCE_DIR "/scenarios/rules/";

class Displace : public ::testing::Test {
 protected:
  /// The scenario of that name, its text edited, and what came of it.
  void run(const std::string& name, const std::string& from = {}, const std::string& to = {}) {
    std::string text = testing::source_text("tests/sim/script/displace/" + name + ".yaml");
    text = testing::edited(text, "../../../../scenarios/rules/", kRules);
    if (!from.empty()) text = testing::edited(text, from, to);
    auto scenario = scenarios::load_scenario(folder_.write(name + ".yaml", text), {}, {});
    ASSERT_TRUE(scenario) << to_text(scenario.error());
    scenario_ = *scenario;
    auto run = run::run_scenario(scenario_, {});
    ASSERT_TRUE(run) << to_text(run.error());
    run_ = *run;
  }
  bool as_expected() const { return world::as_expected(scenario_.script, run_.script); }
  const world::StepOutcome& last() const { return run_.script.steps.back(); }

  testing::ScratchFolder folder_;
  scenarios::Scenario scenario_;
  run::Run run_;
};

TEST_F(Displace, uses_up_the_lowest_rank_before_the_next) {
  run("lowest-first");
  EXPECT_TRUE(as_expected());
  EXPECT_EQ(last().displaced,
            (scenarios::DisplacedGrants{{"low", Quantity(100)}, {"mid", Quantity(1)}}));
  EXPECT_EQ(run_.metrics.displacements, 2);
  EXPECT_EQ(run_.metrics.displaced_gross,
            volume_of(Quantity(101), Duration(3'600 * kNanosPerSecond)));
  EXPECT_EQ(run_.metrics.compensation.owed.at("EUR"), Money(760'0000));
}

TEST_F(Displace, expects_just_those_who_give_way_and_just_so_much) {
  for (const char* other :
       {"{ low: 100 }", "{ mid: 1 }", "{ low: 100, mid: 2 }", "{ low: 99, mid: 1 }", "{}"}) {
    run("lowest-first", "{ low: 100, mid: 1 }", other);
    EXPECT_FALSE(as_expected()) << other;
    EXPECT_TRUE(last().decision.admitted());
  }
}

TEST_F(Displace, a_refusal_states_what_was_lacking_and_what_it_would_have_cost) {
  run("lowest-first");
  const admission::Shortfall full{0, Quantity(101), Money(760'0000), Money(505'0000)};
  const admission::Shortfall silent{0, Quantity(101), Money(0), Money(0)};
  std::map<std::string, std::vector<admission::Shortfall>> stated;
  for (const world::StepOutcome& o : run_.script.steps)
    stated[scenario_.script.steps[o.step].name] = o.decision.shortfalls;
  EXPECT_EQ(stated["short"], std::vector{full});
  EXPECT_EQ(stated["poor"], std::vector{full});
  EXPECT_EQ(stated["silent"], std::vector{silent});
  EXPECT_TRUE(stated["high"].empty());
}

TEST_F(Displace, names_the_grants_of_several_legs) {
  run("several-legs");
  EXPECT_TRUE(as_expected());
  EXPECT_EQ(last().displaced,
            (scenarios::DisplacedGrants{{"g", Quantity(30)}, {"g.1", Quantity(40)}}));
  run("several-legs", "{ g: 30, g.1: 40 }", "{ g: 40, g.1: 30 }");
  EXPECT_FALSE(as_expected());
}

TEST_F(Displace, reads_back_as_it_is_written) {
  for (const char* name : {"lowest-first", "several-legs"}) {
    run(name);
    std::string text = scenarios::scenario_text(scenario_, folder_.path());
    auto again = scenarios::load_scenario(folder_.write("again.yaml", text), {}, {});
    ASSERT_TRUE(again) << to_text(again.error()) << text;
    EXPECT_EQ(scenarios::script_text(*again), scenarios::script_text(scenario_));
    auto second = run::run_scenario(*again, {});
    ASSERT_TRUE(second);
    EXPECT_EQ(second->root, run_.root);
    EXPECT_TRUE(world::as_expected(again->script, second->script));
  }
}

}  // namespace
}  // namespace capmarket::script
