// Typical slips, put right.
#include "model/base/corrected.h"

#include <gtest/gtest.h>

#include "model/base/text.h"

namespace capmarket {
namespace {

TEST(Corrected, durations_take_the_short_names_of_units_without_a_space) {
  for (const auto& [slip, right] :
       {std::pair("2 years", "2y"), std::pair("60days", "60d"), std::pair("14 days", "14d"),
        std::pair("5 Minutes", "5min"), std::pair("1,5 h", "1.5h"), std::pair("90 sec", "90s"),
        std::pair("1m", "1min")}) {
    EXPECT_EQ(corrected_duration(slip), right);
    EXPECT_TRUE(parse_duration(right)) << right;
  }
  for (const char* none : {"5", "2 months", "soon", "", "7d", "1.2.3 h"})
    EXPECT_EQ(corrected_duration(none), std::nullopt) << none;
}

TEST(Corrected, money_stands_without_its_currency_and_with_a_point) {
  EXPECT_EQ(corrected_money("400 EUR"), "400");
  EXPECT_EQ(corrected_money("€ 0,50"), "0.50");
  EXPECT_EQ(corrected_money("1,000.00"), "1000.00");
  EXPECT_EQ(corrected_money("400 euro"), "400");
  // A part of the unit is a hundredth; a word that is not known may be a part or a multiple.
  for (const auto& [slip, right] :
       {std::pair("10ct", "0.10"), std::pair("100 ct", "1.00"), std::pair("¢10", "0.10"),
        std::pair("150p", "1.50"), std::pair("5 cents", "0.05"), std::pair("1c", "0.01"),
        std::pair("50 pf", "0.50"), std::pair("2,5 ct", "0.025"), std::pair("120 GBp", "1.20")})
    EXPECT_EQ(corrected_money(slip), right) << slip;
  for (const char* none : {"10.00", "ten", "", "a 1 b", "1 euro each", "10k", "3 mE", "10%", "5 M"})
    EXPECT_EQ(corrected_money(none), std::nullopt) << none;
}

TEST(Corrected, times_get_what_a_date_lacks) {
  EXPECT_EQ(corrected_instant("2026-01-01"), "2026-01-01T00:00:00Z");
  EXPECT_EQ(corrected_instant("2026-01-01 16:00"), "2026-01-01T16:00:00Z");
  EXPECT_EQ(corrected_instant("2026-01-01T16:00:00"), "2026-01-01T16:00:00Z");
  EXPECT_EQ(corrected_instant("31.12.2026"), "2026-12-31T00:00:00Z");
  for (const char* none : {"2026-13-01", "1/2/2026", "tomorrow", "2026-01-01T00:00:00Z"})
    EXPECT_EQ(corrected_instant(none), std::nullopt) << none;
}

TEST(Corrected, other_words_and_numbers) {
  EXPECT_EQ(corrected_boolean("yes"), "true");
  EXPECT_EQ(corrected_boolean("Off"), "false");
  EXPECT_EQ(corrected_boolean("true"), std::nullopt);
  EXPECT_EQ(corrected_integer("100,000"), "100000");
  EXPECT_EQ(corrected_integer("20.0"), "20");
  EXPECT_EQ(corrected_integer("44 kW"), "44");
  EXPECT_EQ(corrected_integer("1,000 racks"), "1000");
  for (const char* none : {"10s", "10k", "10 EUR", "10 ct", "10%", "kW"})
    EXPECT_EQ(corrected_integer(none), std::nullopt) << none;
  EXPECT_EQ(corrected_integer("1,00"), std::nullopt) << "no group of three";
  EXPECT_EQ(corrected_ratio("12,5 %"), "12.5%");
  EXPECT_EQ(sides_of("1 - 5"), std::pair(std::string("1"), std::string("5")));
  EXPECT_EQ(sides_of("1 ... 5"), std::pair(std::string("1"), std::string("5")));
  EXPECT_EQ(sides_of("five"), std::nullopt);
}

}  // namespace
}  // namespace capmarket
