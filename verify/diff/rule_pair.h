// Two rules over one set of unknowns: their expressions read over one world of names, and the
// schemas that hold every request of either and of both. Private to verify/diff.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "verify/question/rule_set.h"

namespace capmarket::diff {

/// 0 is OLD, 1 is NEW, everywhere in the comparison.
inline constexpr std::array<std::size_t, 2> kSides = {0, 1};

/// A tier by name, as each rule has it.
struct TierPair {
  std::string name;
  std::array<const rules::Tier*, 2> of{};  // null where that rule has none
  std::array<std::size_t, 2> index{};      // in that rule's tiers
  // Over the joint world; empty where there is none.
  std::array<expr::Expr, 2> eligible, when, compensation;

  bool common() const { return of[0] != nullptr && of[1] != nullptr; }
  bool displaces(std::size_t side) const { return of[side] != nullptr && of[side]->displaces; }
};

/// Two rules with what both have, and the schemas that hold their requests.
struct RulePair {
  std::array<const question::RuleFile*, 2> file{};
  std::vector<TierPair> tiers;     // OLD's by rank, then those that only NEW has
  std::optional<expr::Expr> only;  // the declared intent
  /// No rule that anybody signs: vehicles of unknowns. `wide` holds whatever either rule admits;
  /// `narrow` what both may. Their tiers are `tiers`.
  question::RuleFile wide, narrow;
  question::RuleSubject wide_subject, narrow_subject;
  /// `narrow` while NEW is in force, with the grants of OLD as a version before it.
  question::RuleFile later, older;
  question::RuleSubject crossing_subject;
  /// `narrow` with the ranks, quotas, set-asides and coordination of each rule.
  std::array<rules::Rule, 2> terms;
  bool narrow_empty = false;  // no request lies in the limits of both
  bool scopes_meet = true;    // else no location lies in both, nor around both

  const rules::Rule& rule(std::size_t side) const { return file[side]->rule; }
  Instant origin(std::size_t side) const { return rule(side).origin.value_or(Instant(0)); }
  bool same_grid() const;
  expr::ExprWorld world;
};

/// Fills `joint`, whose subjects point into it: it stays where it is. Problems: of `only`.
Result<void> join(const question::RuleFile& older, const question::RuleFile& newer,
                  const std::string& only, RulePair& pair);

}  // namespace capmarket::diff
