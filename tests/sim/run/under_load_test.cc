// Displacing on old news: what gives way is computed where it is decided, so that nobody is refused
// for what was true when it signed. The whole pack: under_load_full_test.cc.
#include "tests/sim/run/under_load.h"

#include <gtest/gtest.h>

namespace capmarket::run {
namespace {

TEST(UnderLoad, refuses_nobody_for_what_was_true_when_it_signed) {
  UnderLoad u = run_under_load({{"duration", "40s"}});
  std::cout << u.figures() << "\n";
  EXPECT_GT(u.submitted, 100);
  EXPECT_GE(2 * u.admitted, u.submitted);
  EXPECT_GT(u.displacing, 100);
  for (const std::string& clauses : u.stale) ADD_FAILURE() << clauses;
}

// Without a margin the price of the first victim is no promise for the next one.
TEST(UnderLoad, a_margin_is_what_news_a_second_old_takes) {
  UnderLoad u = run_under_load({{"duration", "40s"},
                                {"users.services.displace_margin", "0%"},
                                {"holders.halls.displace_margin", "0%"}});
  std::cout << u.figures() << "\n";
  EXPECT_GT(u.ceilings, 0);
  for (const std::string& clauses : u.stale) ADD_FAILURE() << clauses;
}

}  // namespace
}  // namespace capmarket::run
