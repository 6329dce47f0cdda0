// Whether some step breaks a goal: one question, asked by `check` and by `hunt`, over the steps
// that the monitor of a run judges (model/chain/goals.h). Source: docs/spec/analyses.md#goals.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "model/chain/goals.h"
#include "verify/question/query.h"

namespace capmarket::question {

/// One kind of step that a goal speaks of, at one tier of the rule.
struct GoalCase {
  chain::GoalStepKind kind = chain::GoalStepKind::admitted;
  GoalStep step;
  std::size_t tier = 0;
};

/// Every one, by tier; of failures one for each strategy of the catalog.
std::vector<GoalCase> goal_cases(const rules::Rule& rule, const expr::Expr& claim);

/// The request of such a step, with all that admission asks of it; a refused one may ask for
/// anything.
const SymbolicRequest& request_at(Query& query, const GoalCase& at);

/// Whether such a step breaks the goal, whatever came before it: any victim that `check` knows of,
/// any part of any grant, any refused request. `minimal`: a yes is the smallest.
QueryResult breaks_goal(const QueryBudget& budget, const RuleSubject& subject,
                        const rules::Goal& goal, const GoalCase& at, bool minimal);

/// Whether a goal says anything.
struct GoalCover {
  smt::Answer answer = smt::Answer::sat;
  std::string reason;  // of a no: what cannot be
};
/// No where what the goal takes for granted happens at no step that it speaks of, or where it could
/// be broken at none whatever the rule said: it contradicts itself, or asks for a tier that no
/// version here has. `note` sees each answer of a question about the rule.
GoalCover cover_of_goal(const QueryBudget& budget, const RuleSubject& subject,
                        const rules::Goal& goal,
                        const std::function<void(const QueryResult&)>& note);

}  // namespace capmarket::question
