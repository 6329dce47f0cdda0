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

TEST(Problem, shows_nothing_of_what_a_terminal_would_obey) {
  Problem p{"a\x1b[2J.yaml",
            1,
            8,
            std::string("`E\0R\xe2\x80\xae` is no name", 19),
            "a name\n",
            "unit: \"\x07\xffx\""};
  EXPECT_EQ(to_text(p),
            "a\\x1b[2J.yaml:1:8: `E\\x00R\\u202e` is no name\n"
            "     1 | unit: \"\\x07\\xffx\"\n       |        ^\n  expected: a name\\x0a\n");
}

TEST(Problem, puts_the_caret_under_its_column_behind_what_is_escaped) {
  Problem p{"f", 1, 4, "x", "", "\ta\x1b" "b"};
  EXPECT_EQ(to_text(p), "f:1:4: x\n     1 | \ta\\x1bb\n       | \t     ^\n");
}

TEST(Problem, cuts_a_long_value_between_characters) {
  Problem p{"", 0, 0, "`" + std::string(79, 'a') + "äöü` is no name", "", ""};
  EXPECT_EQ(to_text(p), "`" + std::string(79, 'a') + "…` is no name\n");
}

}  // namespace
}  // namespace capmarket::base
