// Whatever strategies meet, nobody deals at a loss, and the chain takes what they agree on.
#include <gtest/gtest.h>

#include "scenarios/strategies.h"
#include "tests/sim/run/bargaining.h"

namespace capmarket::run {
namespace {

using scenarios::StrategyRole;

void expect_sound(const BargainingMarket& m) {
  SCOPED_TRACE(m.pricing + " " + m.bid + " " + m.protocol + " " + m.holder_concedes + " " +
               m.user_concedes + " " + m.rule_pricing);
  const Bargained b = bargain_in(m, 1);
  EXPECT_EQ(b.below_cost, 0);
  EXPECT_EQ(b.above_value, 0);
  EXPECT_EQ(b.above_bid, 0);
  EXPECT_EQ(b.refused, 0);
  EXPECT_GT(b.grants, 0);
}

TEST(Bargaining, is_at_no_loss_whatever_strategies_meet) {
  for (std::string_view ask : scenarios::strategy_names(StrategyRole::ask))
    for (std::string_view bid : scenarios::strategy_names(StrategyRole::bid))
      for (std::string_view protocol : scenarios::strategy_names(StrategyRole::protocol)) {
        BargainingMarket m;
        m.holders = 6, m.users = 20, m.minutes = 60;
        m.pricing = ask, m.bid = bid, m.protocol = protocol;
        expect_sound(m);
      }
}

TEST(Bargaining, ends_in_a_deal_however_both_sides_concede) {
  for (std::string_view holder : scenarios::strategy_names(StrategyRole::concession))
    for (std::string_view user : scenarios::strategy_names(StrategyRole::concession)) {
      BargainingMarket m;
      m.holders = 6, m.users = 20, m.minutes = 60;
      m.protocol = "alternating-offers";
      m.holder_concedes = holder, m.user_concedes = user;
      expect_sound(m);
    }
}

TEST(Bargaining, is_at_the_tariff_where_it_is_fixed) {
  for (std::string_view protocol : scenarios::strategy_names(StrategyRole::protocol)) {
    BargainingMarket m;
    m.holders = 6, m.users = 20, m.minutes = 60;
    m.protocol = protocol;
    m.rule_pricing = "{ mode: fixed, tariff: 4.00 }";
    expect_sound(m);
    m.rule_pricing = "{ mode: fixed, tariff: 0.50 }";  // below what any holder's unit costs
    SCOPED_TRACE("below cost");
    EXPECT_EQ(bargain_in(m, 1).grants, 0);
  }
}

}  // namespace
}  // namespace capmarket::run
