// When users ask: processes of arrival against what their rates say. Seeds are fixed; bounds are of
// four standard deviations.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cmath>

#include "sim/world/population.h"
#include "sim/world/taking_part.h"
#include "sim/world/world.h"
#include "tests/sim/run/bargaining.h"
#include "tests/support/scratch_folder.h"

namespace capmarket::run {
namespace {

constexpr int kAskers = 100, kDays = 10;

/// A market of days, whose users ask as `arrivals` says.
class ArrivalsTest : public ::testing::Test {
 protected:
  void ask(const std::string& arrivals) {
    BargainingMarket m;
    m.users = kAskers, m.minutes = kDays * 24 * 60;
    m.arrivals = arrivals;
    scenario_ = bargaining_scenario(m);
    w_ = std::make_unique<world::World>();
    w_->scenario = &scenario_;
    w_->population = {1, 0};
    w_->dynamics = {1, 1};
    world::populate(*w_);
  }
  /// All instants at which anybody asks.
  std::vector<Instant> all() const {
    std::vector<Instant> out;
    for (const party::UserState& u : w_->users) {
      std::optional<Instant> t = scenario_.start;
      for (std::uint64_t i = 0; (t = world::next_arrival(*w_, u, *t, i)); ++i) out.push_back(*t);
    }
    return out;
  }
  scenarios::Scenario scenario_;
  std::unique_ptr<world::World> w_;
};

void expect_poisson(std::int64_t count, double mean) {
  EXPECT_NEAR(static_cast<double>(count), mean, 4 * std::sqrt(mean));
}

std::int64_t hour_of(Instant t) { return t.value / kNanosPerHour % 24; }

TEST_F(ArrivalsTest, of_a_constant_renewal_come_like_a_clock) {
  ask("{ renewal: 6h }");
  std::map<std::int64_t, int> at;
  for (Instant t : all()) ++at[(t - scenario_.start).value];
  ASSERT_EQ(at.size(), static_cast<std::size_t>(kDays * 4 - 1)) << "the last is the end's";
  for (const auto& [since, count] : at) {
    EXPECT_EQ(since % (6 * kNanosPerHour), 0);
    EXPECT_EQ(count, kAskers);
  }
}

TEST_F(ArrivalsTest, of_an_exponential_renewal_are_poisson) {
  ask("{ renewal: exponential(2h) }");
  expect_poisson(static_cast<std::int64_t>(all().size()), kAskers * kDays * 12.0);
}

TEST_F(ArrivalsTest, of_a_profile_follow_the_time_of_day) {
  ask("{ profile: [{ from: 0s, rate: 0.1/h }, { from: 8h, rate: 2/h }, { from: 20h, rate: 0.5/h }] }");
  std::int64_t night = 0, day = 0, evening = 0;
  for (Instant t : all()) {
    const std::int64_t hour = hour_of(t);
    ++(hour < 8 ? night : hour < 20 ? day : evening);
  }
  expect_poisson(night, kAskers * kDays * 8 * 0.1);
  expect_poisson(day, kAskers * kDays * 12 * 2.0);
  expect_poisson(evening, kAskers * kDays * 4 * 0.5);
}

TEST_F(ArrivalsTest, of_a_profile_of_one_rate_are_those_of_poisson) {
  ask("poisson(0.5/h)");
  const std::vector<Instant> poisson = all();
  ask("{ profile: [{ from: 0s, rate: 0.5/h }] }");
  EXPECT_EQ(all(), poisson);
}

TEST_F(ArrivalsTest, of_a_bursty_group_are_of_two_rates) {
  ask("{ bursty: { calm: 0.1/h, busy: 6/h, calm_for: exponential(5h), busy_for: uniform(30min, 90min) } }");
  const std::vector<Instant>& turns = w_->moods.at(0);
  ASSERT_GT(turns.size(), 20U);
  EXPECT_TRUE(std::is_sorted(turns.begin(), turns.end()));
  double calm_hours = 0, busy_hours = 0;
  Instant since = scenario_.start;
  for (std::size_t i = 0; i <= turns.size(); ++i) {
    const Instant until = i < turns.size() ? turns[i] : scenario_.end();
    (i % 2 == 0 ? calm_hours : busy_hours) +=
        static_cast<double>((until - since).value) / static_cast<double>(kNanosPerHour);
    since = until;
  }
  std::int64_t calm = 0, busy = 0;
  for (Instant t : all()) {
    const auto turned = std::upper_bound(turns.begin(), turns.end(), t) - turns.begin();
    ++(turned % 2 == 0 ? calm : busy);
  }
  expect_poisson(calm, kAskers * calm_hours * 0.1);
  expect_poisson(busy, kAskers * busy_hours * 6);
}

}  // namespace
}  // namespace capmarket::run
