// Random rules with random goals: what `check` or `hunt` calls proved, no history breaks. Each rule is
// put to random histories of every kind of step, at the limits and beside them, with late signatures,
// successions and a class that is finer than the rule; what breaks is written with its rule.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "scenarios/script_text.h"
#include "sim/script/executor.h"
#include "tests/support/scratch_folder.h"
#include "tests/verify/fuzz/random_rules.h"
#include "verify/analyses/check.h"
#include "verify/fuzz/fuzz.h"
#include "verify/hunt/hunt.h"

namespace capmarket::fuzz {
namespace {

struct RuleTally {
  int rules = 0, goals = 0, proved = 0, reached = 0, unplayable = 0, refused = 0;
};

using Names = std::set<std::string>;

/// What takes more of the solver is unknown, and of no interest here.
constexpr std::uint32_t kLittle = 400'000;

Names checked(const std::vector<question::RuleFile>& files) {
  analyses::CheckOptions options;
  options.scripted_scenarios = false;
  options.rlimit = kLittle;
  Names out;
  for (const analyses::Finding& f : analyses::check_rule(files.front(), files, options).findings)
    if (f.analysis.starts_with("goal:") && f.verdict == analyses::AnalysisVerdict::proved)
      out.insert(f.subject);
  return out;
}

Names hunted(const std::vector<question::RuleFile>& files) {
  hunt::HuntOptions options;
  options.steps = 2;
  options.rlimit = kLittle;
  Names out;
  for (const hunt::HuntFinding& f : hunt::hunt_rule(files.front(), files, options).findings)
    if (f.verdict == analyses::AnalysisVerdict::proved) out.insert(f.goal);
  return out;
}

/// Histories against those goals: what broke, with the history.
std::string broken(FuzzMarket market, const Names& goals, int histories, std::uint64_t seed,
                   RuleTally& tally) {
  if (goals.empty()) return {};
  FuzzOptions options;
  options.histories = histories;
  options.seed = seed;
  options.executor = script::make_executor;
  options.goals = {goals.begin(), goals.end()};
  const FuzzReport report = fuzz(market, options);
  for (const chain::GoalReport& g : report.goals)
    tally.reached +=
        goals.contains(g.goal) && g.verdict != chain::GoalVerdict::not_reached ? 1 : 0;
  if (!report.failure) return {};
  return report.failure->what + ": " + report.failure->detail + "\n" +
         scenarios::script_text(report.failure->scenario);
}

/// A rule of that seed in `folder`; every third one is a second version.
std::vector<question::RuleFile> drawn(std::uint64_t seed, const testing::ScratchFolder& folder,
                                      RuleTally& tally) {
  std::string file = folder.write("first.yaml", random_rule(seed));
  if (seed % 3 == 0) file = folder.write("second.yaml", random_rule(seed, "first.yaml"));
  auto files = question::load_rule_files(file);
  // What a reader refuses (a range too large) proves nothing.
  if (!files) ++tally.refused;
  return files ? *std::move(files) : std::vector<question::RuleFile>{};
}

void hunt_one(std::uint64_t seed, int histories, RuleTally& tally) {
  testing::ScratchFolder folder;
  const std::vector<question::RuleFile> files = drawn(seed, folder, tally);
  if (files.empty()) return;
  ++tally.rules;
  tally.goals += static_cast<int>(files.front().rule.goals.size());
  auto market = market_of_rule(files.front(), files, {});
  if (!market) {
    ++tally.unplayable;  // nobody is eligible
    return;
  }
  const Names by_check = checked(files), by_hunt = hunted(files);
  Names all = by_check;
  for (const rules::Goal& g : files.front().rule.goals)
    if (by_hunt.contains(g.name)) all.insert(g.name);
  tally.proved += static_cast<int>(all.size());
  const std::string why = broken(*market, all, histories, seed, tally);
  EXPECT_EQ(why, "") << "seed " << seed << ", by check: " << ::testing::PrintToString(by_check)
                     << ", by hunt: " << ::testing::PrintToString(by_hunt) << "\n"
                     << random_rule(seed, seed % 3 == 0 ? "first.yaml" : "");
  // `check` says in its schema that a finer class is not covered; `hunt` covers it.
  Names finer;
  for (const std::string& name : by_hunt)
    if (all.contains(name)) finer.insert(name);
  market->scenario.classes.front().granularity = Duration(kNanosPerSecond);
  const std::string fine = broken(*market, finer, histories / 4, seed + 1, tally);
  EXPECT_EQ(fine, "") << "seed " << seed << ", finer class\n" << random_rule(seed);
}

TEST(RandomGoals, that_are_proved_hold_in_random_histories) {
  RuleTally tally;
  for (std::uint64_t seed = 1; seed <= CAPMARKET_RANDOM_RULES; ++seed)
    hunt_one(seed, CAPMARKET_RANDOM_HISTORIES, tally);
  std::printf("%d rules, %d goals, %d proved, %d of them reached; %d rules unplayable, %d refused\n",
              tally.rules, tally.goals, tally.proved, tally.reached, tally.unplayable,
              tally.refused);
  // Else nothing was tried.
  EXPECT_GT(tally.proved, tally.rules / 2);
  EXPECT_GT(tally.reached, tally.proved / 4);
  EXPECT_LT(tally.unplayable + tally.refused, (CAPMARKET_RANDOM_RULES + 2) / 3);
}

TEST(RandomGoals, are_the_same_for_one_seed) {
  EXPECT_EQ(random_rule(7), random_rule(7));
  EXPECT_NE(random_rule(7), random_rule(8));
}

}  // namespace
}  // namespace capmarket::fuzz
