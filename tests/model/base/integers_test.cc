#include "model/base/integers.h"

#include <gtest/gtest.h>

namespace capmarket::base {
namespace {

TEST(MulDivFloor, rounds_toward_minus_infinity) {
  EXPECT_EQ(mul_div_floor(7, 1, 2), 3);
  EXPECT_EQ(mul_div_floor(-7, 1, 2), -4);
  EXPECT_EQ(mul_div_floor(std::numeric_limits<std::int64_t>::max(), 2, 1), std::nullopt);
  EXPECT_EQ(value_of(Money(10'000), volume_of(Quantity(1), Duration(kNanosPerHour))),
            Money(10'000));
  EXPECT_EQ(value_of(Money(-1), volume_of(Quantity(1), Duration(1))), Money(-1));
}

}  // namespace
}  // namespace capmarket::base
