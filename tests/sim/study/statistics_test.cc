// Student's interval against the printed tables, and how often it holds the mean.
#include "sim/study/statistics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sim/kernel/random.h"

namespace capmarket::study {
namespace {

constexpr std::int64_t kUsual = 9500;

TEST(StudentsT, is_what_the_tables_say) {
  struct Row {
    std::int64_t degrees, level;
    double quantile;
  };
  for (const Row& r : {Row{1, 9500, 12.7062}, Row{2, 9500, 4.3027}, Row{4, 9500, 2.7764},
                       Row{9, 9500, 2.2622}, Row{9, 9900, 3.2498}, Row{29, 9000, 1.6991},
                       Row{29, 9500, 2.0452}, Row{1'000'000, 9500, 1.9600}})
    EXPECT_NEAR(students_t(r.degrees, r.level), r.quantile, 5e-5) << r.degrees << " " << r.level;
}

TEST(Estimates, of_five_numbers_are_those_computed_by_hand) {
  Eigen::VectorXd numbers(5);
  numbers << 2, 4, 4, 5, 10;
  const Estimate e = estimate(numbers, kUsual);
  EXPECT_EQ(e.n, 5);
  EXPECT_DOUBLE_EQ(*e.mean, 5);
  EXPECT_DOUBLE_EQ(*e.deviation, 3);  // (9 + 1 + 1 + 0 + 25) / 4
  EXPECT_NEAR(*e.half_width, 2.7764451 * 3 / std::sqrt(5), 1e-6);
}

TEST(Estimates, of_one_number_have_no_interval_and_of_none_no_mean) {
  const Estimate one = estimate(Eigen::VectorXd::Constant(1, 7), kUsual);
  EXPECT_DOUBLE_EQ(*one.mean, 7);
  EXPECT_FALSE(one.deviation || one.half_width);
  const Estimate none = estimate(Eigen::VectorXd(), kUsual);
  EXPECT_EQ(none.n, 0);
  EXPECT_FALSE(none.mean || none.deviation || none.half_width);
}

TEST(Estimates, of_equal_numbers_have_an_interval_of_no_width) {
  EXPECT_EQ(*estimate(Eigen::VectorXd::Constant(4, 0.25), kUsual).half_width, 0);
}

/// Of 2 000 samples of five normal numbers about 95 % of the intervals hold the mean; four standard
/// errors of that count are 2 %.
TEST(Estimates, hold_the_mean_as_often_as_they_say) {
  constexpr int kSamples = 2000, kEach = 5;
  constexpr double kMean = 40, kDeviation = 3;
  int held = 0;
  for (std::uint64_t sample = 0; sample < kSamples; ++sample) {
    kernel::Stream stream({7, 1}, {}, kernel::Draw::value, sample);
    Eigen::VectorXd numbers(kEach);
    for (double& x : numbers) x = kMean + kDeviation * kernel::normal_quantile(stream.uniform());
    const Estimate e = estimate(numbers, kUsual);
    held += std::abs(*e.mean - kMean) <= *e.half_width ? 1 : 0;
  }
  EXPECT_GE(held, kSamples * 93 / 100);
  EXPECT_LE(held, kSamples * 97 / 100);
}

}  // namespace
}  // namespace capmarket::study
