// Ten thousand histories; see history_test.cc.
#include <gtest/gtest.h>

#include "tests/property/history.h"

namespace capmarket::property {
namespace {

constexpr std::int64_t kEachKindAtLeast = 500;

TEST(ManyHistories, hold_and_draw_each_kind_of_cover_often) {
  Statistics statistics;
  for (const MarketSetUp& setup : all_setups())
    ASSERT_TRUE(histories_hold(setup, 840, 2, statistics));
  EXPECT_GE(statistics.counts["histories"], 10'000);
  std::cout << "commands: " << statistics.counts["commands"] << '\n';
  for (const char* kind : kCoverKinds) {
    const std::int64_t drawn = statistics.counts[std::string("cover: ") + kind];
    std::cout << "cover " << kind << ": " << drawn << '\n';
    EXPECT_GE(drawn, kEachKindAtLeast) << kind;
  }
}

}  // namespace
}  // namespace capmarket::property
