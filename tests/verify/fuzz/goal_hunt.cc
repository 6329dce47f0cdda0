#include "tests/verify/fuzz/goal_hunt.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "model/rules/parse.h"
#include "scenarios/script_text.h"
#include "tests/support/scratch_folder.h"
#include "tests/verify/fuzz/extreme_scripts.h"
#include "tests/verify/fuzz/random_rules.h"
#include "verify/analyses/check.h"
#include "verify/fuzz/fuzz.h"
#include "verify/hunt/hunt.h"

namespace capmarket::fuzz {
namespace {

using Names = std::set<std::string>;

/// What takes more of the solver is unknown, and of no interest here.
constexpr std::uint32_t kLittle = 400'000;
/// Rules of these are of one granularity.
constexpr std::uint64_t kAnother = 4'000;

Names checked(const question::RuleFile& own, const std::vector<question::RuleFile>& files,
              const scenarios::Scenario* against = nullptr) {
  analyses::CheckOptions options;
  options.scripted_scenarios = false;
  options.rlimit = kLittle;
  options.against = against;
  Names out;
  for (const analyses::Finding& f : analyses::check_rule(own, files, options).findings)
    if (f.analysis.starts_with("goal:") && f.verdict == analyses::AnalysisVerdict::proved)
      out.insert(f.subject);
  return out;
}

Names hunted(const question::RuleFile& own, const std::vector<question::RuleFile>& files) {
  hunt::HuntOptions options;
  options.steps = 2;
  options.rlimit = kLittle;
  Names goals, out;
  for (const rules::Goal& g : own.rule.goals) goals.insert(g.name);
  // Of any number of steps: one with a bound says nothing of a longer history.
  for (const hunt::HuntFinding& f : hunt::hunt_rule(own, files, options).findings)
    if (f.verdict == analyses::AnalysisVerdict::proved && f.of.empty() && goals.contains(f.goal))
      out.insert(f.goal);
  return out;
}

/// A rule of the other jurisdiction.
rules::Rule another_rule(std::uint64_t seed) {
  std::string text = random_rule(seed);
  for (const auto& [from, to] :
       {std::pair<std::string, std::string>{"authority: test\n",
                                            std::string("authority: ") + kOtherAuthority + "\n"},
        {"scope: eu\n", std::string("scope: ") + kOtherScope + "\n"}})
    text.replace(text.find(from), from.size(), to);
  return rules::parse_rule("another.yaml", text).value();
}

/// One rule and what is proved of it.
class GoalHunt {
 public:
  GoalHunt(std::uint64_t seed, int histories, HuntTally& tally)
      : seed_(seed), histories_(histories), tally_(tally) {}

  void hunt() {
    std::string file = folder_.write("first.yaml", random_rule(seed_));
    if (seed_ % 3 == 0) file = folder_.write("second.yaml", random_rule(seed_, "first.yaml"));
    auto files = question::load_rule_files(file);
    if (!files) {  // what a reader refuses (a range too large) proves nothing
      ++tally_.refused;
      return;
    }
    files_ = *std::move(files);
    ++tally_.rules;
    auto market = market_of_rule(files_.front(), files_, {});
    if (!market) {  // nobody is eligible
      ++tally_.unplayable;
      return;
    }
    for (const question::RuleFile& f : files_) {
      tally_.goals += static_cast<std::int64_t>(f.rule.goals.size());
      proved_.merge(checked(f, files_));
      if (seed_ % 3 == 1) hunted_.merge(hunted(f, files_));
    }
    proved_.insert(hunted_.begin(), hunted_.end());
    tally_.proved += static_cast<std::int64_t>(proved_.size());
    play(*market);
  }

 private:
  void play(const FuzzMarket& plain) {
    FuzzMarket market = plain;
    widen(market, seed_ % 2 == 0 ? Pact::itself : Pact::plain);
    random(market, proved_, histories_, "");
    extremes(market);
    tally_.reached += static_cast<std::int64_t>(reached_.size());
    tally_.broken += static_cast<std::int64_t>(broken_.size());
    // `check` says in its schema that a finer class is not covered; `hunt` covers it.
    FuzzMarket finer = plain;
    finer.scenario.classes.front().granularity = Duration(kNanosPerSecond);
    random(finer, hunted_, histories_ / 8, "finer class, ");
    if (seed_ % 10 == 0) several(plain);
  }

  FuzzOptions options_of(const Names& goals) const {
    FuzzOptions out;
    out.seed = seed_;
    out.executor = wide_executor(tally_.wide);
    out.goals = {goals.begin(), goals.end()};
    return out;
  }
  void add(const std::vector<chain::GoalReport>& goals) {
    for (const chain::GoalReport& g : goals) {
      if (!proved_.contains(g.goal) && g.verdict == chain::GoalVerdict::broken)
        broken_.insert(g.goal);
      if (!proved_.contains(g.goal) || g.steps == 0) continue;
      tally_.steps += g.steps;
      reached_.insert(g.goal);
    }
  }
  std::string rules() const {
    return random_rule(seed_) + (seed_ % 3 == 0 ? "---\n" + random_rule(seed_, "first.yaml") : "");
  }
  void report(const std::string& how, const std::string& what, const scenarios::Scenario& s) const {
    ADD_FAILURE() << "seed " << seed_ << ", " << how << what
                  << (hunted_.contains(what.substr(what.find(':') + 1)) ? ", by hunt" : "")
                  << "\npolicies that name the rule itself: " << (seed_ % 2 == 0) << "\n"
                  << scenarios::script_text(s) << "\n"
                  << rules();
  }

