#include "model/base/result.h"

#include <gtest/gtest.h>

namespace capmarket::base {
namespace {

TEST(Problem, shows_the_place_the_line_and_what_was_expected) {
  Problem p{"rule.yaml", 3, 7, "unknown key `tires`", "tiers", "tires: [a]"};
  EXPECT_EQ(to_text(p),
            "rule.yaml:3:7: unknown key `tires`\n     3 | tires: [a]\n       |       ^\n  "
            "expected: tiers\n");
}

}  // namespace
}  // namespace capmarket::base
