// What a group of users may meet at best: bounds of what is drawn for it and for those who could
// serve it. Source: docs/spec/scenarios.md#who-can-never-get-anything.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/scenario.h"

namespace capmarket::scenarios {

/// The least and the most that can be drawn; both are possible, or what is beyond is not.
struct Span {
  Int128 least = 0, most = 0;
};

/// Holders who declare something by themselves: of a group, or one of the trace. Times are
/// nanoseconds since the start.
struct Supply {
  std::string at;    // `holders.sites`, `trace.holders`
  std::string zone;  // as partitions call it; empty: never cut off
  Span window;       // from, until
  std::int64_t pieces = 1;
  std::optional<Int128> horizon;  // it declares nothing by itself that ends later than that ahead
  Int128 granularity = 1;  // of the class
  Int128 listed = 0;       // of one declaration, at most: by itself
  Int128 answered = 0;     // likewise: to an intent
  Money ask;               // at least
  Int128 told = 0;         // the directories know of it then, at the earliest
  Duration offer_timeout, signatures_timeout;
};

/// What the requests of a group ask for in one class: its own, or that of a part of its bundle.
struct Prospect {
  const Scenario* scenario = nullptr;
  const UserGroup* group = nullptr;
  std::string at;    // `users.2.`, before the keys of the group
  std::string part;  // `bundle.0.` of a part, else empty
  std::string class_name, tier;
  const rules::Rule* drawn_by = nullptr;  // the first rule of the class: draws are clamped to it
  std::vector<const rules::Rule*> rules;  // of the class, in force at some time of the scenario
  std::vector<Supply> supplies;
  bool whole = false;                   // no request accepts a part
  Span quantity, length, lead, arises;  // nanoseconds; `arises` since the start
  Money value;                          // at most
  Int128 message = 1;                   // a message takes so long, at least
  Int128 asks = 0;           // from when it arises until the first holder is asked, at least
  Int128 signs = 0;          // until the user signs, at least
  Int128 settles = 0;        // from then until the chain has the settlement, at least
  bool coordinated = false;  // each of the rules asks for a coordinator

  /// From when it arises until something is granted, at least.
  Int128 takes() const { return signs + settles; }
};

/// Why the group can never get anything of it, with the keys and their values.
struct Hopeless {
  std::string key;       // of the group, where it is told: `lead`; empty: at its name
  std::string why;       // continues "… is never granted anything: "
  std::string expected;  // what would let it be
};
/// Empty where something may be granted, as far as the kind looks.
using Hope = std::optional<Hopeless>;

/// One for each class that the group asks for; none where nobody of it asks by itself.
std::vector<Prospect> prospects_of(const Scenario& scenario, std::size_t group);

/// Whether the times, ascending, hold all of [0, until).
template <class Time>
bool throughout(const std::vector<Time>& times, Duration until) {
  Duration held;
  for (const Time& t : times)
    if (t.from <= held) held = std::max(held, t.until);
  return held >= until && !times.empty();
}

/// Of a coordinator, from being asked to signing, in nanoseconds.
std::int64_t least_delay(const CoordinatorSpec& coordinator);

/// Between members of the two names no message passes from the start to the end.
bool cut_off(const Scenario& scenario, const std::string& a, const std::string& b);

/// A duration of that many nanoseconds as text; what leaves 64 bits, as the largest.
std::string duration_text(Int128 nanoseconds);

}  // namespace capmarket::scenarios
