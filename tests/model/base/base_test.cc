#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "model/base/bytes.h"
#include "model/base/result.h"
#include "model/base/text.h"
#include "model/location/path.h"

namespace capmarket::base {
namespace {

TEST(Text, reads_and_writes_durations) {
  EXPECT_EQ(parse_duration("500ms"), Duration(500'000'000));
  EXPECT_EQ(parse_duration("1.5h"), Duration(5400 * kNanosPerSecond));
  EXPECT_EQ(parse_duration("7y"), Duration(7 * 365 * 24 * kNanosPerHour));
  for (const char* bad :
       {"", "5", "ms", "5 s", "5m", "1e3s", "0.5ns", "99999999999y", "--5s", "5.s", ".5s"})
    EXPECT_FALSE(parse_duration(bad).has_value()) << bad;
  EXPECT_EQ(to_text(Duration(1'500'000'000)), "1500ms");
  EXPECT_EQ(to_text(Duration(7200 * kNanosPerSecond)), "2h");
}

TEST(Text, reads_and_writes_instants) {
  EXPECT_EQ(parse_instant("1970-01-01T00:00:00Z"), Instant(0));
  EXPECT_EQ(parse_instant("1970-01-01T01:00:00.5+01:00"), Instant(500'000'000));
  EXPECT_EQ(to_text(Instant(-1)), "1969-12-31T23:59:59.999999999Z");
  for (const char* bad : {"2026-02-30T00:00:00Z", "2026-01-01", "2026-01-01T24:00:00Z",
                          "2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "2500-01-01T00:00:00Z"})
    EXPECT_FALSE(parse_instant(bad).has_value()) << bad;
}

TEST(Text, reads_and_writes_money_ratios_and_volumes) {
  EXPECT_EQ(parse_money("10.00"), Money(100'000));
  EXPECT_EQ(parse_money("0.00001"), std::nullopt);
  EXPECT_EQ(to_text(Money(-5'000)), "-0.5000");
  EXPECT_EQ(parse_ratio("25%"), 2'500);
  EXPECT_EQ(parse_ratio("0.05%"), 5);
  EXPECT_EQ(to_text(volume_of(Quantity(3), Duration(1'500'000'000))), "4.5");
  EXPECT_EQ(to_text(Int128{-12}), "-12");
}

RC_GTEST_PROP(Text, reads_back_every_instant_duration_and_money_it_writes, ()) {
  auto n = *rc::gen::inRange<std::int64_t>(-kWireMax / 4, kWireMax / 2);
  RC_ASSERT(parse_instant(to_text(Instant(n))) == Instant(n));
  RC_ASSERT(parse_duration(to_text(Duration(n))) == Duration(n));
  RC_ASSERT(parse_money(to_text(Money(n))) == Money(n));
}

TEST(MulDivFloor, rounds_toward_minus_infinity) {
  EXPECT_EQ(mul_div_floor(7, 1, 2), 3);
  EXPECT_EQ(mul_div_floor(-7, 1, 2), -4);
  EXPECT_EQ(mul_div_floor(std::numeric_limits<std::int64_t>::max(), 2, 1), std::nullopt);
  EXPECT_EQ(value_of(Money(10'000), volume_of(Quantity(1), Duration(kNanosPerHour))),
            Money(10'000));
  EXPECT_EQ(value_of(Money(-1), volume_of(Quantity(1), Duration(1))), Money(-1));
}

TEST(Check, ends_the_process_with_status_70) {
  EXPECT_EXIT(Duration(std::numeric_limits<std::int64_t>::max()) + Duration(1),
              ::testing::ExitedWithCode(70), "internal error");
}

TEST(Location, contains_whole_segments_only) {
  EXPECT_TRUE(location::Location{"eu"}.contains({"eu/de"}));
  EXPECT_TRUE(location::Location{"eu"}.contains({"eu"}));
  EXPECT_FALSE(location::Location{"eu/d"}.contains({"eu/de"}));
  EXPECT_FALSE(location::Location{"eu/de"}.contains({"eu"}));
  for (const char* bad :
       {"", "/", "eu/", "/eu", "eu//de", "eu de", "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17"})
    EXPECT_FALSE(location::parse_location(bad).has_value()) << bad;
}

RC_GTEST_PROP(Location, containment_is_two_comparisons_of_intervals, ()) {
  auto path = [] {
    std::string out = "a";
    int depth = *rc::gen::inRange(0, 4);
    for (int i = 0; i < depth; ++i) out += *rc::gen::element("/a", "/b", "/ab");
    return location::Location{out};
  };
  location::Location location = path(), scope = path();
  location::Interval inner = location::interval_of(location);
  location::Interval outer = location::interval_of(scope, location, *rc::gen::inRange(0, 9));
  RC_ASSERT((outer.enter <= inner.enter && inner.exit <= outer.exit) == scope.contains(location));
}

TEST(Problem, shows_the_place_the_line_and_what_was_expected) {
  Problem p{"rule.yaml", 3, 7, "unknown key `tires`", "tiers", "tires: [a]"};
  EXPECT_EQ(to_text(p),
            "rule.yaml:3:7: unknown key `tires`\n     3 | tires: [a]\n       |       ^\n  "
            "expected: tiers\n");
}

}  // namespace
}  // namespace capmarket::base
