// Replications are runs, in order, whatever the threads; the steady part is counted behind its
// instant alone.
#include "sim/study/replications.h"

#include <gtest/gtest.h>

#include <set>

#include "sim/study/warm_up.h"
#include "sim/world/world.h"

namespace capmarket::study {
namespace {

scenarios::Scenario small(const std::vector<std::pair<std::string, std::string>>& sets) {
  auto scenario = scenarios::load_scenario(
      std::string(CAPMARKET_SOURCE_DIR) + "/tests/sim/small.yaml", sets, {});
  CHECK(scenario.has_value(), scenario ? std::string() : to_text(scenario.error()));
  return *scenario;
}
scenarios::Scenario minutes(int n) { return small({{"duration", std::to_string(n) + "min"}}); }

std::vector<run::Run> replicated(const scenarios::Scenario& scenario,
                                 const ReplicationOptions& options) {
  auto out = replicate(scenario, options);
  CHECK(out.has_value(), out ? std::string() : to_text(out.error()));
  return *out;
}

ReplicationOptions many(std::int64_t n, int threads) {
  ReplicationOptions out;
  out.replications = n;
  out.threads = threads;
  out.run.scheme = crypto::Scheme::mac;
  return out;
}

TEST(Replications, are_the_same_in_the_same_order_on_any_number_of_threads) {
  const scenarios::Scenario s = minutes(3);
  const auto one = replicated(s, many(5, 1)), four = replicated(s, many(5, 4));
  ASSERT_EQ(one.size(), 5u);
  ASSERT_EQ(four.size(), 5u);
  std::set<Digest> roots;
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(one[i].seed, replication_seed(s.seed_dynamics, static_cast<std::int64_t>(i)));
    EXPECT_EQ(one[i].root, four[i].root) << i;
    roots.insert(one[i].root);
  }
  EXPECT_EQ(roots.size(), 5u) << "each has a seed of its own";
}

TEST(Replications, are_what_a_run_of_their_seed_is_the_first_that_of_the_scenario) {
  const scenarios::Scenario s = minutes(2);
  const auto all = replicated(s, many(2, 1));
  for (const run::Run& replication : all) {
    run::RunOptions options;
    options.scheme = crypto::Scheme::mac;
    options.seed = replication.seed;
    auto run = run::run_scenario(s, options);
    ASSERT_TRUE(run);
    EXPECT_EQ(run->root, replication.root);
  }
  EXPECT_EQ(all[0].seed, s.seed_dynamics);
}

TEST(Replications, that_are_interrupted_are_those_before_the_first_that_was) {
  std::atomic<bool> interrupt{false};
  ReplicationOptions options = many(6, 1);
  options.run.interrupt = &interrupt;
  options.progress = [&](std::int64_t done, std::int64_t) {
    if (done == 2) interrupt = true;
  };
  EXPECT_EQ(replicated(minutes(20), options).size(), 2u);
}

TEST(Replications, tell_the_problems_of_the_first_that_has_any) {
  // A rule whose successor its scope keeps out is refused by the chain, in every replication.
  scenarios::Scenario s = minutes(2);
  s.rules.front().rule.authority = s.authorities.front().name;
  s.rules.front().rule.version = 7;
  auto out = replicate(s, many(3, 2));
  ASSERT_FALSE(out);
  EXPECT_NE(to_text(out.error()).find("the chain refuses rule"), std::string::npos)
      << to_text(out.error());
}

TEST(ReplicationSeeds, are_of_62_bits_and_all_different) {
  std::set<std::int64_t> seen;
  for (std::int64_t seed : {std::int64_t{0}, std::int64_t{1}, kWireMax})
    for (std::int64_t number = 0; number < 1000; ++number) {
      const std::int64_t s = replication_seed(seed, number);
      EXPECT_GE(s, 0);
      EXPECT_LE(s, kWireMax);
      seen.insert(s);
    }
  EXPECT_EQ(seen.size(), 3000u);
}

TEST(WarmUps, are_read_and_anything_else_is_told) {
  const Duration hour(kNanosPerHour);
  EXPECT_FALSE(parse_warm_up("none", hour)->has_value());
  EXPECT_TRUE((*parse_warm_up("mser5", hour))->mser5);
  EXPECT_EQ((*parse_warm_up("15min", hour))->length.value, 900 * kNanosPerSecond);
  EXPECT_EQ((*parse_warm_up("15min", hour))->text(), "15min");
  for (const char* wrong : {"", "mser", "1h", "2h", "-1s", "5"})
    EXPECT_FALSE(parse_warm_up(wrong, hour)) << wrong;
}

std::vector<run::SeriesRow> rows(std::size_t n) {
  std::vector<run::SeriesRow> out(n);
  for (std::size_t i = 0; i < n; ++i) {
    out[i].time = Instant(static_cast<std::int64_t>(100 + 10 * i));
    out[i].granted = Volume{static_cast<Int128>(i) * 50};
  }
  return out;
}

TEST(WarmUps, of_a_length_end_at_the_next_row_that_has_another_behind_it) {
  const auto series = rows(11);  // 100 to 200
  EXPECT_EQ(steady_from({false, Duration(0)}, Instant(100), series), Instant(100));
  EXPECT_EQ(steady_from({false, Duration(21)}, Instant(100), series), Instant(130));
  EXPECT_EQ(steady_from({false, Duration(90)}, Instant(100), series), Instant(190));
  EXPECT_FALSE(steady_from({false, Duration(91)}, Instant(100), series));
}

TEST(WarmUps, by_mser5_end_at_the_later_of_both_series) {
  auto series = rows(201);
  EXPECT_EQ(steady_from({true, {}}, Instant(100), series), series[0].time);
  for (std::size_t i = 0; i < series.size(); ++i)  // refusals in the first 30 windows alone
    series[i].refusals = static_cast<std::int64_t>(std::min<std::size_t>(i, 30)) * 9;
  EXPECT_EQ(steady_from({true, {}}, Instant(100), series), series[30].time);
  for (std::size_t i = 0; i < series.size(); ++i)  // ever more volume
    series[i].granted = Volume{static_cast<Int128>(i) * static_cast<Int128>(i)};
  EXPECT_FALSE(steady_from({true, {}}, Instant(100), series));
}

/// From the start on it counts what the whole run counts inside its time; and two parts add up.
TEST(SteadyCounts, of_two_parts_add_up_to_the_whole) {
  const scenarios::Scenario s = minutes(10);
  const auto counted = [&](Duration length) {
    run::RunOptions options;
    options.scheme = crypto::Scheme::mac;
    options.steady_from = [&](const std::vector<run::SeriesRow>& series) {
      return steady_from({false, length}, s.start, series);
    };
    auto run = run::run_scenario(s, options);
    CHECK(run.has_value(), run ? std::string() : to_text(run.error()));
    return run->metrics;
  };
  const run::RunMetrics all = counted(Duration(0)), late = counted(Duration(300 * kNanosPerSecond));
  ASSERT_TRUE(all.steady && late.steady);
  EXPECT_EQ(all.steady->from, s.start);
  EXPECT_EQ(all.steady->until, s.end());
  EXPECT_EQ(late.steady->from, s.start + Duration(300 * kNanosPerSecond));
  const auto row = std::find_if(all.series.begin(), all.series.end(), [&](const run::SeriesRow& x) {
    return x.time == late.steady->from;
  });
  EXPECT_EQ(late.steady->settlements + row->settlements, all.settlements);
  EXPECT_GT(late.steady->settlements, 0);
  EXPECT_GT(row->settlements, 0);
  for (const run::SteadyCount* part : {&*all.steady, &*late.steady}) {
    const run::VolumeCount& v = part->volumes;
    EXPECT_EQ(v.requested, v.granted + v.displaced + v.failed + v.released + v.unmet + v.open);
    EXPECT_GT(v.granted.value, 0);
    EXPECT_LE(v.granted, part->declared);
  }
  EXPECT_LT(late.steady->volumes.requested, all.steady->volumes.requested);
  EXPECT_LE(all.steady->volumes.requested, all.total.requested) << "windows may reach beyond the end";
}

TEST(SteadyCounts, are_not_asked_for_of_a_run_that_was_interrupted) {
  std::atomic<bool> interrupt{true};
  run::RunOptions options;
  options.scheme = crypto::Scheme::mac;
  options.interrupt = &interrupt;
  options.steady_from = [](const std::vector<run::SeriesRow>& series) {
    return std::optional(series.front().time);
  };
  auto run = run::run_scenario(minutes(10), options);
  ASSERT_TRUE(run && run->interrupted);
  EXPECT_FALSE(run->metrics.steady);
}

}  // namespace
}  // namespace capmarket::study
