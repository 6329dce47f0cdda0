// Scripts at the edges of a rule, a fixed list: what random histories meet seldom. Private to
// tests/verify/fuzz.
#pragma once

#include <string>
#include <vector>

#include "verify/fuzz/market.h"

namespace capmarket::fuzz {

/// A scenario with its script, and what is extreme about it in words.
struct ExtremeScript {
  std::string name;
  scenarios::Scenario scenario;
};

/// Every combination of the least and the largest quantity, length, lead and price, each submitted
/// at once, at the last nanosecond of the skew, one later and one too early; and the least and the
/// largest of all, signed at the first and the last instant of every version and beside them. In
/// each, users of all tiers ask for what is free; those of low tiers fill a declaration whose
/// window others displace, share an edge with, and overlap in one granule; several legs are settled
/// at once; then parts fail, are claimed, contested, given back, disputed and paid for at the edges
/// of windows and deadlines. `rule`: the version whose limits are meant.
std::vector<ExtremeScript> extreme_scripts(const FuzzMarket& market, const rules::Rule& rule);

}  // namespace capmarket::fuzz