  void random(const FuzzMarket& market, const Names& goals, int histories, const std::string& how) {
    if (goals.empty() || histories == 0) return;
    FuzzOptions options = options_of(goals);
    options.histories = histories;
    const FuzzReport out = fuzz(market, options);
    tally_.histories += out.histories;
    for (const auto& [what, times] : out.counts) tally_.counts[what] += times;
    add(out.goals);
    if (out.failure) report(how + "a random history: ", out.failure->what, out.failure->scenario);
  }

  /// All of them, or a few where few histories are played.
  void extremes(const FuzzMarket& market) {
    constexpr int kMany = 100;
    constexpr std::size_t kSome = 8;
    if (proved_.empty()) return;
    const FuzzOptions options = options_of(proved_);
    for (const question::RuleFile& f : files_) {
      const std::vector<ExtremeScript> all = extreme_scripts(market, f.rule);
      for (std::size_t i = 0; i < all.size(); i += histories_ < kMany ? kSome : 1)
        follow(all[i], options);
    }
  }

  void follow(const ExtremeScript& s, const FuzzOptions& options) {
    auto executor = options.executor(s.scenario);
    ASSERT_TRUE(executor) << to_text(executor.error()) << s.name;
    for (const scenarios::ScriptStep& step : s.scenario.script.steps)
      for (const scenarios::StepAnswer& a : (*executor)->execute_step(step)) {
        if (a.turned_away || !a.decision.admitted()) continue;
        const bool displaces = std::any_of(a.covers.begin(), a.covers.end(),
                                           [](const auto& c) { return !c.victims.empty(); });
        ++tally_.counts[fmt::format("script: {}{} admitted", scenarios::to_text(step.kind),
                                    displaces ? " displacing" : "")];
      }
    ++tally_.scripts;
    add((*executor)->goals());
    for (const chain::GoalReport& g : (*executor)->goals())
      if (proved_.contains(g.goal) && g.verdict == chain::GoalVerdict::broken)
        report(s.name + ": ", "goal:" + g.goal, s.scenario);
  }

  /// Another rule judges tiers, prices and fallback of some legs: what holds under the rule alone
  /// may break, and nothing is proved.
  void several(const FuzzMarket& plain) {
    const rules::Rule another = another_rule(seed_ + kAnother);
    FuzzMarket market = plain;
    widen(market, Pact::another, &another);
    FuzzOptions options = options_of(proved_);
    if (auto made = options.executor(market.scenario); !made) return;  // refused by the chain
    ++tally_.policies_of_several;
    for (const question::RuleFile& f : files_)
      EXPECT_EQ(checked(f, files_, &market.scenario), Names{}) << "seed " << seed_;
    options.histories = std::min(histories_, 50);
    options.goals = {"none of that name"};
    for (const chain::GoalReport& g : fuzz(market, options).goals)
      tally_.beyond += proved_.contains(g.goal) && g.verdict == chain::GoalVerdict::broken ? 1 : 0;
  }

  const std::uint64_t seed_;
  const int histories_;
  HuntTally& tally_;
  testing::ScratchFolder folder_;
  std::vector<question::RuleFile> files_;
  Names proved_, hunted_, reached_, broken_;
};

}  // namespace

std::string HuntTally::text() const {
  std::string out = fmt::format(
      "{} rules ({} refused by the reader, {} without anybody eligible), {} goals\n"
      "{} proved, {} of them reached; {} of the others broken\n"
      "{} histories, {} scripts, {} steps that a proved goal speaks of\n",
      rules, refused, unplayable, goals, proved, reached, broken, histories, scripts, steps);
  out += fmt::format(
      "{} indices published, {} legs at one; {} settlements under a policy, {} grants of the other "
      "jurisdiction\n{} reviews of {} settlements; {} leases; {} grants of a second version\n"
      "{} markets with a policy of several rules, {} goals broke there\n",
      wide->indices, wide->named, wide->policies, wide->foreigners, wide->reviews, wide->reviewed,
      wide->leases, wide->of_later_version, policies_of_several, beyond);
  for (const auto& [what, times] : counts)
    if (what.ends_with("admitted")) out += fmt::format("  {}: {}\n", what, times);
  return out;
}

void hunt_goals_of(std::uint64_t seed, int histories, HuntTally& tally) {
  GoalHunt(seed, histories, tally).hunt();
}

}  // namespace capmarket::fuzz
