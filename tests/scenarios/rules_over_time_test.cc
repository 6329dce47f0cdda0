// Rules that come while a scenario runs: which version each is, and what is refused.
#include <gtest/gtest.h>

#include <algorithm>

#include "model/crypto/hash.h"
#include "model/rules/canonical.h"
#include "scenarios/scenario.h"
#include "tests/scenarios/whole_market.h"

namespace capmarket::scenarios {
namespace {

/// Rules over time: the folder has `rule.yaml` and what a test writes beside it.
class RulesOverTimeTest : public WholeMarketTest {
 protected:
  Result<Scenario> load_rules(std::string_view list, const std::vector<std::string>& rules = {}) {
    folder_.write("rule.yaml", kWholeRule);
    folder_.write("other.yaml", kOtherRule);
    return load_scenario(
        folder_.write("whole.yaml", testing::edited(kWholeScenario, "[rule.yaml, other.yaml]", list)), {},
        rules);
  }
  void write_successor(std::string_view piece = {}, std::string_view by = {}) {
    std::string text = testing::edited(kWholeRule, "version: 1\n", "version: 2\nsupersedes: rule.yaml\n");
    text = testing::edited(text, "2026-01-01T00:00:00Z,", "2026-01-15T18:00:00Z,");
    folder_.write("next.yaml", testing::edited(text, piece, by));
  }
  static ContentId id_of(const ScenarioRule& r) { return crypto::content_id(rules::encode_rule(r.rule)); }
};

TEST_F(RulesOverTimeTest, makes_a_rule_with_a_time_the_next_version_of_its_name) {
  folder_.write("dear.yaml", testing::edited(kWholeRule, "cap: 4.00", "cap: 8.00"));
  Scenario s = expect_value(load_rules(
      "[{ at: 5h, rule: rule.yaml }, { at: 3h, rule: dear.yaml }, rule.yaml, other.yaml]"));
  ASSERT_EQ(s.rules.size(), 4u);
  EXPECT_EQ(s.rules[0].rule.name, "eu/compute");
  EXPECT_EQ(s.rules[1].rule.name, "us/link");
  EXPECT_FALSE(s.rules[0].at || s.rules[1].at);
  for (std::size_t i : {2, 3}) {
    const ScenarioRule& r = s.rules[i];
    Duration at = hours(i == 2 ? 3 : 5);
    EXPECT_EQ(r.at, at);
    EXPECT_EQ(r.rule.effective.from, s.start + at);
    EXPECT_EQ(r.rule.effective.until, s.rules[0].rule.effective.until);
    EXPECT_EQ(r.rule.version, static_cast<std::int64_t>(i));
  }
  EXPECT_EQ(s.rules[2].rule.pricing.cap, Money(80'000));
  EXPECT_EQ(s.rules[3].rule.pricing.cap, Money(40'000)) << "back to the first";
  EXPECT_EQ(s.rules[2].rule.supersedes, id_of(s.rules[0]));
  EXPECT_EQ(s.rules[3].rule.supersedes, id_of(s.rules[2]));
  EXPECT_EQ(s.rules[0].in_force().until, s.start + hours(3));
  EXPECT_EQ(s.rules[2].in_force(), (Window{s.start + hours(3), s.start + hours(5)}));
  EXPECT_EQ(s.rules[3].in_force().until, s.rules[3].rule.effective.until);
  EXPECT_NE(canonical_json(s),
            canonical_json(expect_value(
                load_rules("[{ at: 5h, rule: rule.yaml }, { at: 2h, rule: dear.yaml }, rule.yaml, "
                           "other.yaml]"))));
}

TEST_F(RulesOverTimeTest, takes_a_successor_behind_its_predecessor) {
  write_successor();
  Scenario s = expect_value(load_rules("[next.yaml, other.yaml, rule.yaml]"));
  ASSERT_EQ(s.rules.size(), 3u);
  EXPECT_EQ(s.rules[1].rule.version, 1);
  EXPECT_EQ(s.rules[2].rule.version, 2);
  EXPECT_EQ(s.rules[2].rule.supersedes, id_of(s.rules[1]));
  EXPECT_EQ(s.rules[1].succeeded, s.start + hours(2));
}

TEST_F(RulesOverTimeTest, puts_a_rule_with_a_time_behind_a_successor) {
  write_successor();
  Scenario s =
      expect_value(load_rules("[rule.yaml, next.yaml, other.yaml, { at: 3h, rule: rule.yaml }]"));
  EXPECT_EQ(s.rules[3].rule.version, 3);
  EXPECT_EQ(s.rules[3].rule.supersedes, id_of(s.rules[1]));
  expect_problem(load_rules("[rule.yaml, next.yaml, other.yaml, { at: 1h, rule: rule.yaml }]"), 12,
                 59, "no version of rule `eu/compute` is in force at 2026-01-15T17:00:00Z");
}

TEST_F(RulesOverTimeTest, refuses_what_admission_would_refuse_of_successors) {
  write_successor();
  expect_problem(load_rules("[next.yaml, other.yaml]"), 12, 9,
                 "what rule `eu/compute` supersedes is not in the scenario");
  write_successor("version: 2", "version: 3");
  expect_problem(load_rules("[rule.yaml, next.yaml, other.yaml]"), 12, 20,
                 "version 3 of rule `eu/compute` supersedes version 1");
  write_successor("scope: eu", "scope: eu/0");
  expect_problem(load_rules("[rule.yaml, next.yaml, other.yaml]"), 12, 20,
                 "does not contain its predecessor's `eu`");
  for (const auto& [piece, by, term] :
       {std::tuple{"currency: EUR", "currency: JPY", "currency"},
        std::tuple{"granularity: 1min", "granularity: 30s", "granularity"},
        std::tuple{"unit: core\n", "unit: core\norigin: 2026-01-01T00:00:00Z\n", "origin"}}) {
    write_successor(piece, by);
    expect_problem(load_rules("[rule.yaml, next.yaml, other.yaml]"), 12, 20,
                   std::string("version 2 of rule `eu/compute` changes ") + term);
  }
  folder_.write("second.yaml", testing::edited(kWholeRule, "version: 1\n", "version: 2\n"));
  expect_problem(load_rules("[second.yaml, other.yaml]"), 12, 9,
                 "rule `eu/compute` begins with version 2");
  write_successor("rule: eu/compute", "rule: eu/other");
  expect_problem(load_rules("[rule.yaml, next.yaml, other.yaml]"), 12, 20,
                 "rule `eu/other` supersedes `eu/compute`");
  write_successor();
  folder_.write("third.yaml",
                testing::edited(kWholeRule, "version: 1\n", "version: 2\nsupersedes: rule.yaml\n"));
  expect_problem(load_rules("[rule.yaml, next.yaml, third.yaml, other.yaml]"), 12, 31,
                 "version 1 of rule `eu/compute` has another successor");
}

TEST_F(RulesOverTimeTest, refuses_changes_of_nothing_and_after_the_end) {
  folder_.write("stranger.yaml", testing::edited(kWholeRule, "rule: eu/compute", "rule: eu/x"));
  expect_problem(load_rules("[rule.yaml, other.yaml, { at: 3h, rule: stranger.yaml }]"), 12, 48,
                 "no version of rule `eu/x`");
  folder_.write("short.yaml", testing::edited(kWholeRule, "2027-01-01", "2026-01-02"));
  expect_problem(load_rules("[rule.yaml, other.yaml, { at: 3h, rule: short.yaml }]"), 12, 48,
                 "before it takes effect");
  expect_problem(load_rules("[rule.yaml, other.yaml, { at: 3h }]"), 12, 32, "missing key `rule`");
  expect_problem(load_rules("[rule.yaml, other.yaml, { at: soon, rule: rule.yaml }]"), 12, 38,
                 "a duration");
}

TEST_F(RulesOverTimeTest, replaces_first_versions_only) {
  std::string other = folder_.write("dear.yaml", testing::edited(kWholeRule, "cap: 4.00", "cap: 8.00"));
  Scenario s =
      expect_value(load_rules("[{ at: 3h, rule: rule.yaml }, rule.yaml, other.yaml]", {other}));
  EXPECT_EQ(s.rules[0].rule.pricing.cap, Money(80'000));
  EXPECT_EQ(s.rules[2].rule.pricing.cap, Money(40'000));
  EXPECT_EQ(s.rules[2].rule.supersedes, id_of(s.rules[0]));
}

}  // namespace
}  // namespace capmarket::scenarios
