// Rules of which `diff` says that one admits all that the other does, on two chains: whatever the
// stricter one admits in a random history the other admits, with the same outcome.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <iostream>
#include <map>

#include "tests/verify/diff/diff_support.h"
#include "tests/verify/diff/two_chains.h"

namespace capmarket::diff {
namespace {

using agreement::Random;

/// Of each row one or none is made to a rule.
const std::vector<std::vector<Edit>>& changes() {
  const std::string spot = "    eligible: true";
  static const std::vector<std::vector<Edit>> kChanges = {
      {{"1 .. 1000", "1 .. 500"}, {"1 .. 1000", "5 .. 1000"}},
      {{"notice >= 5min", "notice >= 30min"},
       {"victim.rank < rank && notice", "victim.tier == \"spot\" && notice"},
       {"notice >= 5min", "victim.quantity >= 200"}},
      {{"pay_within: 24h", "pay_within: 24h\n      stop_within: 40min"},
       {"pay_within: 24h", "pay_within: 24h\n      stop_within: 1min"}},
      {{"min_run: 10min", "min_run: 40min"},
       {"min_run: 10min", "min_run: 10min\n    set_aside: 20%"},
       {"min_run: 10min", "min_run: 10min\n    quota: { of: capacity, at_most: 50% }"}},
      {{"floor: 1.00", "floor: 5.00"}, {"cap: 50.00", "cap: 20.00"}},
      {{spot, spot + "\n    quota: { of: capacity, at_most: 40% }"},
       {spot, spot + "\n    quota: { of: user, at_most: 500 }"},
       {spot, spot + "\n    set_aside: 30%"},
       {spot, spot + "\n    quota: { of: capacity, at_most: 50% }\n    set_aside: 50%"}},
      {{"rank: 30\n", "rank: 30\n    set_aside: 20%\n"}},
      {{"quantity >= 10", "quantity >= 20"}, {"quantity >= 10", "quantity >= 10 && length >= 1h"}},
      {{"retention: 1y", "retention: 2y"}},
      {{"skew: 5s", "skew: 1s"}},
      {{"0s .. 1d", "1min .. 1d"}},
      {{"max(1.5 * victim.value, 1.00)", "max(1.5 * victim.value, 0.50)"},
       {"max(1.5 * victim.value, 1.00)",
        "\"released > quantity ? 0.00 : max(1.5 * victim.value, 1.00)\""}}};
  return kChanges;
}

/// What both have beside the base.
const std::vector<std::vector<Edit>>& grounds() {
  static const std::vector<std::vector<Edit>> kGrounds = {
      {},
      {{"rank: 20\n",
        "rank: 20\n    displaces: { when: victim.price <= 20.00, compensation: victim.value, "
        "pay_within: 1h }\n"}},
      {{"currency: EUR", "currency: EUR\nlease: 4h\nsurrender_fee: 5%"}}};
  return kGrounds;
}

/// Texts of two rules, of which the second has a change or two of its own.
std::array<std::string, 2> random_pair(const std::vector<Edit>& market, Random& random) {
  std::array<std::string, 2> out = {edited(market), edited(market)};
  for (const std::vector<Edit>& row : changes()) {
    const Edit& one = random.of(row);
    const bool both = random.one_in(6), either = random.one_in(8);
    const std::size_t side = random.one_in(2) ? 1 : 0;
    for (std::size_t i : {std::size_t{0}, std::size_t{1}})
      if (both || (either && i == side)) out[i] = testing::edited(out[i], one.first, one.second);
  }
  return out;
}

class OrderedRules : public ::testing::Test {
 protected:
  /// One history under both: the stricter one's, followed by the other.
  void play(const question::RuleFile& stricter, const question::RuleFile& other, Random& random) {
    auto setting = fuzz::market_of_rule(stricter, {stricter}, {});
    ASSERT_TRUE(setting) << to_text(setting.error());
    setting->quantities = {200, 500, 1000};
    setting->lengths = {kNanosPerHour, 2 * kNanosPerHour, 8 * kNanosPerHour};
    scenarios::Scenario follower = setting->scenario;
    for (scenarios::ScenarioRule& r : follower.rules) r.rule = other.rule;
    auto a = script::make_executor(setting->scenario), b = script::make_executor(follower);
    ASSERT_TRUE(a) << to_text(a.error());
    ASSERT_TRUE(b) << to_text(b.error());
    BothChains both(std::move(*a), std::move(*b), true);
    fuzz::FuzzCommands commands(*setting, both);
    for (int i = 0; i < 2; ++i) commands.execute({1, i, i, 1, 0, 0});
    constexpr int kCommands = 40;
    for (int i = 0; i < kCommands && !both.over(); ++i) commands.execute(drawn(random, bag_));
    complaint_ = both.complaint;
    admitted_ += both.admitted, displaced_ += both.displaced;
    ++(both.over() ? excused_ : played_);
  }

  const std::vector<int> bag_ = pressing_bag();
  std::string complaint_;
  std::int64_t admitted_ = 0, displaced_ = 0, excused_ = 0, played_ = 0;
};

TEST_F(OrderedRules, admit_what_the_stricter_one_admits_in_random_histories) {
  constexpr int kPairs = CAPMARKET_HISTORIES / 10, kOfOnePair = 10;
  Random random(11);
  std::map<std::string, int> relations;
  for (int n = 0; n < kPairs; ++n) {
    const auto& market = grounds()[static_cast<std::size_t>(n) % grounds().size()];
    const auto texts = random_pair(market, random);
    const question::RuleFile older = rule_file("old.yaml", texts[0]);
    const question::RuleFile newer = rule_file("new.yaml", texts[1]);
    auto report = diff_rules(older, newer, {});
    ASSERT_TRUE(report) << to_text(report.error());
    ASSERT_FALSE(report->internal_error) << report->mismatch << texts[0] << texts[1];
    ++relations[report->relation ? std::string(to_text(*report->relation)) : "undecided"];
    if (!report->relation || *report->relation == DiffRelation::incomparable) continue;
    const bool looser = *report->relation == DiffRelation::looser;
    for (int h = 0; h < kOfOnePair; ++h) {
      play(looser ? older : newer, looser ? newer : older, random);
      ASSERT_EQ(complaint_, "") << to_text(*report->relation) << "\n" << texts[0] << texts[1];
    }
  }
  for (const auto& [relation, count] : relations) std::cout << count << " " << relation << ", ";
  std::cout << played_ << " histories, " << excused_ << " of several victims; " << admitted_
            << " admitted, " << displaced_ << " displacing\n";
  EXPECT_GT(relations["stricter"], 0);
  EXPECT_GT(relations["looser"], 0);
  EXPECT_GT(displaced_, 0);
}

}  // namespace
}  // namespace capmarket::diff
