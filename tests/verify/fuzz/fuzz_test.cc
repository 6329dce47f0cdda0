// Random histories find planted faults, shrink them, and leave scenarios that replay.
#include "verify/fuzz/fuzz.h"

#include <gtest/gtest.h>

#include "cli/counterexamples.h"
#include "scenarios/script_text.h"
#include "sim/script/executor.h"
#include "tests/support/scratch_folder.h"
#include "tests/support/corpus.h"
#include "verify/fuzz/minimise.h"

namespace capmarket::fuzz {
namespace {

FuzzMarket market_for(const std::string& name) {
  auto files = testing::loaded_rules(testing::kRuleFolder + name + ".yaml");
  auto market = market_of_rule(files.front(), files, {});
  EXPECT_TRUE(market) << to_text(market.error());
  return *market;
}

FuzzOptions options_of(int histories) {
  FuzzOptions out;
  out.histories = histories;
  out.executor = script::make_executor;
  return out;
}

TEST(Fuzz, finds_a_broken_goal_and_shrinks_it_to_a_few_steps) {
  FuzzReport report;
  int least = 0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    FuzzOptions options = options_of(2000);
    options.seed = seed;
    report = fuzz(market_for("goal-compensation"), options);
    ASSERT_TRUE(report.failure);
    EXPECT_EQ(report.failure->what, "goal:mine");
    // A declaration, a grant and what displaces it, with a request each. Each step is left out by
    // itself, so that one seed may keep two legs in place of one, and what only numbers others.
    EXPECT_LE(report.failure->scenario.script.steps.size(), 7u) << seed;
    least += report.failure->scenario.script.steps.size() == 5 ? 1 : 0;
  }
  EXPECT_GE(least, 3);
  testing::ScratchFolder folder;
  auto shown = cli::shown_when_run(report.failure->scenario, folder / "found.yaml", "found", false);
  ASSERT_TRUE(shown) << to_text(shown.error());
  ASSERT_TRUE(*shown);
  EXPECT_TRUE((*shown)->publish());
  EXPECT_EQ(folder.count(), 1u);
}

TEST(Fuzz, says_the_same_twice) {
  auto once = [] {
    return scenarios::script_text(
        fuzz(market_for("goal-compensation"), options_of(2000)).failure->scenario);
  };
  EXPECT_EQ(once(), once());
}

TEST(Fuzz, reaches_displacements_failures_and_refusals) {
  FuzzReport report = fuzz(market_for("clean-goals"), options_of(100));
  EXPECT_FALSE(report.failure) << report.failure->what;
  for (const char* what : {"settle admitted", "settle displacing admitted", "settle refused",
                           "settle displacing refused", "fail admitted", "surrender admitted",
                           "curtail admitted", "pay admitted", "revoke admitted"})
    EXPECT_GT(report.counts[what], 0) << what;
}

TEST(Fuzz, reaches_bundles_disputes_witnesses_and_every_strategy) {
  FuzzReport report = fuzz(market_for("clean-goals"), options_of(150));
  for (const char* what :
       {"settle of several legs admitted", "dispute admitted", "witness admitted",
        "contest admitted", "strategy same admitted", "tier urgent displaced others"})
    EXPECT_GT(report.counts[what], 0) << what;
  for (const char* what : {"strategy same admitted", "settle refused by quantity"})
    EXPECT_EQ(std::count(report.never.begin(), report.never.end(), what), 0) << what;
}

TEST(Fuzz, says_what_it_never_reached) {
  FuzzReport report = fuzz(market_for("clean-goals"), options_of(1));
  EXPECT_GT(std::count(report.never.begin(), report.never.end(), "settle refused by jurisdictions"), 0);
  for (const std::string& what : report.never) EXPECT_FALSE(report.counts.contains(what)) << what;
}

TEST(Fuzz, a_successor_meets_grants_of_the_version_before_and_each_has_its_goals) {
  std::string first = yaml::read_file(testing::kRuleFolder + "clean-goals.yaml").value();
  auto edited = [](std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  };
  std::string second = edited(first, "version: 1\n", "version: 2\nsupersedes: first.yaml\n");
  second = edited(second, "from: 2026-01-01", "from: 2026-06-01");
  second = edited(second, "  - name: fair\n    always: displaced implies compensation >= victim.value\n", "");
  testing::ScratchFolder folder;
  folder.write("first.yaml", first);
  auto files = testing::loaded_rules(folder.write("second.yaml", second));
  const auto market = market_of_rule(files.front(), files, {});
  ASSERT_TRUE(market) << to_text(market.error());
  const Instant later = files.front().rule.effective.from;
  EXPECT_LT(market->scenario.start, later);
  EXPECT_LT(later, market->scenario.end());
  FuzzReport report = fuzz(*market, options_of(40));
  EXPECT_FALSE(report.failure) << report.failure->what;
  std::map<std::int64_t, int> goals, reached;
  for (const chain::GoalReport& g : report.goals) {
    ++goals[g.version];
    reached[g.version] += g.verdict == chain::GoalVerdict::held ? 1 : 0;
  }
  EXPECT_EQ(goals[1], 5);
  EXPECT_EQ(goals[2], 4);
  EXPECT_GT(reached[1], 0);
  EXPECT_GT(reached[2], 0);
}

TEST(Fuzz, what_it_plays_holds_for_the_auditor) {
  FuzzOptions options = options_of(25);
  options.audited = cli::audit_of;
  FuzzReport report = fuzz(market_for("clean-goals"), options);
  EXPECT_FALSE(report.failure) << report.failure->detail;
  EXPECT_EQ(report.histories, 25);
}

TEST(Fuzz, a_complaint_of_the_auditor_is_a_failure) {
  FuzzOptions options = options_of(50);
  // An auditor that cannot stand a third grant.
  options.audited = [](const scenarios::Scenario& s) -> std::string {
    auto settles = std::count_if(s.script.steps.begin(), s.script.steps.end(), [](const auto& x) {
      return x.kind == scenarios::StepKind::settle && x.expect && x.expect->admitted;
    });
    return settles > 2 ? "too many" : "";
  };
  FuzzReport report = fuzz(market_for("clean-goals"), options);
  ASSERT_TRUE(report.failure);
  EXPECT_EQ(report.failure->what, "audit");
  EXPECT_EQ(report.failure->detail, "too many");
}

TEST(Fuzz, a_successor_is_played_in_its_own_window) {
  FuzzReport report = fuzz(market_for("succession-holds"), options_of(20));
  EXPECT_FALSE(report.failure);
  EXPECT_GT(report.counts["settle admitted"], 0);
  EXPECT_FALSE(report.vacuous());
}

TEST(Fuzz, what_reaches_nothing_is_vacuous) {
  FuzzReport report;
  report.histories = 10;
  EXPECT_TRUE(report.vacuous());  // nothing was admitted
  report.counts["settle admitted"] = 1;
  EXPECT_FALSE(report.vacuous());
  report.goals.push_back({});
  report.goals.back().verdict = chain::GoalVerdict::not_reached;
  EXPECT_TRUE(report.vacuous());  // no goal was reached
  report.goals.push_back({});
  report.goals.back().verdict = chain::GoalVerdict::held;
  EXPECT_FALSE(report.vacuous());
}

TEST(Fuzz, refuses_a_rule_under_which_nothing_can_be_settled) {
  auto files = testing::loaded_rules(testing::kRuleFolder + "fallback-empty.yaml");
  ASSERT_FALSE(files.empty());
  EXPECT_FALSE(market_of_rule(files.front(), files, {}));
}

TEST(Minimise, leaves_out_what_depends_on_what_is_left_out) {
  auto step = [](scenarios::StepKind kind, std::string name) {
    scenarios::ScriptStep out;
    out.kind = kind;
    out.name = std::move(name);
    return out;
  };
  scenarios::ScriptStep request = step(scenarios::StepKind::request, "r");
  request.of = {"d"};
  scenarios::ScriptStep settle = step(scenarios::StepKind::settle, "g");
  settle.legs.push_back({});
  settle.legs[0].request = "r";
  settle.legs[0].declaration = "d";
  std::vector<scenarios::ScriptStep> all = {step(scenarios::StepKind::declare, "d"),
                                            step(scenarios::StepKind::declare, "e"), request,
                                            settle, step(scenarios::StepKind::surrender, "g.1")};
  auto left = minimised(all, [](const std::vector<scenarios::ScriptStep>& s) {
    return std::any_of(s.begin(), s.end(), [](const auto& x) { return x.name == "e"; });
  });
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].name, "e");
  left = minimised(all, [](const std::vector<scenarios::ScriptStep>& s) {
    return std::any_of(s.begin(), s.end(), [](const auto& x) { return x.name == "g.1"; });
  });
  EXPECT_EQ(left.size(), 4u);
}

TEST(Minimise, leaves_out_legs_that_nothing_needs) {
  scenarios::ScriptStep settle;
  settle.kind = scenarios::StepKind::settle;
  settle.name = "g";
  settle.legs.resize(3);
  settle.legs[1].request = "needed";
  auto fails = [](const std::vector<scenarios::ScriptStep>& s) {
    return !s.empty() && std::any_of(s[0].legs.begin(), s[0].legs.end(),
                                     [](const auto& l) { return l.request == "needed"; });
  };
  auto left = minimised({settle}, fails);
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].legs.size(), 1u);
}

}  // namespace
}  // namespace capmarket::fuzz
