// Durations and times as people say them.
#include "reports/spoken.h"

#include <gtest/gtest.h>

namespace capmarket::reports {
namespace {

constexpr std::int64_t kMinute = 60 * kNanosPerSecond;

TEST(Spoken, what_lies_just_beside_a_round_duration_is_said_by_it) {
  EXPECT_EQ(spoken(Duration(15 * kMinute - 1)), "15 min less 1 ns");
  EXPECT_EQ(spoken(Duration(15 * kMinute + 1)), "15 min and 1 ns");
  EXPECT_EQ(spoken(Duration(2 * kNanosPerHour + 1'000'000)), "2 h and 1 ms");
  EXPECT_EQ(spoken(Duration(7 * 24 * kNanosPerHour - kNanosPerSecond)), "7 d less 1 s");
}

TEST(Spoken, what_is_short_stays_as_files_write_it) {
  for (std::int64_t v : {std::int64_t{0}, kMinute, 90 * kMinute, 1500 * std::int64_t{1'000'000}})
    EXPECT_EQ(spoken(Duration(v)).find(' '), std::string::npos) << v;
}

TEST(Spoken, everything_else_stands_in_parts_and_nothing_is_rounded) {
  EXPECT_EQ(spoken(Duration(2 * kNanosPerHour + 5 * kMinute + 3'250'000'001)),
            "2 h 5 min 3.250000001 s");
  EXPECT_EQ(spoken(Duration(123'456'789)), "0.123456789 s");
}

TEST(Spoken, a_text_says_its_durations_and_times_and_leaves_what_it_quotes) {
  EXPECT_EQ(spoken("notice is 899999999999ns, `notice >= 899999999999ns`"),
            "notice is 15 min less 1 ns, `notice >= 899999999999ns`");
  EXPECT_EQ(spoken("from 2026-01-01T00:14:59.999999999Z on"),
            "from 2026-01-01T00:15:00Z less 1 ns on");
  for (const char* same :
       {"x123456789ns", "12345", "2026-01-01T00:00:00Z", "7c899999999999ns0", "0.5"})
    EXPECT_EQ(spoken(std::string_view(same)), same);
}

}  // namespace
}  // namespace capmarket::reports
