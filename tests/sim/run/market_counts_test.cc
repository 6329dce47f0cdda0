// Waiting, prices, fairness and cascades: cases that a hand can compute, closed forms, and what
// must not matter.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>

#include "sim/run/run.h"
#include "tests/support/hopeless_cases.h"

namespace capmarket::run {
namespace {

using Sets = std::vector<std::pair<std::string, std::string>>;

/// A market of three users who ask at 30 s, with messages of 50 ms and checkpoints each 500 ms.
RunMetrics counted(Sets sets) {
  sets.insert(sets.begin(), {"network.latency", "50ms"});
  testing::ScratchFolder folder;
  auto scenario = scenarios::load_scenario(testing::write_market(folder, {}), sets, {});
  CHECK(scenario.has_value(), scenario ? std::string() : to_text(scenario.error()));
  auto out = run_scenario(*scenario, {});
  CHECK(out.has_value(), out ? std::string() : to_text(out.error()));
  return out->metrics;
}

constexpr Int128 milliseconds(Int128 n) { return n * 1'000'000; }

TEST(Quantiles, are_the_nearest_ranks) {
  EXPECT_EQ(quantile({}, 50), 0);
  EXPECT_EQ(quantile({7}, 1), 7);
  EXPECT_EQ(quantile({7}, 100), 7);
  EXPECT_EQ(quantile({1, 2, 3}, 50), 2);
  EXPECT_EQ(quantile({1, 2, 3, 4}, 50), 2);
  EXPECT_EQ(quantile({1, 2, 3, 4}, 95), 4);
  std::vector<std::int64_t> hundred(100);
  std::iota(hundred.begin(), hundred.end(), 1);
  for (std::int64_t p : {1, 50, 95, 99, 100}) EXPECT_EQ(quantile(hundred, p), p);
  const DurationQuantiles q = quantiles_of({9, 1, 5});
  EXPECT_EQ(q.count, 3);
  EXPECT_EQ(q.p50, Duration(5));
  EXPECT_EQ(q.p99, Duration(9));
}

RC_GTEST_PROP(Quantiles, leave_so_many_at_or_below, (std::vector<std::int64_t> values)) {
  RC_PRE(!values.empty());
  std::sort(values.begin(), values.end());
  const std::int64_t percent = *rc::gen::inRange<std::int64_t>(1, 101);
  const std::int64_t q = quantile(values, percent);
  auto share = [&](auto end) { return 100 * std::distance(values.begin(), end); };
  const auto wanted = percent * static_cast<std::int64_t>(values.size());
  RC_ASSERT(share(std::upper_bound(values.begin(), values.end(), q)) >= wanted);
  RC_ASSERT(share(std::lower_bound(values.begin(), values.end(), q)) < wanted);
}

/// Request at 30.05 s, read at 30.55 s, asked 30.6 s, offered 30.65 s, signed by the holder 30.7 s,
/// settled 30.75 s; the window starts at the next minute after 5 min 30 s.
TEST(WaitingTimes, of_a_market_that_a_hand_computes) {
  const Waiting w = counted({}).waiting;
  EXPECT_EQ(w.requests, 3);
  EXPECT_EQ(w.settled, 3);
  EXPECT_TRUE(w.negotiating.value == 3 * milliseconds(750));
  EXPECT_TRUE(w.to_settlement.value == 3 * milliseconds(700));
  EXPECT_TRUE(w.to_window.value == 3 * milliseconds(360'000 - 30'050));
  EXPECT_EQ(w.settle_time.p50, Duration(750'000'000));
  EXPECT_EQ(w.settle_time.p99, Duration(750'000'000));
  EXPECT_EQ(w.settle_time_by_tier.at("firm").count, 3);
}

TEST(WaitingTimes, of_who_is_never_served_end_where_it_gives_up) {
  for (const Sets& why :
       {Sets{{"users.firms.value", "0.80"}},
        Sets{{"network.partitions", "[{ from: 0s, until: 1h, between: [firms, chain] }]"}},
        Sets{{"users.firms.withdraw", "0%"}, {"holders.sites.count", "0"}}}) {
    const Waiting w = counted(why).waiting;
    EXPECT_EQ(w.requests, 3);
    EXPECT_EQ(w.settled, 0);
    EXPECT_TRUE(w.negotiating.value == 3 * milliseconds(120'000)) << why.front().first;
    EXPECT_EQ(w.settle_time.p95, Duration(0));
    EXPECT_TRUE(w.settle_time_by_tier.empty());
  }
  // The run's end ends every wait.
  const Waiting cut = counted({{"users.firms.value", "0.80"}, {"duration", "40s"}}).waiting;
  EXPECT_TRUE(cut.negotiating.value == 3 * milliseconds(10'000));
}

TEST(PriceSpreads, of_cases_that_a_hand_computes) {
  const PriceSpread two = spread_of({{Money(10'000), Volume{1}}, {Money(20'000), Volume{3}}});
  EXPECT_EQ(two.mean, Money(17'500));
  EXPECT_EQ(two.sd, Money(4'330));  // the root of 18 750 000
  const PriceSpread negative = spread_of({{Money(-1), Volume{2}}, {Money(-2), Volume{1}}});
  EXPECT_EQ(negative.mean, Money(-2)) << "rounded down";
  EXPECT_EQ(negative.sd, Money(0)) << "the root of 2 / 3, rounded down";
  EXPECT_EQ(spread_of({}).mean, Money(0));
  const Money most(kWireMax);
  const Volume large{Int128{1} << 100};
  EXPECT_FALSE(spread_of({{most, large}}).mean);
  EXPECT_EQ(spread_of({{most, Volume{1}}, {Money(-kWireMax), Volume{1}}}).sd, most);
  const PriceSpread wide = spread_of({{most, Volume{8}}, {Money(-kWireMax), Volume{8}}});
  EXPECT_EQ(wide.mean, Money(0));
  EXPECT_FALSE(wide.sd) << "sixteen squares of 2^124";
}

/// Of a market: an ask of 1.00 and its markup of a tenth, at every one of three grants.
TEST(PriceSpreads, of_a_market_stand_by_class_and_currency) {
  const Prices p = counted({{"holders.sites.ask", "1.00"}, {"users.firms.value", "3.00"}}).prices;
  ASSERT_EQ(p.size(), 1u);
  EXPECT_EQ(p.at("compute").at("EUR").mean, Money(11'000));
  EXPECT_EQ(p.at("compute").at("EUR").sd, Money(0));
}

RC_GTEST_PROP(PriceSpreads, do_not_depend_on_order_or_unit_of_volume, ()) {
  const auto prices = *rc::gen::container<std::vector<std::pair<std::int64_t, std::int64_t>>>(
      rc::gen::pair(rc::gen::inRange<std::int64_t>(-1'000'000, 1'000'000),
                    rc::gen::inRange<std::int64_t>(0, 1'000'000)));
  const auto factor = *rc::gen::inRange<std::int64_t>(1, 1'000);
  std::vector<WeightedPrice> there, back;
  for (const auto& [price, volume] : prices) {
    there.push_back({Money(price), Volume{volume}});
    back.insert(back.begin(), {Money(price), Volume{Int128{volume} * factor}});
  }
  const PriceSpread a = spread_of(there), b = spread_of(back);
  RC_ASSERT(a.mean == b.mean && a.sd == b.sd);
}

/// part / whole is n / d.
void expect_ratio(Int128 part, Int128 whole, Int128 n, Int128 d) {
  EXPECT_TRUE(part * d == n * whole && whole > 0);
}

TEST(EqualityOfShares, has_closed_forms) {
  constexpr std::int64_t kAll = 1'000'000;
  for (std::int64_t n : {1, 2, 7, 100}) {
    const auto users = static_cast<std::size_t>(n);
    const Equality even = equality_of(std::vector<std::int64_t>(users, kAll));
    EXPECT_EQ(even.users, n);
    expect_ratio(even.jain_part, even.jain_whole, 1, 1);
    expect_ratio(even.gini_part, even.gini_whole, 0, 1);
    std::vector<std::int64_t> one(users, 0);
    one.front() = kAll;
    const Equality alone = equality_of(one);
    expect_ratio(alone.jain_part, alone.jain_whole, 1, n);
    expect_ratio(alone.gini_part, alone.gini_whole, n - 1, n);
    // 1, 2, …, n: 3 (n + 1) / (2 (2 n + 1)), and (n - 1) / (3 n).
    std::vector<std::int64_t> steps(users);
    std::iota(steps.begin(), steps.end(), 1);
    const Equality ramp = equality_of(steps);
    expect_ratio(ramp.jain_part, ramp.jain_whole, 3 * (n + 1), 2 * (2 * n + 1));
    expect_ratio(ramp.gini_part, ramp.gini_whole, n - 1, 3 * n);
  }
  EXPECT_TRUE(equality_of({0, 0}).jain_whole == 0);
  EXPECT_EQ(equality_of({}).users, 0);
}

RC_GTEST_PROP(EqualityOfShares, is_the_mean_difference_in_any_order, ()) {
  auto shares =
      *rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 1'000'001));
  const Equality e = equality_of(shares);
  Int128 differences = 0, sum = 0;
  for (std::int64_t a : shares) {
    sum += a;
    for (std::int64_t b : shares) differences += a < b ? b - a : a - b;
  }
  RC_ASSERT(differences == 2 * e.gini_part);
  RC_ASSERT(sum * static_cast<Int128>(shares.size()) == e.gini_whole);
  RC_ASSERT(e.jain_part <= e.jain_whole);  // Cauchy and Schwarz
  std::reverse(shares.begin(), shares.end());
  const Equality again = equality_of(shares);
  RC_ASSERT(again.jain_part == e.jain_part && again.gini_part == e.gini_part);
}

TEST(EqualityOfShares, of_a_market_in_which_one_of_four_has_nothing) {
  const std::string group =
      "class: compute, tier: firm, arrivals: { burst: { at: 30s, size: SIZE } }, quantity: 5, "
      "length: 10min, lead: 5min, patience: 2min, ";
  const std::string rich = testing::edited(group, "SIZE", "3");
  const std::string poor = testing::edited(group, "SIZE", "1");
  const std::string users = "[{ name: firms, count: 3, " + rich + "value: 5.00 }, " +
                            "{ name: poor, count: 1, " + poor + "value: 0.80 }]";
  const RunMetrics m = counted({{"users", users}});
  EXPECT_EQ(m.fairness.all.users, 4);
  expect_ratio(m.fairness.all.jain_part, m.fairness.all.jain_whole, 3, 4);
  expect_ratio(m.fairness.all.gini_part, m.fairness.all.gini_whole, 1, 4);
  EXPECT_EQ(m.fairness.by_tier.at("firm").users, 4);
  EXPECT_EQ(m.total.whole, 3);
  EXPECT_EQ(m.by_tier.at("firm").whole, 3);
  EXPECT_EQ(m.total.requests, 4);
}

TEST(Shares, are_millionths_rounded_down) {
  EXPECT_EQ(millionths(Volume{2}, Volume{3}), 666'666);
  EXPECT_EQ(millionths(Volume{0}, Volume{3}), 0);
  const Volume huge{Int128{1} << 120};
  EXPECT_EQ(millionths(huge, huge), 1'000'000);
  EXPECT_EQ(millionths(huge, Volume{huge.value * 3}), 333'333);
}

/// High takes all of mid, mid's substitute all of low, low's substitute a half of least; in the end
/// high gives a third of its quantity back, and low all of it.
TEST(CascadesOfAScript, have_depth_and_volume_without_use) {
  auto scenario =
      scenarios::load_scenario(CAPMARKET_SOURCE_DIR "/tests/sim/run/cascade/cascade.yaml", {}, {});
  ASSERT_TRUE(scenario) << to_text(scenario.error());
  auto run = run_scenario(*scenario, {});
  ASSERT_TRUE(run) << to_text(run.error());
  EXPECT_TRUE(world::as_expected(scenario->script, run->script));
  const RunMetrics& m = run->metrics;
  EXPECT_EQ(m.displacements, 3);
  EXPECT_EQ(m.cascades.displacements, 3);
  EXPECT_EQ(m.cascades.depth_max, 3);
  EXPECT_TRUE(m.cascades.depth_sum == 1 + 2 + 3);
  const Duration hour(kNanosPerHour);
  EXPECT_EQ(m.displaced_gross, volume_of(Quantity(30 + 30 + 15), hour));
  // Of 30 that high took, 20 are live; mid's 30 are; of low's 15 none.
  EXPECT_EQ(m.cascades.useless, volume_of(Quantity(10 + 0 + 15), hour));
  EXPECT_EQ(m.waiting.requests, 0) << "a script asks, no user by itself";
}

}  // namespace
}  // namespace capmarket::run
