// Values at the ends of what keys take: a run comes to its end, and what was said happens.
#include <gtest/gtest.h>

#include "model/base/text.h"
#include "scenarios/change.h"
#include "sim/run/run.h"
#include "tests/sim/run/bargaining.h"

namespace capmarket::run {
namespace {

Result<Run> ended(const scenarios::Scenario& s, std::int64_t seed = 1) {
  RunOptions options;
  options.scheme = crypto::Scheme::mac;
  options.seed = seed;
  return run_scenario(s, options);
}

RunMetrics metrics_of(const scenarios::Scenario& s) {
  auto run = ended(s);
  CHECK(run.has_value(), run ? std::string() : to_text(run.error()));
  return run->metrics;
}

constexpr std::int64_t kFewEvents = 200'000;

scenarios::Scenario small_market() {
  BargainingMarket m;
  m.holders = 3, m.users = 5, m.minutes = 60;
  return bargaining_scenario(m);
}

TEST(Extremes, a_party_may_read_the_chain_years_later) {
  scenarios::Scenario s = small_market();
  s.follow_lag = Duration(900 * 24 * kNanosPerHour);
  EXPECT_EQ(metrics_of(s).total.grants, 0);
  s.follow_lag = Duration(0);
  EXPECT_GT(metrics_of(s).total.grants, 0);
}

TEST(Extremes, tries_without_end_inside_a_partition_cost_nothing) {
  scenarios::Scenario s = small_market();
  s.retry_after = Duration(1);
  s.partitions = {{Duration(0), Duration(kNanosPerHour / 3), {"chain", s.users.front().name}}};
  auto run = ended(s);
  ASSERT_TRUE(run.has_value());
  EXPECT_LT(run->events, kFewEvents);
  EXPECT_GT(run->metrics.total.grants, 0) << "after it";
}

TEST(Extremes, an_answer_that_binds_for_a_nanosecond_is_not_polled_for_each) {
  scenarios::Scenario s = small_market();
  s.discovery = scenarios::DiscoveryMode::reactive;
  s.holders.front().offer_timeout = Duration(3);
  auto run = ended(s);
  ASSERT_TRUE(run.has_value());
  EXPECT_LT(run->events, kFewEvents);
}

TEST(Extremes, a_lease_of_a_nanosecond_lapses) {
  scenarios::Scenario s = small_market();
  for (scenarios::ScenarioRule& r : s.rules) r.rule.lease = Duration(1);
  auto run = ended(s);
  ASSERT_TRUE(run.has_value());
  EXPECT_LT(run->events, kFewEvents);
  EXPECT_TRUE(run->metrics.obligations.contains("lapse"));
}

TEST(Extremes, what_is_curtailed_before_its_holder_knows_of_it_is_curtailed_then) {
  scenarios::Scenario s = small_market();
  EXPECT_GT(metrics_of(s).total.grants, 0);
  s.holders.front().curtail = scenarios::HolderCurtailment{Duration(0), kFullRatio};
  EXPECT_EQ(metrics_of(s).total.grants, 0);
}

TEST(Extremes, a_rule_that_the_network_loses_is_submitted_again) {
  auto s = scenarios::load_scenario(
      CAPMARKET_SOURCE_DIR "/scenarios/packs/emergency-displacement.yaml", {}, {});
  ASSERT_TRUE(s.has_value());
  s->duration = Duration(kNanosPerHour / 4);
  const std::string rule = CAPMARKET_SOURCE_DIR "/scenarios/rules/emergency-displacement.yaml";
  auto changed = scenarios::with_change(*s, rule, Duration(kNanosPerHour / 6));
  ASSERT_TRUE(changed.has_value()) << to_text(changed.error());
  changed->tries = 1;
  changed->loss = 4'000;
  for (std::int64_t seed = 1; seed <= 5; ++seed) {
    const auto run = ended(*changed, seed);
    EXPECT_TRUE(run.has_value()) << seed << ": " << to_text(run.error());
  }
  changed->loss = kFullRatio;
  const auto never = ended(*changed);
  ASSERT_FALSE(never.has_value());
  EXPECT_NE(to_text(never.error()).find("did not reach the chain"), std::string::npos)
      << to_text(never.error());
}

/// Whoever is broken for an hour delivers no more than who is repaired at once.
TEST(Extremes, a_broken_holder_does_not_deliver_what_begins_while_it_is_broken) {
  scenarios::Scenario s = small_market();
  s.duration = Duration(2 * kNanosPerHour);
  s.holders.front().failure = scenarios::HolderFailure{};
  s.holders.front().failure->rate_per_hour = 6 * kFullRatio;
  s.holders.front().failure->detect = Duration(kNanosPerSecond);
  s.users.front().lead = scenarios::Distribution::constant(kNanosPerHour / 2);
  s.users.front().when_failed = scenarios::AfterLoss::keep;
  const auto kept = [&](Duration repair) {
    s.holders.front().failure->repair = scenarios::Distribution::constant(repair.value);
    Volume live, gross;
    for (std::int64_t seed = 1; seed <= 20; ++seed) {
      auto run = ended(s, seed);
      CHECK(run.has_value());
      live += run->metrics.total.granted;
      gross += run->metrics.total.granted + run->metrics.total.failed;
    }
    return static_cast<double>(live.value) / static_cast<double>(gross.value);
  };
  const double at_once = kept(Duration(0)), in_an_hour = kept(Duration(kNanosPerHour));
  EXPECT_LE(in_an_hour, at_once + 0.1);
  EXPECT_GT(at_once, 0);
}

}  // namespace
}  // namespace capmarket::run
