// A part of the small markets; see cover_exhaustive_full_test.cc.
#include <gtest/gtest.h>

#include <iostream>

#include "tests/property/cover_exhaustive.h"

namespace capmarket::property {
namespace {

TEST(CoverOfSmallMarkets, is_what_the_slow_market_finds) {
  constexpr std::int64_t kStride = 73;
  const CoversSeen seen = compare_covers(kStride, 10);
  EXPECT_EQ(seen.complaint, "");
  std::cout << seen.states << " states, " << seen.pairs << " pairs\n";
  for (std::int64_t drawn : {seen.covered, seen.several, seen.elsewhere, seen.short_of})
    EXPECT_GT(drawn, 100);
}

}  // namespace
}  // namespace capmarket::property
