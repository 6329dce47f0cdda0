// Every pattern of grants of the small markets, each under several of the options.
#include <gtest/gtest.h>

#include <iostream>

#include "tests/property/cover_exhaustive.h"

namespace capmarket::property {
namespace {

TEST(CoverOfAllSmallMarkets, is_what_the_slow_market_finds) {
  constexpr std::int64_t kOptionsEach = 10, kPairsAtLeast = 1'000'000;
  const CoversSeen seen = compare_covers(1, kOptionsEach);
  EXPECT_EQ(seen.complaint, "");
  std::cout << seen.states << " states, " << seen.pairs << " pairs of state and settlement: "
            << seen.covered << " with a cover, " << seen.several << " of several victims, "
            << seen.elsewhere << " elsewhere, " << seen.short_of << " without any\n";
  EXPECT_GE(seen.pairs, kPairsAtLeast);
}

}  // namespace
}  // namespace capmarket::property
