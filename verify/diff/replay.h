// The settlements of a recorded chain, decided again as if a new text had been in their rule's
// place. No solver: admission's own predicate over the chain's own facts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/base/result.h"
#include "verify/question/rule_set.h"

namespace capmarket::diff {

/// A recorded settlement that the new rule decides otherwise.
struct ReplayChange {
  std::int64_t sequence = 0;
  std::string id;                    // hex
  std::string before, after;         // `admitted`, `refused by price, window`
  std::vector<std::string> clauses;  // that decide otherwise
  /// What its displacements owe, in all; `0.0000` without.
  std::string owed_before, owed_after;
  std::vector<std::string> because;
};

/// A recorded chain, decided again under another rule.
struct ReplayReport {
  std::int64_t settlements = 0;  // evaluated under the rule's name, admitted or refused
  std::vector<ReplayChange> changed;
  std::vector<std::string> notes;
};

/// Replays the chain of `dir` (a run or chain directory) and decides each settlement with a leg
/// under `older`'s rule name again with `newer` in place of every version of that name. Same facts
/// otherwise: the versions' own windows, and the state as it was. Strategies are taken by name;
/// covers are computed under the text in place and the ceilings stated. Problems: no chain, a
/// damaged one.
Result<ReplayReport> replay_diff(const std::string& dir, const question::RuleFile& older,
                                 const question::RuleFile& newer);

}  // namespace capmarket::diff
