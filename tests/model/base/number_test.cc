#include "model/base/number.h"

#include <gtest/gtest.h>

#include <limits>

#include "model/base/visible.h"

namespace capmarket::base {
namespace {

TEST(Number, is_decimal_digits_and_the_whole_of_the_text) {
  EXPECT_EQ(parse_decimal("0"), 0);
  EXPECT_EQ(parse_decimal("7"), 7);
  EXPECT_EQ(parse_decimal("-40"), -40);
  EXPECT_EQ(parse_decimal("9223372036854775807"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parse_decimal("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  for (const char* wrong : {"",
                            "-",
                            "+7",
                            " 7",
                            "7 ",
                            "7\n",
                            "010",
                            "00",
                            "-0",
                            "-07",
                            "0x10",
                            "1e3",
                            "1.0",
                            "1,152",
                            "1'000",
                            "1_000",
                            "7a",
                            "a",
                            "٣",
                            "9223372036854775808",
                            "18446744073709551616"})
    EXPECT_FALSE(parse_decimal(wrong)) << wrong;
}

TEST(Number, is_read_inside_its_range_alone) {
  const NumberRange range{1, 40};
  EXPECT_EQ(read_number("--steps", "1", range), 1);
  EXPECT_EQ(read_number("--steps", "40", range), 40);
  for (const char* wrong : {"0", "41", "-1", "99999999999999999999"}) {
    auto number = read_number("--steps", wrong, range);
    ASSERT_FALSE(number) << wrong;
    EXPECT_EQ(number.error().front().what, std::string("--steps ") + wrong + ": out of range");
  }
  auto form = read_number("--steps", "010", range);
  ASSERT_FALSE(form);
  EXPECT_EQ(form.error().front().what, "--steps 010: no whole number");
  EXPECT_EQ(form.error().front().expected, "a whole number from 1 to 40, in decimal digits");
}

TEST(Shown, is_one_line_of_printable_text) {
  EXPECT_EQ(shown("plain"), "plain");
  EXPECT_EQ(shown(std::string("a\x1b[31m\n\0z", 9)), "a\\x1b[31m\\x0a\\x00z");
  EXPECT_EQ(shown("0123456789", 4), "0123…");
}

}  // namespace
}  // namespace capmarket::base
