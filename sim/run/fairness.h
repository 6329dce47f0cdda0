// How evenly users are served. Source: docs/spec/statistics.md#fairness.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/base/integers.h"

namespace capmarket::world {
struct World;
}

namespace capmarket::run {

/// Of the users who wanted something: how evenly their shares are spread. Jain's index is
/// jain_part / jain_whole, Gini's coefficient gini_part / gini_whole; wholes are 0 where all shares
/// are.
struct Equality {
  std::int64_t users = 0;
  Int128 jain_part = 0, jain_whole = 0;
  Int128 gini_part = 0, gini_whole = 0;
};
/// Of shares in millionths, in any order. Precondition: none is negative. O(n log n).
Equality equality_of(std::vector<std::int64_t> shares);

/// By the users' requests of all tiers, and of each.
struct Fairness {
  Equality all;
  std::map<std::string, Equality> by_tier;
};

/// `part` in millionths of `whole`, rounded down. Precondition: 0 <= part <= whole, 0 < whole.
std::int64_t millionths(Volume part, Volume whole);

/// As it stands now: a user's share is what is live of what it wanted. O(requests + users log
/// users).
Fairness fairness_of(const world::World& world);

}  // namespace capmarket::run
