// Ten thousand histories; see history_test.cc.
#include <gtest/gtest.h>

#include "tests/property/history.h"

namespace capmarket {
namespace {

class ManyHistories : public ::testing::TestWithParam<testing::SetUp> {};

TEST_P(ManyHistories, hold) {
  testing::Statistics statistics;
  ASSERT_TRUE(testing::histories_hold(GetParam(), 840, 2, statistics));
  EXPECT_EQ(statistics.counts["histories"], 840);
}

INSTANTIATE_TEST_SUITE_P(setups, ManyHistories, ::testing::ValuesIn(testing::all_setups()));

}  // namespace
}  // namespace capmarket
