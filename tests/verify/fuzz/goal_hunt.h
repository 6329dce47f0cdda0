// What a checker calls proved, put to histories. Private to tests/verify/fuzz.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "tests/verify/fuzz/wide_market.h"

namespace capmarket::fuzz {

/// What was tried, so that nothing that was not tried counts.
struct HuntTally {
  std::int64_t rules = 0, refused = 0, unplayable = 0;  // of those drawn
  std::int64_t goals = 0, proved = 0, reached = 0;      // reached: by some step that it speaks of
  std::int64_t broken = 0;                              // of those that are not proved
  std::int64_t histories = 0, scripts = 0, steps = 0;   // steps: those that proved goals speak of
  std::int64_t policies_of_several = 0;                 // markets whose policy names another rule
  std::int64_t beyond = 0;                     // goals that broke there, where none is proved
  std::map<std::string, std::int64_t> counts;  // steps by kind and decision
  std::shared_ptr<WideTally> wide = std::make_shared<WideTally>();

  /// In words, a line each.
  std::string text() const;
};

/// Draws the rule of that seed, every third one a second version; asks `check` and `hunt` of each
/// of its versions which goals are proved; plays so many random histories and the extreme scripts
/// against those. A failure of the test where one breaks, with rule, goal and history. Half of the
/// markets have a policy that names the rule itself, half one that names none; of every tenth
/// another that names a rule of the other jurisdiction: there `check` proves nothing.
void hunt_goals_of(std::uint64_t seed, int histories, HuntTally& tally);

}  // namespace capmarket::fuzz
