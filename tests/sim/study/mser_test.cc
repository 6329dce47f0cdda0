// MSER-5 on series whose answer is known, and against the formula as it is written.
#include "sim/study/mser.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "sim/kernel/random.h"

namespace capmarket::study {
namespace {

constexpr std::size_t kRows = 200;

/// Uniform noise in [0, 1000), and `more` of the place in the series.
template <class More>
std::vector<Int128> noise(std::uint64_t sample, More more, std::size_t rows = kRows) {
  kernel::Stream stream({11, 1}, {}, kernel::Draw::value, sample);
  std::vector<Int128> out;
  for (std::size_t i = 0; i < rows; ++i)
    out.push_back(static_cast<Int128>(stream.below(1000)) + more(static_cast<std::int64_t>(i)));
  return out;
}

const auto kNothing = [](std::int64_t) { return 0; };

/// Means and squares about them, in floating point.
std::optional<std::size_t> as_written(const std::vector<Int128>& series) {
  std::vector<double> means(series.size() / 5);
  for (std::size_t i = 0; i < means.size() * 5; ++i)
    means[i / 5] += static_cast<double>(series[i]) / 5;
  std::size_t best = 0;
  double least = -1;
  for (std::size_t d = 0; d + 5 <= means.size(); ++d) {
    const auto m = static_cast<double>(means.size() - d);
    double mean = 0, squares = 0;
    for (std::size_t j = d; j < means.size(); ++j) mean += means[j] / m;
    for (std::size_t j = d; j < means.size(); ++j) squares += (means[j] - mean) * (means[j] - mean);
    if (least >= 0 && squares / (m * m) >= least) continue;
    least = squares / (m * m);
    best = d;
  }
  if (least < 0 || means.size() < 10 || best * 2 > means.size()) return std::nullopt;
  return best * 5;
}

TEST(Mser5, leaves_out_a_transient_and_little_more) {
  constexpr int kSamples = 400;
  int found = 0, close = 0;
  for (std::uint64_t sample = 0; sample < kSamples; ++sample) {
    const auto at = mser5(noise(sample, [](std::int64_t i) { return i < 40 ? 200 * (40 - i) : 0; }));
    if (!at) continue;
    ++found;
    EXPECT_GE(*at, 35u) << sample;
    close += *at <= 60 ? 1 : 0;
  }
  RecordProperty("found", found);
  RecordProperty("close", close);
  EXPECT_GE(found, kSamples * 85 / 100);
  EXPECT_GE(close, kSamples * 60 / 100);
}

TEST(Mser5, finds_a_steady_state_in_noise_nearly_always_and_mostly_at_once) {
  constexpr int kSamples = 400;
  int found = 0, early = 0;
  for (std::uint64_t sample = 0; sample < kSamples; ++sample)
    if (const auto at = mser5(noise(sample, kNothing))) {
      ++found;
      early += *at <= kRows / 10 ? 1 : 0;
    }
  RecordProperty("found", found);
  RecordProperty("early", early);
  EXPECT_GE(found, kSamples * 90 / 100);
  EXPECT_GE(early, kSamples * 60 / 100);
}

TEST(Mser5, finds_none_in_a_trend) {
  for (std::uint64_t sample = 0; sample < 50; ++sample)
    EXPECT_FALSE(mser5(noise(sample, [](std::int64_t i) { return 100 * i; }))) << sample;
}

TEST(Mser5, takes_a_point_in_the_first_half_and_none_behind_it) {
  for (const auto& [jump, expected] : {std::pair{100, true}, std::pair{105, false}}) {
    std::vector<Int128> series(kRows, 7);
    for (int i = 0; i < jump; ++i) series[static_cast<std::size_t>(i)] = 1'000'000 + i % 3;
    const auto found = mser5(series);
    EXPECT_EQ(found.has_value(), expected) << jump;
    if (found) {
      EXPECT_EQ(*found, 100u);
    }
  }
}

TEST(Mser5, leaves_out_nothing_of_a_constant_series) {
  EXPECT_EQ(mser5(std::vector<Int128>(kRows, 7)), 0u);
}

TEST(Mser5, needs_ten_batches) {
  EXPECT_FALSE(mser5({}));
  EXPECT_FALSE(mser5(std::vector<Int128>(49, 7)));
  EXPECT_EQ(mser5(std::vector<Int128>(50, 7)), 0u);
}

TEST(Mser5, does_not_count_what_is_behind_the_last_whole_batch) {
  std::vector<Int128> series = noise(3, kNothing);
  const auto before = mser5(series);
  for (int i = 0; i < 4; ++i) series.push_back(1'000'000'000);
  EXPECT_EQ(mser5(series), before);
}

TEST(Mser5, is_the_formula_as_it_is_written) {
  int none = 0;
  for (std::uint64_t sample = 0; sample < 300; ++sample) {
    const auto step = static_cast<std::int64_t>(sample % 7) * 20;
    const auto series = noise(
        sample, [&](std::int64_t i) { return std::max<std::int64_t>(0, step * (60 - i)); },
        50 + sample % 200);
    const auto found = mser5(series);
    EXPECT_EQ(found, as_written(series)) << sample;
    none += found ? 0 : 1;
  }
  EXPECT_GT(none, 10);
  EXPECT_LT(none, 290);
}

TEST(Mser5, stays_exact_where_squares_leave_128_bits) {
  std::vector<Int128> series = noise(5, [](std::int64_t i) { return i < 30 ? 5000 : 0; });
  const auto found = mser5(series);
  for (Int128& x : series) x *= Int128{1} << 100;
  EXPECT_EQ(mser5(series), found);
}

}  // namespace
}  // namespace capmarket::study
