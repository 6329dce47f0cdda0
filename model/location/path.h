// The location tree: a location is a path, containment is prefix containment on whole segments.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"

namespace capmarket {

/// `eu/de/50hertz/node-12`: 1..16 segments of letters, digits, `.`, `_`, `-`. Never empty once
/// parsed. Source: semantics.md section 1.
struct Location {
  std::string path;

  auto operator<=>(const Location&) const = default;
  /// `this` is `other` or an ancestor of it. O(length).
  bool contains(const Location& other) const;
  int depth() const;  // the root has depth 1
};

/// A valid path, or what is wrong with it.
Result<Location> parse_location(std::string_view text);

bool any_contains(const std::vector<Location>& scope, const Location& location);
/// Every location of `inner` lies in one of `outer`: "narrows" for scopes.
bool covers(const std::vector<Location>& outer, const std::vector<Location>& inner);

/// Euler-tour interval of a node: `outer` contains `inner` iff
/// outer.enter <= inner.enter && inner.exit <= outer.exit: two comparisons, here and in the solver.
struct Interval {
  std::int64_t enter = 0;
  std::int64_t exit = 0;
};

/// Numbers every path given and its ancestors in one depth-first walk. Order of the paths does not
/// matter. Paths added later would renumber, so a tour is built per question and thrown away.
class EulerTour {
 public:
  explicit EulerTour(const std::vector<Location>& locations);
  /// Precondition: `location` was given, or is an ancestor of one that was.
  Interval interval(const Location& location) const;

 private:
  std::map<std::string, Interval> intervals_;
};

}  // namespace capmarket
