// The location tree: a location is a path, containment is prefix containment on whole segments.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"

namespace capmarket::location {

/// `eu/de/50hertz/node-12`: 1..16 segments of letters, digits, `.`, `_`, `-`. Never empty once
/// parsed. Source: docs/spec/semantics.md#locations.
struct Location {
  std::string path;

  auto operator<=>(const Location&) const = default;
  /// `this` is `other` or an ancestor of it. O(length).
  bool contains(const Location& other) const;
  int depth() const;  // the root has depth 1
};

/// A valid path, or what is wrong with it.
Result<Location> parse_location(std::string_view text);

/// Some location of `scope` contains `location`. O(scope x length).
bool any_contains(const std::vector<Location>& scope, const Location& location);
/// Every location of `inner` lies in one of `outer`: "narrows" for scopes.
bool covers(const std::vector<Location>& outer, const std::vector<Location>& inner);

/// Euler-tour interval of a node: `outer` contains `inner` iff
/// outer.enter <= inner.enter && inner.exit <= outer.exit: two comparisons, here and in the solver.
struct Interval {
  std::int64_t enter = 0;
  std::int64_t exit = 0;
};

/// Intervals in the tour of the small tree made of `location`, its ancestors and other nodes beside
/// them: `location` itself, and any `scope` relative to it. A scope that does not contain the
/// location gets an interval of its own outside, told apart by `ordinal`. O(length).
Interval interval_of(const Location& location);
Interval interval_of(const Location& scope, const Location& location, std::int64_t ordinal);

}  // namespace capmarket::location
