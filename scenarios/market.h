// What a scenario's market is made of, as plain data: places, classes, authorities, rules, shared
// infrastructure, reconciliation. Source: docs/spec/scenarios.md#keys.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/base/integers.h"
#include "model/base/result.h"
#include "model/location/path.h"
#include "model/rules/rule.h"

namespace capmarket::scenarios {

/// A set of places. `leaves` are where holders stand: every node at the bottom of a tree, or every
/// path of a list. Sorted, without duplicates.
struct LocationSpec {
  std::vector<location::Location> leaves;

  /// `location` is a leaf or an ancestor of one. O(log n) comparisons.
  bool knows(const location::Location& location) const;
};

/// A class of capacity. Windows of declarations are multiples of `granularity`.
struct ClassSpec {
  std::string name;
  std::string unit;
  Duration retention;
  Duration granularity;  // default 1s
};

/// Who governs the classes in the scope; one without a parent is a jurisdiction of its own.
struct AuthoritySpec {
  std::string name;
  std::vector<location::Location> scope;
  std::vector<std::string> classes;
  std::string parent;  // an authority that stands before it; empty: it has none in the scenario

  /// Whether the class is one of its own and the place lies in its scope.
  bool governs(std::string_view class_name, const location::Location& location) const;
};

/// A rule with the file that it came from. Where the file is given with `at`, the rule is what is
/// to be admitted: `effective.from`, `version` and `supersedes` are those of a successor.
struct ScenarioRule {
  std::string file;
  rules::Rule rule;
  std::optional<Duration> at{};       // since the start; absent: admitted with the set-up
  Instant succeeded{kDistantFuture};  // from when a successor of the scenario stands in its place
  Problems warnings{};                // names of its file that look like others

  /// Until it ends or a successor takes over; half-open.
  Window in_force() const {
    return {rule.effective.from, std::min(rule.effective.until, succeeded)};
  }
};

/// Capacity that several holders use together. Its members are the two holders of `peer`, else all
/// holders of the class whose place is one of `locations` or lies below one.
struct SharedInfrastructureSpec {
  std::string name;
  std::string class_name;
  std::string authority;                                // that signs it
  std::vector<location::Location> locations;                      // empty exactly where `peer` is not
  std::vector<std::pair<Duration, Quantity>> schedule;  // since the start; ascending, first at 0
  std::vector<std::string> peer;                        // names of two holders, or none
  std::int64_t split = 5'000;  // peer: ten-thousandths of it that are the first holder's
};

/// What the named jurisdictions have agreed on; for each of the three the name of a rule, or empty
/// for the leg's own.
struct ReconciliationSpec {
  std::string name;
  std::vector<std::string> authorities;  // at least two, in file order
  std::string tiers;
  std::string price;
  std::string fallback;
};

}  // namespace capmarket::scenarios
