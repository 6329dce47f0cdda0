// The clock of a rule against the calendar of the standard library, and at its own edges.
#include "model/expr/zone.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <chrono>

#include "model/base/concrete.h"
#include "model/base/text.h"
#include "model/expr/evaluate.h"
#include "tests/model/rules/fixtures.h"

namespace capmarket::expr {
namespace {

Instant at(std::string_view text) { return parse_instant(text).value(); }
Duration offset(std::string_view text) { return parse_offset(text).value(); }

Zone berlin() {
  return {"Europe/Berlin",
          offset("+01:00"),
          {{at("2026-03-29T01:00:00Z"), offset("+02:00")},
           {at("2026-10-25T01:00:00Z"), offset("+01:00")}}};
}

std::int64_t hour(const Zone& zone, Instant t) {
  return hour_of<Concrete>(zone, Concrete::integer(t.value)).value;
}
std::int64_t weekday(const Zone& zone, Instant t) {
  return weekday_of<Concrete>(zone, Concrete::integer(t.value)).value;
}

RC_GTEST_PROP(Clock, is_that_of_the_standard_calendar, ()) {
  using std::chrono::nanoseconds;
  const auto minutes = *rc::gen::inRange<std::int64_t>(-1439, 1440);
  const auto far = *rc::gen::element(std::int64_t{kWireMax}, std::int64_t{kNanosPerDay},
                                     std::int64_t{10 * kNanosPerHour});
  const Instant t(*rc::gen::inRange<std::int64_t>(-far, far));
  const Zone zone{"somewhere", Duration(minutes * kNanosPerMinute), {}};
  const std::chrono::sys_time<nanoseconds> local{nanoseconds(t.value + zone.offset.value)};
  const auto day = std::chrono::floor<std::chrono::days>(local);
  RC_ASSERT(hour(zone, t) == std::chrono::floor<std::chrono::hours>(local - day).count());
  RC_ASSERT(weekday(zone, t) ==
            static_cast<std::int64_t>(std::chrono::weekday(day).iso_encoding()));
}

RC_GTEST_PROP(Clock, has_the_offset_of_the_latest_change, ()) {
  Zone zone{"somewhere", Duration(0), {}};
  Instant from(0);
  for (int n = *rc::gen::inRange(0, 6); n > 0; --n) {
    from = from + Duration(1 + *rc::gen::inRange<std::int64_t>(0, 3));
    zone.changes.push_back({from, Duration(*rc::gen::inRange(-23, 24) * kNanosPerHour)});
  }
  const Instant t(*rc::gen::inRange<std::int64_t>(-2, 25));
  Duration offset = zone.offset;
  for (const ZoneChange& c : zone.changes)
    if (c.from <= t) offset = c.offset;
  RC_ASSERT(local_time<Concrete>(zone, Concrete::integer(t.value)).value == t.value + offset.value);
}

TEST(Clock, turns_at_the_nanosecond_of_the_hour_the_day_and_the_change) {
  const Zone zone = berlin();
  EXPECT_EQ(hour(zone, at("2026-01-01T20:59:59.999999999Z")), 21);
  EXPECT_EQ(hour(zone, at("2026-01-01T21:00:00Z")), 22);
  EXPECT_EQ(weekday(zone, at("2026-01-01T22:59:59.999999999Z")), 4);  // Thursday
  EXPECT_EQ(weekday(zone, at("2026-01-01T23:00:00Z")), 5);
  // The night without its third hour, and the one that has it twice.
  EXPECT_EQ(hour(zone, at("2026-03-29T00:59:59.999999999Z")), 1);
  EXPECT_EQ(hour(zone, at("2026-03-29T01:00:00Z")), 3);
  EXPECT_EQ(hour(zone, at("2026-10-25T00:59:59.999999999Z")), 2);
  EXPECT_EQ(hour(zone, at("2026-10-25T01:00:00Z")), 2);
  EXPECT_EQ(weekday(zone, at("2026-03-29T21:59:59Z")), 7);
  EXPECT_EQ(weekday(zone, at("2026-03-29T22:00:00Z")), 1);
}

TEST(Clock, does_not_leave_its_integers_at_the_ends_of_time) {
  for (const char* text : {"+23:59", "-23:59"})
    for (std::int64_t t : {kWireMax, -kWireMax}) {
      const Concrete::Int h = hour_of<Concrete>({"edge", offset(text), {}}, Concrete::integer(t));
      EXPECT_FALSE(h.poisoned);
      EXPECT_TRUE(0 <= h.value && h.value <= 23);
    }
}

TEST(Offsets, are_whole_minutes_of_less_than_a_day_in_one_form) {
  EXPECT_EQ(offset("-03:30"), Duration(-210 * kNanosPerMinute));
  EXPECT_EQ(offset_text(offset("-00:00")), "+00:00");
  for (const char* text : {"+01:00", "-23:59", "+05:45", "+00:00", "-00:01"})
    EXPECT_EQ(offset_text(offset(text)), text);
  for (const char* text : {"", "01:00", "+1:00", "+24:00", "+01:60", "+01:00:00", "+0a:00", "Z",
                           "+01.00", " +01:00", "+01:0"})
    EXPECT_FALSE(parse_offset(text)) << text;
}

TEST(ClockVariables, are_read_in_the_zone_of_the_world_and_nowhere_else) {
  ExprWorld world;
  auto none = rules::read_expr("start.hour >= 22", world);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error()[0].what, "`start.hour` without a `zone` to read it in");
  world.zone = berlin();
  const Expr e = rules::expr("not (start.hour>=22 or start.weekday == 7)", world);
  EXPECT_EQ(e.canonical, "not (start.hour >= 22 || start.weekday == 7)");
  EXPECT_EQ(e.zone, world.zone);
  EXPECT_FALSE(rules::expr("now < start", world).zone);
  ExprWorld elsewhere = world;
  elsewhere.zone->offset = offset("+00:00");
  EXPECT_FALSE(rules::expr(e.canonical, elsewhere) == e);  // one text, another clock
}

TEST(ClockVariables, are_integers_of_the_start_alone) {
  ExprWorld world;
  world.zone = berlin();
  EXPECT_FALSE(rules::read_expr("start.hour >= 22h", world));
  EXPECT_FALSE(rules::read_expr("now.hour >= 22", world));
  EXPECT_FALSE(rules::read_expr("start.minute >= 22", world));
}

}  // namespace
}  // namespace capmarket::expr
