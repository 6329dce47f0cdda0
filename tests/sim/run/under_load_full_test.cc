// Twenty displacing settlements a second, news a second old, for two minutes.
#include <gtest/gtest.h>

#include "tests/sim/run/under_load.h"

namespace capmarket::run {
namespace {

TEST(UnderLoadFull, a_thousand_displacing_settlements_and_none_is_stale) {
  UnderLoad u = run_under_load();
  std::cout << u.figures() << "\n";
  EXPECT_GE(u.submitted, 1'000);
  EXPECT_GE(2 * u.admitted, u.submitted);
  EXPECT_GE(2 * u.displacing, u.submitted);
  for (const std::string& clauses : u.stale) ADD_FAILURE() << clauses;
}

}  // namespace
}  // namespace capmarket::run
