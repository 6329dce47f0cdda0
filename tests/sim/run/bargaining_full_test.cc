// How near markets come to the largest welfare that could be had: the same in each pair of runs, as
// declarations, wishes, costs and values are.
#include <gtest/gtest.h>

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <cstdio>
#include <vector>

#include "tests/sim/run/bargaining.h"

namespace capmarket::run {
namespace {

constexpr int kSeeds = 20;

struct Interval {
  double low = 0, high = 0;
};

/// Of the mean, where 95 % of all intervals of Student's t hold it.
Interval interval_of(const std::vector<double>& numbers) {
  const auto n = static_cast<double>(numbers.size());
  double mean = 0, squares = 0;
  for (double x : numbers) mean += x / n;
  for (double x : numbers) squares += (x - mean) * (x - mean);
  const boost::math::students_t t(n - 1);
  const double half = boost::math::quantile(t, 0.975) * std::sqrt(squares / (n - 1) / n);
  return {mean - half, mean + half};
}

/// What the second gains in welfare over the first, seed by seed.
void expect_gain(const char* what, const BargainingMarket& first, const BargainingMarket& second) {
  std::vector<double> gains;
  double of_first = 0;
  for (int seed = 1; seed <= kSeeds; ++seed) {
    const double one = bargain_in(first, seed).welfare;
    of_first += one / kSeeds;
    gains.push_back(bargain_in(second, seed).welfare - one);
  }
  const Interval i = interval_of(gains);
  std::printf("%s: %.4f of the optimum at most, gain [%.4f, %.4f]\n", what, of_first, i.low, i.high);
  EXPECT_GT(i.low, 0) << what;
}

TEST(BargainingFull, five_quotes_gain_over_taking_it_or_leaving_it) {
  BargainingMarket quotes;
  quotes.protocol = "{ quotes: 5 }";
  expect_gain("quotes: 5 over take-it-or-leave-it", {}, quotes);
}

TEST(BargainingFull, learning_gains_over_zero_intelligence) {
  BargainingMarket zero, learns;
  zero.pricing = zero.bid = "zero-intelligence";
  learns.pricing = learns.bid = "zip";
  expect_gain("zip over zero-intelligence, take-it-or-leave-it", zero, learns);
  zero.protocol = learns.protocol = "{ quotes: 5 }";
  expect_gain("zip over zero-intelligence, quotes: 5", zero, learns);
}

}  // namespace
}  // namespace capmarket::run
