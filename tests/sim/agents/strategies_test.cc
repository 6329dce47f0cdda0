// The functions that strategies are, and that the table of the scenario has the same ones.
#include <gmock/gmock.h>

#include "sim/agents/asks.h"
#include "sim/agents/bids.h"
#include "sim/agents/concessions.h"
#include "sim/agents/price_parts.h"
#include "sim/agents/protocols.h"

namespace capmarket::agents {
namespace {

using scenarios::StrategyRole;
using ::testing::ElementsAreArray;

template <class Rows>
void expect_named(const Rows& rows, StrategyRole role) {
  std::vector<std::string_view> names;
  for (const auto& row : rows) names.push_back(row.name);
  const auto said = scenarios::strategy_names(role);
  EXPECT_THAT(names, ElementsAreArray(said.begin(), said.end()));
}

TEST(Strategies, have_the_names_and_places_of_the_table) {
  expect_named(ask_strategies(), StrategyRole::ask);
  expect_named(bid_strategies(), StrategyRole::bid);
  expect_named(protocol_strategies(), StrategyRole::protocol);
  expect_named(concession_strategies(), StrategyRole::concession);
}

TEST(Strategies, concede_as_the_tactics_say) {
  const scenarios::Strategy linear{0, {}}, boulware{1, {2}}, conceder{2, {2}};
  // In five rounds a quarter, a half, three quarters are over before the last.
  auto all = [](const scenarios::Strategy& s) {
    std::vector<std::int64_t> out;
    for (std::int64_t round = 1; round <= 5; ++round) out.push_back(conceded(s, round, 5));
    return out;
  };
  EXPECT_EQ(all(linear), (std::vector<std::int64_t>{0, 2'500, 5'000, 7'500, 10'000}));
  EXPECT_EQ(all(boulware), (std::vector<std::int64_t>{0, 625, 2'500, 5'625, 10'000}));
  EXPECT_EQ(all(conceder), (std::vector<std::int64_t>{0, 5'000, 7'071, 8'660, 10'000}));
}

TEST(Strategies, concede_from_nothing_to_all_and_never_backwards) {
  for (std::size_t number = 0; number < concession_strategies().size(); ++number)
    for (std::int64_t power = 1; power <= 8; ++power) {
      const scenarios::Strategy s{number, {power}};
      EXPECT_EQ(conceded(s, 1, 1), kFullRatio) << "the only round is the last";
      for (std::int64_t rounds = 2; rounds <= 64; ++rounds) {
        EXPECT_EQ(conceded(s, 1, rounds), 0);
        for (std::int64_t round = 1; round < rounds; ++round)
          EXPECT_LE(conceded(s, round, rounds), conceded(s, round + 1, rounds));
        EXPECT_EQ(conceded(s, rounds, rounds), kFullRatio);
      }
    }
}

TEST(Strategies, take_parts_of_money_rounded_down) {
  EXPECT_EQ(with_markup(Money(33'333), 1'000), Money(36'666));
  EXPECT_EQ(less_share(Money(33'333), 1'000), Money(29'999));
  EXPECT_EQ(between(Money(100), Money(200), 0), Money(100));
  EXPECT_EQ(between(Money(100), Money(200), kFullRatio), Money(200));
  EXPECT_EQ(between(Money(200), Money(100), 2'500), Money(175));
  EXPECT_EQ(with_markup(Money(kWireMax), kFullRatio), Money(kWireMax));
}

TEST(Strategies, draw_every_amount_between_both_ends) {
  std::set<std::int64_t> seen;
  kernel::Stream stream({1, 1}, kernel::named(kernel::EntityKind::holder, "a"), kernel::Draw::ask, 0);
  for (int i = 0; i < 200; ++i) seen.insert(any_between(stream, Money(-2), Money(2)).value);
  EXPECT_EQ(seen, (std::set<std::int64_t>{-2, -1, 0, 1, 2}));
  EXPECT_EQ(any_between(stream, Money(5), Money(4)), Money(5));
}

}  // namespace
}  // namespace capmarket::agents
