// Scripts: every kind of step does what it says, what is left out is what an honest party would
// write, and a script that is written out reads back as the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "scenarios/script_text.h"
#include "sim/run/run.h"
#include "sim/script/executor.h"
#include "tests/support/edited.h"
#include "tests/support/scratch_folder.h"

namespace capmarket::script {
namespace {

const std::string kHead = R"(scenario: scripted
about: "every kind of step"
start: 2026-01-15T16:00:00Z
duration: 6h
signatures: mac
locations: [eu]
authorities: [{ name: eu/tso, scope: eu, classes: [grid-balancing] }]
classes: [{ name: grid-balancing, unit: kW, retention: 7y, granularity: 1s }]
rules: [)" CAPMARKET_SOURCE_DIR R"(/scenarios/rules/emergency-displacement.yaml]
holders: [{ name: plant, count: 1, strategy: scripted, place: eu, quantity: 1000 }]
users:
  - { name: low, count: 1, arrivals: none, kind: x, tier: interruptible, adaptations: 1 }
  - { name: high, count: 1, arrivals: none, kind: x, groups: [hospital], tier: [emergency, firm] }
auditors: [{ name: watchdog, sample: 0% }]
)";

const std::string kSteps = R"(steps:
  - { declare: d, at: 0s, by: plant, quantity: 100, from: 0s, until: 6h, expect: admitted }
  - { request: r1, at: 1s, by: low, of: [d], quantity: 100, from: 1h, until: 2h, tier: interruptible, price: 10.00 }
  - { settle: g1, at: 2s, request: r1, of: d, expect: admitted }
  - { request: r2, at: 3s, by: high, of: [d], quantity: 100, from: 1h, until: 2h, tier: emergency, partial: true }
  - { settle: g2, at: 4s, request: r2, of: d, version: 1, expect: { refused: [capacity] } }
  - { settle: g3, at: 5s, request: r2, of: d, quantity: 40,
      displace: { compensation: 600.00, refund: 400.00 }, expect: { displaced: { g1: 40 } } }
  - { surrender: g1, at: 6s, quantity: 10, from: 90min, until: 2h, expect: admitted }
  - { fail: g1, at: 65min, quantity: 20, from: 70min, until: 80min, expect: admitted }
  - { record: g1, at: 66min, expect: admitted }
  - { settle: g4, at: 67min, request: r1, of: d, quantity: 10, from: 70min, until: 80min, replaces: g1, expect: { refused: [capacity] } }
  - { curtail: d, at: 70min, quantity: 1, from: 3h, until: 4h, expect: admitted }
  - { consume: g1, at: 80min, quantity: 30, from: 1h, until: 70min, expect: admitted }
  - { renew: g1, at: 80min, expect: refused }
  - { revoke: low, at: 81min, effective: 0s, expect: admitted }
  - { dispute: g1, at: 82min, by: watchdog, ground: credential-invalid, expect: admitted }
  - { fail: g1, at: 83min, by: user, quantity: 10, from: 71min, until: 79min, expect: admitted }
  - { contest: g1, at: 84min, expect: admitted }
  - { witness: g1, at: 85min, by: watchdog, supports: holder, expect: { refused: [standing] } }
  - { request: r3, at: 90min, by: high, of: [d], quantity: 1, from: 5h, until: 6h, tier: firm }
  - { withdraw: r3, at: 91min, expect: admitted }
  - { pay: low, at: 92min }
  - { retract: d, at: 93min, expect: admitted }
  - { retract: d, at: 94min, expect: { refused: [standing] } }
watch:
  - { name: pays, always: displaced implies compensation > 1.5 * victim.value, expect: broken }
  - { name: fair, always: displaced implies compensation >= 1.5 * victim.value, expect: held }
  - { name: never, never: failed && refund > 1000000.00, expect: held }
  - { name: low-owed, owed_to: [low], currency: EUR, at_most: 0.00, expect: broken }
)";

Result<scenarios::Scenario> loaded(const testing::ScratchFolder& folder, const std::string& text,
                        const std::string& name = "s.yaml") {
  return scenarios::load_scenario(folder.write(name, text), {}, {});
}

TEST(Script, does_every_kind_of_step) {
  testing::ScratchFolder folder;
  auto scenario = loaded(folder, kHead + kSteps);
  ASSERT_TRUE(scenario) << to_text(scenario.error());
  auto run = run::run_scenario(*scenario, {});
  ASSERT_TRUE(run) << to_text(run.error());
  for (std::size_t i = 0; i < scenario->script.steps.size(); ++i) {
    auto outcomes = world::outcomes_of(run->script, i);
    EXPECT_TRUE(world::as_expected(scenario->script.steps[i], outcomes)) << "step " << i + 1;
    EXPECT_FALSE(outcomes.empty()) << "step " << i + 1;
  }
  for (const world::WatchReport& w : run->script.watch)
    EXPECT_TRUE(w.as_expected()) << w.name << " is " << chain::to_text(w.verdict);
  EXPECT_TRUE(world::as_expected(scenario->script, run->script));
  EXPECT_EQ(run->metrics.displacements, 1);
  EXPECT_EQ(run->metrics.fallbacks, 1);
  EXPECT_EQ(run->metrics.founded, 1);
}

