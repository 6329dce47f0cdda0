// How far into time a rule reaches: its latest end, deadline and retention. Source:
// docs/spec/rules.md#range.
#pragma once

#include <string>
#include <vector>

#include "model/rules/rule.h"

namespace capmarket::rules {

/// The latest instant of one kind that a leg under the rule can give rise to, in nanoseconds since
/// 1970. Not bounded: what is read must not exceed kDistantFuture.
struct Reach {
  std::string place;  // of the part of the rule that it ends with: `retention`
  Int128 from = 0;    // to which that part is added
  Int128 latest = 0;
  std::string since;  // in words, what is at `from`
};

/// The latest end of a leg: `effective.until` + longest lead + longest length.
Int128 latest_end(const Rule& rule);
/// All of them, the latest end first.
std::vector<Reach> reaches(const Rule& rule);
/// The greatest of them, where its class keeps records for `class_retention`.
Int128 latest_of(const Rule& rule, Duration class_retention);

}  // namespace capmarket::rules
