// Closed forms of loss systems: M/M/c/c, M/G/c/c, and two tiers of which the first displaces.
// Source: docs/spec/statistics.md#closed-forms.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/sim/run/queueing.h"

namespace capmarket::run {
namespace {

constexpr int kReplications = 8, kHours = 60;

/// A share of each replication, by a function of its counts.
template <class Share>
std::vector<double> shares(const LossSystem& system, Share share) {
  std::vector<double> out;
  for (int seed = 1; seed <= kReplications; ++seed)
    out.push_back(share(lost_in(system, kHours, seed)));
  return out;
}

double second_lost(const LossCount& c) {
  return static_cast<double>(c.second_lost) / static_cast<double>(c.second);
}
double first_lost(const LossCount& c) {
  return static_cast<double>(c.first_lost) / static_cast<double>(c.first);
}
double displaced(const LossCount& c) {
  return static_cast<double>(c.displaced) / static_cast<double>(c.first);
}

std::string told(const std::vector<double>& numbers, double truth) {
  std::string out = fmt::format("{:.4f} expected;", truth);
  for (double x : numbers) out += fmt::format(" {:.4f}", x);
  return out;
}

// A few of them: the rest stands in the long suite.
TEST(Queueing, loss_of_one_tier_is_erlangs_b) {
  for (const char* length : {"exponential(1h)", "1h", "uniform(30min, 90min)"}) {
    SCOPED_TRACE(length);
    const std::vector<double> all = shares({4, 0, 3, length, "surrender"}, second_lost);
    EXPECT_TRUE(holds(all, erlang_b(4, 3), 0.999)) << told(all, erlang_b(4, 3));
  }
}

TEST(Queueing, who_displaces_sees_its_own_load_alone) {
  for (const char* length : {"exponential(1h)", "1h"}) {
    SCOPED_TRACE(length);
    const std::vector<double> all = shares({4, 2, 2, length, "surrender"}, first_lost);
    EXPECT_TRUE(holds(all, erlang_b(4, 2), 0.999)) << told(all, erlang_b(4, 2));
  }
}

TEST(Queueing, who_is_displaced_and_surrenders_sees_the_load_of_both) {
  const LossSystem system{4, 2, 2, "exponential(1h)", "surrender"};
  const std::vector<double> blocked = shares(system, second_lost);
  EXPECT_TRUE(holds(blocked, erlang_b(4, 4), 0.999)) << told(blocked, erlang_b(4, 4));
  const std::vector<double> victims = shares(system, displaced);
  const double expected = erlang_b(4, 4) - erlang_b(4, 2);
  EXPECT_TRUE(holds(victims, expected, 0.999)) << told(victims, expected);
}

TEST(Queueing, who_books_the_earliest_start_waits_as_erlangs_c_says) {
  std::vector<double> waits;
  for (int seed = 1; seed <= 5 * kReplications; ++seed)
    waits.push_back(mean_wait_in({2, 1.2}, kHours, seed));
  EXPECT_TRUE(holds(waits, erlang_c_wait(2, 1.2), 0.999)) << told(waits, erlang_c_wait(2, 1.2));
  EXPECT_FALSE(holds(waits, erlang_c_wait(3, 1.2), 0.999)) << "another system";
}

// What the test must not accept: a share that is off by a tenth.
TEST(Queueing, intervals_are_narrow_enough_to_refute) {
  const std::vector<double> all = shares({4, 0, 3, "exponential(1h)", "surrender"}, second_lost);
  EXPECT_FALSE(holds(all, erlang_b(5, 3), 0.999)) << told(all, erlang_b(5, 3));
  EXPECT_FALSE(holds(all, erlang_b(3, 3), 0.999)) << told(all, erlang_b(3, 3));
}

}  // namespace
}  // namespace capmarket::run
