// What a goal takes for granted: what must be able to happen for "it holds" to say anything.
// Source: docs/spec/analyses.md#goals.
#pragma once

#include <vector>

#include "model/rules/rule.h"

namespace capmarket::question {

/// A part of a claim, and the truth that is meant of it.
struct GoalPart {
  expr::Expr expr;
  bool holds = true;
};

/// One thing that a goal says: wherever all the premises are true, some conclusion is.
struct GoalClause {
  std::vector<GoalPart> premises, conclusions;
};

/// What the goal says, one thing after the other: all of them together are the goal. Of `a implies
/// b` the premise is a; of `c ? a : b` it is c for a, not c for b; of `not a or b` it is a. `never:
/// a
/// && b` is `always: a implies not b`: the last part is the conclusion; where there is another, not
/// one that only says which steps are meant (`admitted`, `displaced`, `failed`).
std::vector<GoalClause> goal_clauses(const rules::Goal& goal);

}  // namespace capmarket::question
