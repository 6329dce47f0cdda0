// Whether any single step whatever can break a goal: asked before a history is unrolled.
#pragma once

#include "verify/question/goal_question.h"

namespace capmarket::hunt {

/// `unsat`: no step breaks the goal, whatever came before it: the same question as `check` asks.
smt::Answer any_step_breaks(const question::RuleSubject& subject,
                            const question::QueryBudget& budget, const rules::Goal& goal);

/// `unsat`: the goal says nothing of any step, as `check` judges it.
smt::Answer any_step_can_hold(const question::RuleSubject& subject,
                              const question::QueryBudget& budget, const rules::Goal& goal);

}  // namespace capmarket::hunt
