// What comes out for each group adds up to what comes out for all.
#include <gtest/gtest.h>

#include <filesystem>

#include "sim/run/run.h"
#include "sim/world/world.h"
#include "tests/sim/run/bargaining.h"
#include "tests/sim/run/played.h"

namespace capmarket::run {
namespace {

Money total_of(const std::map<std::string, Money>& amounts) {
  Money out;
  for (const auto& [currency, amount] : amounts) out += amount;
  return out;
}

/// One user buys 3 units for two hours at 2.00 of what is worth 5.00 to it and costs 1.00.
TEST(Outcomes, of_one_deal_are_what_its_numbers_say) {
  BargainingMarket m;
  m.holders = 1, m.users = 1, m.minutes = 240;
  scenarios::Scenario s = bargaining_scenario(m);
  ASSERT_EQ(s.holders.size(), 1U);
  ASSERT_EQ(s.users.size(), 1U);
  s.holders[0].ask = scenarios::Distribution::constant(10'000);
  s.holders[0].pricing = scenarios::default_strategy(scenarios::StrategyRole::ask);
  s.holders[0].pricing.parameters[0] = kFullRatio;  // as much again
  s.users[0].value = scenarios::Distribution::constant(50'000);
  const auto run = played(s);
  const Outcome& user = run.metrics.by_group.at(s.users[0].name);
  const Outcome& holder = run.metrics.by_group.at(s.holders[0].name);
  ASSERT_GT(user.wanted.grants, 0);
  EXPECT_EQ(user.users, 1);
  EXPECT_EQ(user.holders, 0);
  EXPECT_EQ(holder.holders, 1);
  EXPECT_EQ(holder.sold, user.wanted.grants);
  EXPECT_EQ(holder.sold_gross, user.granted_gross);
  EXPECT_EQ(user.value, 5 * holder.cost) << "of the same volume";
  EXPECT_EQ(user.value, user.granted_gross.value * 50'000) << "as the money is of the same";
  EXPECT_EQ(total_of(user.owes.owed), total_of(holder.is_owed.owed));
  EXPECT_EQ(total_of(user.owes.paid), total_of(holder.is_owed.paid));
  EXPECT_TRUE(user.is_owed.owed.empty());
  EXPECT_EQ(Int128{total_of(user.owes.owed).value} * kNanosPerHour,
            user.granted_gross.value * 20'000)
      << "2.00 a unit and hour";
}

TEST(Outcomes, of_all_groups_are_those_of_the_run) {
  for (const auto& file : std::filesystem::directory_iterator(CAPMARKET_SOURCE_DIR "/scenarios/packs")) {
    if (file.path().extension() != ".yaml" || file.path().stem() == "quickstart" ||
        file.path().stem() == "under-load")
      continue;
    auto s = scenarios::load_scenario(file.path().string(), {}, {});
    ASSERT_TRUE(s.has_value()) << file.path();
    const auto run = played(*s);
    Outcome all;
    Volume served, demanded;
    Int128 value = 0, cost = 0;
    std::map<std::string, Money> owes, owed;
    for (const auto& [name, o] : run.metrics.by_group) {
      all.wanted.requested += o.wanted.requested;
      all.wanted.granted += o.wanted.granted;
      all.wanted.grants += o.wanted.grants;
      all.sold += o.sold;
      all.sold_live += o.sold_live;
      all.declared += o.declared;
      served += o.losses.served, demanded += o.losses.demanded;
      value += o.value, cost += o.cost;
      for (const auto& [currency, amount] : o.owes.owed) owes[currency] += amount;
      for (const auto& [currency, amount] : o.is_owed.owed) owed[currency] += amount;
    }
    const RunMetrics& m = run.metrics;
    EXPECT_EQ(all.wanted.requested, m.total.requested) << file.path();
    EXPECT_EQ(all.wanted.granted, m.total.granted) << file.path();
    EXPECT_EQ(all.wanted.grants, m.total.grants) << file.path();
    EXPECT_EQ(all.sold, m.total.grants) << file.path();
    EXPECT_EQ(all.sold_live, m.total.granted) << file.path();
    EXPECT_EQ(all.declared, m.declared) << file.path();
    EXPECT_EQ(served, m.losses.served) << file.path();
    EXPECT_EQ(demanded, m.losses.demanded) << file.path();
    EXPECT_EQ(owes, owed) << file.path() << ": everybody who owes and is owed is of a group";
    if (m.welfare.welfare) {
      EXPECT_GE(value, m.welfare.welfare->value) << file.path() << ": what lies beyond the end too";
      EXPECT_GE(cost, m.welfare.welfare->cost) << file.path();
    }
  }
}

}  // namespace
}  // namespace capmarket::run