TEST(Script, comes_out_the_same_step_by_step_in_an_executor) {
  testing::ScratchFolder folder;
  auto scenario = loaded(folder, kHead + kSteps);
  ASSERT_TRUE(scenario) << to_text(scenario.error());
  auto run = run::run_scenario(*scenario, {});
  auto executor = make_executor(*scenario);
  ASSERT_TRUE(run && executor);
  for (std::size_t i = 0; i < scenario->script.steps.size(); ++i) {
    auto answers = (*executor)->execute_step(scenario->script.steps[i]);
    auto outcomes = world::outcomes_of(run->script, i);
    ASSERT_EQ(answers.size(), outcomes.size()) << i;
    for (std::size_t k = 0; k < answers.size(); ++k) {
      EXPECT_EQ(answers[k].sequence, outcomes[k]->sequence);
      EXPECT_EQ(answers[k].decision.failed, outcomes[k]->decision.failed);
    }
  }
}

TEST(Script, a_wrong_expectation_is_reported) {
  testing::ScratchFolder folder;
  std::string text = testing::edited(kHead + kSteps, "expect: { refused: [capacity] }",
                                     "expect: { refused: [price] }");
  auto scenario = loaded(folder, text);
  ASSERT_TRUE(scenario) << to_text(scenario.error());
  auto run = run::run_scenario(*scenario, {});
  ASSERT_TRUE(run);
  EXPECT_FALSE(world::as_expected(scenario->script, run->script));
}

TEST(Script, reads_back_as_it_is_written) {
  testing::ScratchFolder folder;
  auto scenario = loaded(folder, kHead + kSteps);
  ASSERT_TRUE(scenario) << to_text(scenario.error());
  std::string text = scenarios::scenario_text(*scenario, folder.path(), "a comment");
  auto again = loaded(folder, text, "again.yaml");
  ASSERT_TRUE(again) << to_text(again.error()) << text;
  EXPECT_EQ(scenarios::script_text(*again), scenarios::script_text(*scenario));
  EXPECT_EQ(scenarios::scenario_text(*again, folder.path(), "a comment"), text);
  auto one = run::run_scenario(*scenario, {}), two = run::run_scenario(*again, {});
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->root, two->root);
}

TEST(Script, scripted_parties_do_nothing_by_themselves) {
  testing::ScratchFolder folder;
  auto scenario = loaded(folder, kHead);
  ASSERT_TRUE(scenario) << to_text(scenario.error());
  auto run = run::run_scenario(*scenario, {});
  ASSERT_TRUE(run);
  EXPECT_EQ(run->metrics.objects.count("declaration"), 0u);
  EXPECT_EQ(run->metrics.objects.count("request"), 0u);
}

struct Wrong {
  const char* steps;
  const char* what;
};

class WrongScript : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongScript, is_refused_with_what_was_expected) {
  testing::ScratchFolder folder;
  auto scenario = loaded(folder, kHead + GetParam().steps);
  ASSERT_FALSE(scenario);
  EXPECT_THAT(to_text(scenario.error()), ::testing::HasSubstr(GetParam().what));
}

INSTANTIATE_TEST_SUITE_P(
    Steps, WrongScript,
    ::testing::Values(
        Wrong{"steps: [{ at: 0s }]", "a step that does nothing"},
        Wrong{"steps: [{ declare: d, at: 0s, by: low, quantity: 1, from: 0s, until: 1h }]",
              "`low` is not a holder"},
        Wrong{"steps: [{ declare: d, at: 0s, by: plant, from: 0s, until: 1h }]",
              "missing key `quantity`"},
        Wrong{"steps: [{ declare: d, at: 7h, by: plant, quantity: 1, from: 0s, until: 1h }]",
              "outside the scenario"},
        Wrong{"steps: [{ settle: g, at: 0s, request: r, of: d }]", "no earlier step `request`"},
        Wrong{"steps: [{ withdraw: r, at: 0s, quantity: 1 }]", "unknown key"},
        Wrong{"steps: [{ pay: low, at: 0s, expect: { refused: [nonsense] } }]",
              "`nonsense` is no clause"},
        Wrong{"steps: [{ pay: low, at: 1min }, { pay: low, at: 0s }]", "before the one above"},
        Wrong{"watch: [{ goal: none, expect: held }]", "has no goal `none`"},
        Wrong{"watch: [{ name: x, always: quantity >= 1min, expect: held }]", "quantity"},
        Wrong{"watch: [{ owed_to: [nobody], name: x, currency: EUR, at_most: 0.00 }]",
              "`nobody` is not"}));

}  // namespace
}  // namespace capmarket::script
