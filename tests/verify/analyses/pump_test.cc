// no-money-pump: its ledger is what a chain makes the parties owe.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/claimed_market.h"
#include "tests/support/corpus.h"
#include "verify/analyses/check.h"

namespace capmarket::analyses {
namespace {

using testing::seconds;

Finding pump_of(const question::RuleFile& file) {
  CheckOptions options;
  options.scripted_scenarios = false;
  for (Finding& f : check_rule(file, {file}, options).findings)
    if (f.row == AnalysisId::no_money_pump) return std::move(f);
  return {};
}

/// Ten-thousandths of the amount that the case calls so.
std::int64_t amount(const Finding& f, const std::string& name) {
  for (const auto& [key, value] : f.witness)
    if (key == name) return std::llround(std::stod(value) * 10'000);
  ADD_FAILURE() << name;
  return 0;
}

/// Refund, penalty, the fee of the contest, and by a dispute the penalty again.
TEST(PumpLedger, of_a_claim_that_stands_is_what_the_holder_owes_on_a_chain) {
  testing::ClaimedMarket market("holder");
  ASSERT_EQ(market.claim(10, seconds(200, 300), 310), "");
  ASSERT_EQ(market.contest(320), "");
  market.wait(430);
  ASSERT_EQ(market.submit(objects::Dispute{market.m.salt(),
                                           market.user.key.pub,
                                           objects::Role::user,
                                           {},
                                           market.settlement,
                                           objects::Ground::fallback_not_followed,
                                           {}},
                          {{objects::Role::user, market.user.key}}, 431),
            "");
  question::RuleFile file;
  file.file = "claimed.yaml";
  file.rule = market.state().rule(market.m.rule())->rule;
  file.id = market.m.rule();
  const Finding f = pump_of(file);
  ASSERT_EQ(f.verdict, AnalysisVerdict::refuted) << f.reason;
  const std::int64_t claimed = amount(f, "step1.claims as not delivered");
  const std::int64_t value = testing::ClaimedMarket::value(10, 100).value;
  // Each of the four sums is floored by itself.
  EXPECT_NEAR(static_cast<double>(amount(f, "step1.is paid for the claim") * value),
              static_cast<double>(market.net() * claimed), static_cast<double>(4 * claimed));
  EXPECT_EQ(amount(f, "the pair gains"),
            amount(f, "step1.is paid for the claim") - amount(f, "step1.pays"));
}

TEST(PumpLedger, of_a_contested_claim_is_a_loss_on_a_chain_and_no_pump) {
  testing::ClaimedMarket market;
  ASSERT_EQ(market.claim(10, seconds(200, 300), 310), "");
  ASSERT_EQ(market.contest(320), "");
  market.wait(430);
  EXPECT_LT(market.net(), 0);
  question::RuleFile file;
  file.file = "claimed.yaml";
  file.rule = market.state().rule(market.m.rule())->rule;
  file.id = market.m.rule();
  const Finding f = pump_of(file);
  EXPECT_EQ(f.verdict, AnalysisVerdict::proved) << f.sentence << f.reason;
  EXPECT_THAT(f.bound, ::testing::HasSubstr("false claims are contested in time"));
}

TEST(PumpFinding, points_at_the_burden_and_the_strategy_and_is_no_golden_case) {
  auto files = testing::loaded_rules(testing::kRuleFolder + "pump-claims.yaml");
  ASSERT_FALSE(files.empty());
  const Finding f = pump_of(files.front());
  std::vector<std::string> places;
  for (const Provision& p : f.provisions) places.push_back(p.place);
  EXPECT_THAT(places, ::testing::ElementsAre("claims.burden", "fallback[0]"));
  EXPECT_GT(f.provisions.front().line, 0);
  EXPECT_TRUE(f.golden.empty());
  EXPECT_FALSE(f.no_golden.empty());
}

}  // namespace
}  // namespace capmarket::analyses
