// Ten thousand histories; see history_test.cc.
#include <gtest/gtest.h>

#include "tests/property/history.h"

namespace capmarket::property {
namespace {

class ManyHistories : public ::testing::TestWithParam<MarketSetUp> {};

TEST_P(ManyHistories, hold) {
  Statistics statistics;
  ASSERT_TRUE(histories_hold(GetParam(), 840, 2, statistics));
  EXPECT_EQ(statistics.counts["histories"], 840);
  // Of each at least 500 in all twelve.
  for (const char* kind : {"retraction", "split over time"}) {
    std::cout << kind << ": " << statistics.counts[kind] << '\n';
    EXPECT_GE(statistics.counts[kind], 42) << kind;
  }
}

INSTANTIATE_TEST_SUITE_P(setups, ManyHistories, ::testing::ValuesIn(all_setups()));

}  // namespace
}  // namespace capmarket::property
