// The volume that a load counts as it comes is the one that its levels have; grants are found by
// the time that they cover.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "verify/audit/state.h"

namespace capmarket::audit {
namespace {

using RandomLoad = std::mt19937;

Window drawn_window(RandomLoad& draw) {
  const auto from = static_cast<std::int64_t>(draw() % 100);
  return {Instant(from), Instant(from + static_cast<std::int64_t>(draw() % 30))};
}

TEST(SlowLoad, counts_the_volume_that_its_levels_have) {
  RandomLoad draw(1);
  for (int round = 0; round < 200; ++round) {
    SlowLoad a, b;
    for (int i = 0; i < 20; ++i) {
      a.add(drawn_window(draw), Int128{draw() % 50} - 25);
      b.add(drawn_window(draw), Int128{draw() % 50} - 25);
    }
    a.add(b, drawn_window(draw), -1);
    for (const SlowLoad& load : {a, b, a.positive(), SlowLoad::lesser(a, b)})
      ASSERT_EQ(load.volume(), load.integral(kAlways)) << round;
  }
}

TEST(SlowLoad, has_a_grant_for_everybody_who_asks_for_its_time) {
  RandomLoad draw(2);
  for (int round = 0; round < 50; ++round) {
    std::vector<AuditGrant> grants(30);
    GrantsByTime by_time;
    for (AuditGrant& g : grants) {
      g.leg.window = drawn_window(draw);
      by_time.add(g);
    }
    const Window wanted = drawn_window(draw);
    std::vector<const AuditGrant*> found = by_time.meeting(wanted);
    for (const AuditGrant& g : grants)
      EXPECT_EQ(std::count(found.begin(), found.end(), &g), g.leg.window.meets(wanted) ? 1 : 0);
  }
}

/// Counted, not timed: what 1 000 and 4 000 grants of the shortest windows are asked for.
TEST(SlowLoad, a_question_about_one_window_meets_as_many_grants_however_many_there_are) {
  for (const int n : {1000, 4000}) {
    std::vector<AuditGrant> grants(static_cast<std::size_t>(n));
    GrantsByTime by_time;
    std::size_t met = 0;
    for (int i = 0; i < n; ++i) {
      AuditGrant& g = grants[static_cast<std::size_t>(i)];
      g.leg.window = {Instant(i), Instant(i + 1)};
      by_time.add(g);
      met += by_time.meeting(g.leg.window).size();
    }
    EXPECT_EQ(met, static_cast<std::size_t>(n));
  }
}

}  // namespace
}  // namespace capmarket::audit
