#include "model/base/check.h"

#include "model/base/integers.h"

#include <gtest/gtest.h>

#include "model/base/integers.h"

namespace capmarket::base {
namespace {

TEST(Check, ends_the_process_with_status_70) {
  EXPECT_EXIT(Duration(std::numeric_limits<std::int64_t>::max()) + Duration(1),
              ::testing::ExitedWithCode(70), "internal error");
}

}  // namespace
}  // namespace capmarket::base
