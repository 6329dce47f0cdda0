// Rules that `diff` calls equivalent, on two chains: the same steps are decided alike, with the
// same covers of several victims, and the same is owed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <iostream>

#include "tests/verify/diff/diff_support.h"
#include "tests/verify/diff/two_chains.h"

namespace capmarket::diff {
namespace {

using agreement::Random;

/// Each says the same in other words, in any company; each is one edit of the base rule.
const std::vector<Edit>& rewrites() {
  static const std::vector<Edit> kRewrites = {
      {"quantity >= 10", "not (quantity < 5 || quantity - 5 < 5)"},
      {"user.kind == \"hospital\"", "not (user.kind != \"hospital\")"},
      {"victim.rank < rank && notice >= 5min", "not (notice < 300s || rank <= victim.rank)"},
      {"max(1.5 * victim.value, 1.00)",
       "\"victim.value * 1.5 > 1.00 ? 1.5 * victim.value : 1.00\""},
      {"eligible: true", "eligible: quantity >= 1 && length <= 480min"},
      {"rank: 30", "rank: 300"},
      {"rank: 20", "rank: 25"},
      {"rank: 10\n", "rank: 11\n"},
      {"price: 0.00 .. 100.00", "price: 0.50 .. 60.00"},
      {"length: 1min .. 8h", "length: 60s .. 480min"},
      {"currency: EUR", "currency: EUR\ndefault: deny\nload: quantity < 5"},
      {"skew: 5s }", "skew: 5s }\norigin: 1970-01-01T00:01:00Z"},
      {"pay_within: 24h", "pay_within: 1d\n      stop_within: 0s"}};
  return kRewrites;
}

/// What both rules have in common beside the base.
const std::vector<std::vector<Edit>>& markets() {
  static const std::vector<std::vector<Edit>> kMarkets = {
      {},
      {{"pay_within: 24h", "pay_within: 24h\n      victims: earliest-first"},
       {"currency: EUR", "currency: EUR\nsurrender_fee: 5%"}},
      {{"pay_within: 24h", "pay_within: 24h\n      victims: pro-rata"},
       {"min_run: 10min", "min_run: 10min\n    set_aside: 20%"}},
      {{"mode: none", "mode: single"}, {"currency: EUR", "currency: EUR\nlease: 4h"}},
      {{"    eligible: true", "    eligible: true\n    quota: { of: capacity, at_most: 40% }"}},
      {{"rank: 20\n",
        "rank: 20\n    displaces: { when: victim.price <= 20.00, compensation: victim.value, "
        "pay_within: 1h }\n"}}};
  return kMarkets;
}

/// An edit that the market made first may have taken its place.
std::string rewritten(std::string text, const std::vector<Edit>& all, Random& random) {
  for (const auto& [from, to] : all)
    if (random.one_in(2) && text.find(from) != text.npos) text = testing::edited(text, from, to);
  return text;
}

TEST(EquivalentRules, decide_and_owe_the_same_in_random_histories) {
  constexpr int kHistories = CAPMARKET_HISTORIES / 5, kOfOnePair = 10, kCommands = 40;
  Random random(7);
  const std::vector<int> bag = pressing_bag();
  std::int64_t admitted = 0, refused = 0, displaced = 0, of_several = 0;
  for (int played = 0; played < kHistories;) {
    const auto& market =
        markets()[static_cast<std::size_t>(played / kOfOnePair) % markets().size()];
    const std::string base = edited(market);
    const std::string texts[] = {rewritten(base, rewrites(), random),
                                 rewritten(base, rewrites(), random)};
    const question::RuleFile older = rule_file("old.yaml", texts[0]);
    const question::RuleFile newer = rule_file("new.yaml", texts[1]);
    auto report = diff_rules(older, newer, {});
    ASSERT_TRUE(report) << to_text(report.error());
    ASSERT_EQ(report->relation, DiffRelation::equivalent)
        << texts[0] << texts[1]
        << (report->differences.empty() ? "" : report->differences.front().sentence);
    auto setting = fuzz::market_of_rule(older, {older}, {});
    ASSERT_TRUE(setting) << to_text(setting.error());
    // Large and long, so that what is declared is soon full.
    setting->quantities = {200, 500, 1000};
    setting->lengths = {kNanosPerHour, 2 * kNanosPerHour, 8 * kNanosPerHour};
    scenarios::Scenario other = setting->scenario;
    for (scenarios::ScenarioRule& r : other.rules) r.rule = newer.rule;
    for (int h = 0; h < kOfOnePair; ++h, ++played) {
      auto a = script::make_executor(setting->scenario), b = script::make_executor(other);
      ASSERT_TRUE(a) << to_text(a.error());
      ASSERT_TRUE(b) << to_text(b.error());
      BothChains both(std::move(*a), std::move(*b));
      fuzz::FuzzCommands commands(*setting, both);
      for (int i = 0; i < 2; ++i) commands.execute({1, i, i, 1, 0, 0});
      for (int i = 0; i < kCommands; ++i) commands.execute(drawn(random, bag));
      ASSERT_EQ(both.complaint, "") << texts[0] << texts[1];
      admitted += both.admitted, refused += both.refused;
      displaced += both.displaced, of_several += both.of_several;
    }
  }
  std::cout << kHistories << " histories, " << admitted << " admitted, " << refused << " refused, "
            << displaced << " displacing, " << of_several << " of several victims\n";
  EXPECT_GT(displaced, kHistories / 4);
  EXPECT_GT(of_several, 0);
}

}  // namespace
}  // namespace capmarket::diff
