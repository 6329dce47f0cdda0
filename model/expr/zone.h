// The clock of a rule: offsets from UTC that the rule itself fixes, and what its hands say. No
// database of zones decides anything. Source: docs/spec/rules.md#zone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/integers.h"
#include "model/codec/fields.h"

namespace capmarket::expr {

inline constexpr std::int64_t kNanosPerMinute = kNanosPerHour / 60;
inline constexpr std::int64_t kHoursPerDay = 24;
inline constexpr std::int64_t kNanosPerDay = kHoursPerDay * kNanosPerHour;
/// Changes of one zone, at most: two a year for as long as time lasts fit more than once.
inline constexpr std::size_t kZoneChangesMax = 256;

/// From an instant on another offset.
struct ZoneChange {
  Instant from;
  Duration offset;
  auto operator<=>(const ZoneChange&) const = default;

  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "from", s.from);
    v(2, "offset", s.offset);
  }
};

/// Local time is UTC and the offset then: `offset` before the first change, then that of the latest
/// change. Offsets are whole minutes, less than a day either way.
struct Zone {
  std::string name;  // for people: nothing is looked up by it
  Duration offset;
  std::vector<ZoneChange> changes;  // by instant, each later than the one before
  auto operator<=>(const Zone&) const = default;

  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "name", s.name);
    v(2, "offset", s.offset);
    v.if_set(3, "changes", s.changes);
  }
};

/// `+01:00`, `-03:30` as an offset; empty where the text is none.
std::optional<Duration> parse_offset(std::string_view text);
/// The offset as `+01:00`.
std::string offset_text(Duration offset);
/// `CET +01:00, +02:00 from 2026-03-29T01:00:00Z, …`.
std::string to_text(const Zone& zone);

/// Nanoseconds of local time, of an instant of any domain.
template <class D>
typename D::Int local_time(const Zone& zone, const typename D::Int& at) {
  typename D::Int offset = D::integer(zone.offset.value);
  for (const ZoneChange& c : zone.changes)
    offset = D::select(at < D::integer(c.from.value), offset, D::integer(c.offset.value));
  return at + offset;
}

/// Whole hours of local time since the local epoch, of an instant of any domain. Hour and weekday
/// rest on the same number: a solver relates them.
template <class D>
typename D::Int local_hours(const Zone& zone, const typename D::Int& at) {
  bool whole = zone.offset.value % kNanosPerHour == 0;
  for (const ZoneChange& c : zone.changes) whole = whole && c.offset.value % kNanosPerHour == 0;
  if (!whole) return D::div_floor(local_time<D>(zone, at), kNanosPerHour);
  typename D::Int offset = D::integer(zone.offset.value / kNanosPerHour);
  for (const ZoneChange& c : zone.changes)
    offset = D::select(at < D::integer(c.from.value), offset,
                       D::integer(c.offset.value / kNanosPerHour));
  return D::div_floor(at, kNanosPerHour) + offset;
}

/// Whole hours since the local day began, 0 to 23.
template <class D>
typename D::Int hour_of(const Zone& zone, const typename D::Int& at) {
  return D::mod_floor(local_hours<D>(zone, at), kHoursPerDay);
}

/// 1 (Monday) to 7 (Sunday), as ISO 8601 numbers them, of the local day. The epoch was a Thursday.
template <class D>
typename D::Int weekday_of(const Zone& zone, const typename D::Int& at) {
  return D::mod_floor(D::div_floor(local_hours<D>(zone, at), kHoursPerDay) + D::integer(3), 7) +
         D::integer(1);
}

}  // namespace capmarket::expr
