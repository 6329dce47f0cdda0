// What coordinators of every strategy do to a grid, and that the chain holds whatever they sign.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "sim/run/run.h"
#include "sim/world/world.h"

namespace capmarket::run {
namespace {

/// A grid whose desk follows the strategy of that name; the users of one group come often enough to
/// be counted.
scenarios::Scenario grid_under(std::string_view strategy) {
  auto s = scenarios::load_scenario(CAPMARKET_SOURCE_DIR "/scenarios/packs/grid-sharded.yaml", {}, {});
  CHECK(s.has_value(), s ? std::string() : to_text(s.error()));
  s->duration = Duration(kNanosPerHour / 2);
  scenarios::CoordinatorSpec& desk = s->coordinators.front();
  const auto names = scenarios::strategy_names(scenarios::StrategyRole::cosign);
  const auto found = std::find(names.begin(), names.end(), strategy);
  CHECK(found != names.end());
  desk.strategy = scenarios::default_strategy(scenarios::StrategyRole::cosign,
                                              static_cast<std::size_t>(found - names.begin()));
  desk.outage = 0;
  return *std::move(s);
}

struct AtDesk {
  std::map<std::string, std::int64_t> granted;  // grants by group of users
  std::int64_t all = 0, refused_for_room = 0, refused_for_ceilings = 0;
};

AtDesk at_desk(const scenarios::Scenario& s) {
  AtDesk out;
  RunOptions options;
  options.scheme = crypto::Scheme::mac;
  options.at_end = [&](world::World& w) {
    for (const chain::GrantRecord& g : w.state().grants) {
      const std::string& name = w.users[w.user_of(w.state(), g)].name;
      ++out.granted[name.substr(0, name.rfind('.'))];
      ++out.all;
    }
  };
  auto run = run_scenario(s, options);
  CHECK(run.has_value(), run ? std::string() : to_text(run.error()));
  const auto refused_by = [&](const char* clause) {
    auto found = run->metrics.rejections.find(clause);
    return found == run->metrics.rejections.end() ? 0 : found->second;
  };
  out.refused_for_room = refused_by("shared-capacity");
  out.refused_for_ceilings = refused_by("displacement");
  return out;
}

TEST(Desks, that_are_down_grant_nothing_and_slow_ones_nothing_to_the_hasty) {
  EXPECT_GT(at_desk(grid_under("honest")).all, 0);
  EXPECT_EQ(at_desk(grid_under("down")).all, 0);
  scenarios::Scenario slow = grid_under("slow");
  EXPECT_EQ(at_desk(slow).all, 0) << "30 s are more than anybody waits";
  slow.coordinators.front().strategy.parameters[0] = 1;
  EXPECT_GT(at_desk(slow).all, 0);
}

TEST(Desks, that_are_careless_sign_what_the_chain_refuses) {
  scenarios::Scenario honest = grid_under("honest"), careless = grid_under("careless");
  for (scenarios::Scenario* s : {&honest, &careless}) {
    s->chain_interval = Duration(10 * kNanosPerSecond);  // many ask before anybody sees the others
    for (scenarios::UserGroup& g : s->users) g.arrivals.rate_per_hour *= 10;
    for (scenarios::SharedInfrastructureSpec& x : s->infrastructure)
      for (auto& [from, quantity] : x.schedule) quantity = Quantity(quantity.value / 8);
  }
  const AtDesk with_book = at_desk(honest), without = at_desk(careless);
  EXPECT_GT(without.refused_for_room, with_book.refused_for_room);
  EXPECT_GT(without.all, 0);
}

/// Each of two who displace at once signed for what it would cost alone.
TEST(Desks, keep_back_what_will_cost_more_than_was_signed_for) {
  scenarios::Scenario honest = grid_under("honest"), careless = grid_under("careless");
  for (scenarios::Scenario* s : {&honest, &careless}) {
    s->chain_interval = Duration(10 * kNanosPerSecond);  // many ask before anybody sees the others
    for (scenarios::UserGroup& g : s->users) {
      g.arrivals.rate_per_hour *= 10;
      g.displace_margin = 0;
      g.quantity = scenarios::Distribution::constant(50);
    }
    s->users.back().count *= 10;
    s->duration = Duration(kNanosPerHour / 4);
    for (scenarios::HolderGroup& g : s->holders) g.displace_margin = 0;
    for (scenarios::SharedInfrastructureSpec& x : s->infrastructure)
      for (auto& [from, quantity] : x.schedule) quantity = Quantity(quantity.value / 2);
  }
  const AtDesk with_book = at_desk(honest), without = at_desk(careless);
  EXPECT_GT(without.refused_for_ceilings, 0);
  EXPECT_LT(with_book.refused_for_ceilings * 2, without.refused_for_ceilings);
  EXPECT_GT(with_book.all, 0);
}

TEST(Desks, that_favour_a_group_grant_to_it_alone) {
  scenarios::Scenario s = grid_under("partial");
  ASSERT_GE(s.users.size(), 2U);
  const AtDesk honest = at_desk(grid_under("honest"));
  for (const scenarios::UserGroup& g : s.users) {
    if (!honest.granted.contains(g.name)) continue;
    s.coordinators.front().favours = g.name;
    const AtDesk partial = at_desk(s);
    EXPECT_EQ(partial.granted.size(), 1U) << g.name;
    EXPECT_TRUE(partial.granted.contains(g.name)) << g.name;
  }
  s.coordinators.front().strategy.parameters[0] = kFullRatio;
  EXPECT_EQ(at_desk(s).granted, honest.granted) << "it answers all others too";
}

}  // namespace
}  // namespace capmarket::run
