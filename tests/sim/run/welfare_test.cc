// What runs are worth: by hand where one user and one holder meet, and in every pack between what
// could be and nothing that anybody could have.
#include "sim/run/welfare.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "model/base/text.h"
#include "sim/run/run.h"
#include "sim/world/world.h"

namespace capmarket::run {
namespace {

namespace fs = std::filesystem;
using Changes = std::vector<std::pair<std::string, std::string>>;

scenarios::Scenario scenario_of(const std::string& file, const Changes& sets = {}) {
  auto scenario = scenarios::load_scenario(CAPMARKET_SOURCE_DIR + file, sets, {});
  CHECK(scenario.has_value(), scenario ? std::string() : to_text(scenario.error()));
  return *scenario;
}

RunMetrics metrics_of(const scenarios::Scenario& s, RunOptions options = {}) {
  options.scheme = crypto::Scheme::mac;
  auto run = run_scenario(s, options);
  CHECK(run.has_value(), run ? std::string() : to_text(run.error()));
  return run->metrics;
}

/// One holder who asks 1.00 a unit and hour, in one piece, and what one user wants of it: 10 units
/// for 8 hours, 9 minutes of them inside the scenario, at 5.00.
WelfareMetric of_two(const Changes& sets, OptimumMethod method = OptimumMethod::flow) {
  Changes all = {{"holders.site.pieces", "1"}};
  all.insert(all.end(), sets.begin(), sets.end());
  RunOptions options;
  options.optimum = method;
  return metrics_of(scenario_of("/tests/sim/demand.yaml", all), options).welfare;
}

std::string money(Int128 sum) { return to_text(Money(static_cast<std::int64_t>(money_down(sum)))); }

TEST(Welfare, of_one_patient_user_and_one_holder_is_the_optimum) {
  const WelfareMetric m = of_two({});
  EXPECT_EQ(money(m.welfare->value), "7.5000");  // 10 units x 0.15 h x 5.00
  EXPECT_EQ(money(m.welfare->cost), "1.5000");
  ASSERT_TRUE(m.optimum && m.optimum->exact);
  EXPECT_EQ(m.method, OptimumMethod::flow);
  EXPECT_TRUE(m.optimum->welfare == m.welfare->achieved());
  // Who takes no part of it wants what lies beyond the scenario, too: nothing is said of that.
  const WelfareMetric whole = of_two({{"users.early.partial", "0%"}});
  EXPECT_TRUE(whole.optimum && !whole.optimum->exact);
  EXPECT_EQ(money(whole.optimum->welfare), "6.0000");
}

TEST(Welfare, is_lost_where_nobody_is_found_or_a_place_is_out_of_reach) {
  const WelfareMetric unseen = of_two({{"discovery.directories", "0"}});
  EXPECT_EQ(money(unseen.welfare->achieved()), "0.0000");
  EXPECT_EQ(money(unseen.optimum->welfare), "6.0000");
  EXPECT_TRUE(unseen.optimum->exact);
  const Changes apart = {
      {"locations", "[eu/a, eu/b]"}, {"holders.site.place", "eu/a"}, {"users.early.home", "eu/b"}};
  const WelfareMetric far = of_two(apart);
  EXPECT_EQ(money(far.welfare->value), "0.0000");
  EXPECT_TRUE(far.optimum && far.optimum->welfare == 0 && far.optimum->exact);
  const WelfareMetric bound = of_two(apart, OptimumMethod::bound);  // which leaves places out
  EXPECT_EQ(money(bound.optimum->welfare), "6.0000");
  EXPECT_FALSE(bound.optimum->exact);
}

TEST(Welfare, is_held_against_nothing_where_nothing_is_asked_for) {
  const WelfareMetric m = of_two({}, OptimumMethod::none);
  EXPECT_EQ(money(m.welfare->achieved()), "6.0000");
  EXPECT_EQ(m.method, OptimumMethod::none);
  EXPECT_FALSE(m.optimum.has_value());
}

TEST(Welfare, is_not_added_up_over_currencies) {
  scenarios::Scenario s = scenario_of("/scenarios/packs/compute-and-network.yaml");
  s.duration = Duration(kNanosPerHour / 4);
  EXPECT_TRUE(metrics_of(s).welfare.welfare.has_value());
  s.rules.back().rule.currency = "CHF";
  const WelfareMetric m = metrics_of(s).welfare;
  EXPECT_EQ(m.currencies, (std::set<std::string>{"CHF", "EUR"}));
  EXPECT_FALSE(m.welfare || m.optimum);
}

TEST(Welfare, has_nothing_of_what_scripts_ask_for) {
  const RunMetrics m = metrics_of(scenario_of("/scenarios/packs/claims.yaml"));
  EXPECT_GT(m.total.granted.value, 0);
  EXPECT_TRUE(m.welfare.welfare && m.welfare.welfare->value == 0 && m.welfare.welfare->cost == 0);
  EXPECT_TRUE(m.welfare.optimum && m.welfare.optimum->welfare == 0);
}

TEST(Welfare, of_every_pack_is_at_most_the_flow_and_that_at_most_the_bound) {
  int reached = 0, below = 0;
  for (const auto& file : fs::directory_iterator(CAPMARKET_SOURCE_DIR "/scenarios/packs")) {
    const std::string name = file.path().stem().string();
    if (file.path().extension() != ".yaml") continue;
    SCOPED_TRACE(name);
    scenarios::Scenario s = scenario_of("/scenarios/packs/" + name + ".yaml");
    s.duration = std::min(s.duration, Duration(kNanosPerHour));
    if (name == "quickstart") s.duration = Duration(kNanosPerHour / 12);
    if (name == "under-load") s.duration = Duration(5 * kNanosPerSecond);
    RunOptions options;
    options.at_end = [&](const world::World& w) {
      const Worth kept = worth_of(w, Places::kept), open = worth_of(w, Places::left_out);
      const auto welfare = welfare_of(kept);
      const auto flow = optimum_of(kept, OptimumMethod::flow);
      const auto bound = optimum_of(open, OptimumMethod::bound);
      ASSERT_TRUE(welfare && flow && bound);
      EXPECT_TRUE(welfare->achieved() <= flow->welfare);
      EXPECT_TRUE(flow->welfare <= bound->welfare);
      reached += welfare->achieved() > 0 ? 1 : 0;
      below += flow->welfare < bound->welfare ? 1 : 0;
    };
    metrics_of(s, options);
  }
  EXPECT_GE(reached, 10);
  EXPECT_GE(below, 1);
}

TEST(Welfare, may_be_negative_and_is_empty_where_its_sums_could_leave_128_bits) {
  Worth w;
  w.services = {{Money(2), Money(5), Volume{kNanosPerHour}}, {Money(4), Money(3), Volume{7}}};
  EXPECT_TRUE(welfare_of(w)->achieved() == -3 * Int128{kNanosPerHour} + 7);
  EXPECT_TRUE(money_down(welfare_of(w)->achieved()) == -3);
  EXPECT_TRUE(money_down(-1) == -1 && money_up(-1) == 0 && money_up(1) == 1);
  w.services.push_back({Money(0), Money(kWireMax), Volume{static_cast<Int128>(kWireMax) * 2}});
  EXPECT_TRUE(welfare_of(w).has_value());
  w.services.push_back({Money(0), Money(0), Volume{static_cast<Int128>(kWireMax) * 4}});
  EXPECT_FALSE(welfare_of(w).has_value());
}

}  // namespace
}  // namespace capmarket::run
