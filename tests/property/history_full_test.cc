// Ten thousand histories; see history_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/property/history.h"

namespace capmarket::property {
namespace {

constexpr std::int64_t kEachKindAtLeast = 500;

TEST(ManyHistories, hold_and_draw_each_kind_often) {
  Statistics statistics;
  for (const MarketSetUp& setup : all_setups())
    ASSERT_TRUE(histories_hold(setup, 840, 2, statistics));
  for (const char* all : {"histories", "commands", "leaves"})
    std::cout << all << ": " << statistics.counts[all] << '\n';
  EXPECT_GE(statistics.counts["histories"], 10'000);
  EXPECT_GE(statistics.counts["commands"], 500'000);
  EXPECT_THAT(too_rare(statistics, kEachKindAtLeast), ::testing::IsEmpty());
}

}  // namespace
}  // namespace capmarket::property
