// Users who ask again, and holders who are broken for a while.
#include <gtest/gtest.h>

#include "sim/run/run.h"
#include "sim/world/world.h"
#include "tests/sim/run/bargaining.h"
#include "tests/sim/run/played.h"

namespace capmarket::run {
namespace {

RunMetrics conduct_of(const scenarios::Scenario& s,
                      const std::function<void(world::World&)>& at_end = nullptr) {
  return played(s, at_end).metrics;
}

/// Few holders, who name another price each time that they are asked.
scenarios::Scenario moody_holders() {
  BargainingMarket m;
  m.holders = 4, m.users = 10, m.minutes = 120;
  m.pricing = "zero-intelligence";
  scenarios::Scenario s = bargaining_scenario(m);
  s.users.front().patience = Duration(kNanosPerHour / 4);
  s.users.front().lead = scenarios::Distribution::constant(kNanosPerHour / 2);
  return s;
}

TEST(Conduct, who_asks_again_finds_what_it_did_not_find_at_first) {
  scenarios::Scenario s = moody_holders();
  const RunMetrics once = conduct_of(s);
  s.users.front().retry_times = 8;
  const RunMetrics often = conduct_of(s);
  EXPECT_GT(often.total.grants, once.total.grants);
  EXPECT_EQ(often.losses.demanded, once.losses.demanded);
}

TEST(Conduct, who_asks_again_waits_longer_each_time_and_stops_when_its_patience_ends) {
  scenarios::Scenario s = moody_holders();
  s.users.front().value = scenarios::Distribution::constant(1);  // below all: never served
  s.users.front().retry_times = 1'000;
  s.users.front().retry_after = Duration(60 * kNanosPerSecond);
  std::int64_t most = 0;
  conduct_of(s, [&](world::World& w) {
    for (const party::RequestState& r : w.requests) most = std::max(most, r.retries);
  });
  EXPECT_EQ(most, 3) << "after 1, 2 and 4 of 15 minutes; 8 more are too many";
}

TEST(Conduct, a_broken_holder_sells_nothing_until_it_is_repaired) {
  BargainingMarket m;
  m.holders = 10, m.users = 60, m.minutes = 180;
  scenarios::Scenario s = bargaining_scenario(m);
  s.holders.front().failure = scenarios::HolderFailure{};
  s.holders.front().failure->rate_per_hour = 2 * kFullRatio;
  s.holders.front().failure->detect = Duration(kNanosPerSecond);
  const Duration for_good(1'000 * kNanosPerHour);
  const std::int64_t at_once = conduct_of(s).total.grants;
  s.holders.front().failure->repair = scenarios::Distribution::constant(for_good.value);
  std::int64_t broken = 0, late = 0;
  const RunMetrics never = conduct_of(s, [&](world::World& w) {
    for (const chain::GrantRecord& g : w.state().grants) {
      const party::HolderState& h = w.holders[w.holder_of(w.state(), g)];
      // What it had promised before it broke may still be settled.
      late += g.admitted > h.broken_until - for_good + h.offer_holds ? 1 : 0;
    }
    for (const party::HolderState& h : w.holders) broken += h.broken_until > w.now ? 1 : 0;
  });
  EXPECT_GT(broken, 0);
  EXPECT_EQ(late, 0);
  EXPECT_LT(never.total.grants, at_once);
}

}  // namespace
}  // namespace capmarket::run
