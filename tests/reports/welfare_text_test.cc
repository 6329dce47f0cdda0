// The sentence about welfare never says more than is known.
#include "reports/welfare_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace capmarket::reports {
namespace {

constexpr Int128 kUnit = static_cast<Int128>(kFullRatio) * kNanosPerHour;  // 1.0000 of money

run::WelfareMetric worth(Int128 value, Int128 cost, const run::Optimum& optimum) {
  return {{"EUR"}, run::Welfare{value, cost}, optimum.method, optimum};
}

TEST(WelfareText, says_at_most_of_a_bound_and_exactly_of_the_optimum) {
  const run::Optimum bound{8 * kUnit, false, run::OptimumMethod::bound};
  const std::string achieved = "welfare: 6.0000 EUR = value 10.0000 - cost 4.0000; ";
  EXPECT_EQ(welfare_text(worth(10 * kUnit, 4 * kUnit, bound)),
            achieved + "the optimum is at most 8.0000 (bound), of which this is at least 75.00%\n");
  const run::Optimum flow{8 * kUnit, true, run::OptimumMethod::flow};
  EXPECT_EQ(welfare_text(worth(10 * kUnit, 4 * kUnit, flow)),
            achieved + "the optimum is exactly 8.0000 (flow), of which this is 75.00%\n");
}

TEST(WelfareText, rounds_a_bound_up_and_a_share_down) {
  EXPECT_EQ(optimum_text({kUnit + 1, false, run::OptimumMethod::flow}), "1.0001");
  EXPECT_EQ(optimum_text({kUnit + 1, true, run::OptimumMethod::flow}), "1.0000");
  const run::Optimum almost{kUnit * 100'000, false, run::OptimumMethod::bound};
  EXPECT_THAT(welfare_text(worth(kUnit * 99'999, 0, almost)), ::testing::EndsWith("99.99%\n"));
}

TEST(WelfareText, has_no_share_of_nothing_and_none_below_nothing) {
  const run::Optimum none{0, true, run::OptimumMethod::flow};
  EXPECT_EQ(
      welfare_text(worth(0, 0, none)),
      "welfare: 0.0000 EUR = value 0.0000 - cost 0.0000; the optimum is exactly 0.0000 (flow)\n");
  EXPECT_FALSE(welfare_ratio(worth(0, 0, none)).has_value());
  const run::WelfareMetric negative =
      worth(kUnit, 3 * kUnit / 2, {kUnit, false, run::OptimumMethod::bound});
  EXPECT_FALSE(welfare_ratio(negative).has_value());
  EXPECT_EQ(
      welfare_text(negative),
      "welfare: -0.5000 EUR = value 1.0000 - cost 1.5000; the optimum is at most 1.0000 (bound)\n");
}

TEST(WelfareText, says_why_something_is_not_there) {
  run::WelfareMetric m{{"EUR"}, run::Welfare{kUnit, 0}, run::OptimumMethod::none, std::nullopt};
  const std::string achieved = "welfare: 1.0000 EUR = value 1.0000 - cost 0.0000";
  EXPECT_EQ(welfare_text(m), achieved + "\n");
  m.method = run::OptimumMethod::flow;
  EXPECT_EQ(welfare_text(m), achieved + "; no optimum: its sums could leave 128 bits\n");
  m.welfare.reset();
  EXPECT_EQ(welfare_text(m), "welfare: not added up, its sums could leave 128 bits\n");
  m.currencies.insert("CHF");
  EXPECT_EQ(welfare_text(m),
            "welfare: not added up, the rules have several currencies (CHF, EUR)\n");
}

TEST(WelfareText, writes_money_beyond_64_bits) {
  EXPECT_EQ(money_text(static_cast<Int128>(kWireMax) * kFullRatio + 5), "4611686018427387903.0005");
  EXPECT_EQ(money_text(-5), "-0.0005");
}

}  // namespace
}  // namespace capmarket::reports
