#include "model/base/text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

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

}  // namespace
}  // namespace capmarket::base
