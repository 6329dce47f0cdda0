// Whether any single step whatever can break a goal: asked before a history is unrolled.
#pragma once

#include "verify/hunt/claims.h"
#include "verify/question/query.h"

namespace capmarket::hunt {

/// `unsat`: no step breaks the goal, whatever came before it: any victim inside the bounds of
/// `check`, of any version, any part of any grant, any refused request.
smt::Answer any_step_breaks(const question::RuleSubject& subject,
                            const question::QueryBudget& budget, const rules::Goal& goal);

/// `unsat`: the claim is true of no step, whatever the rule says: it contradicts itself, or asks
/// for a tier that no version here has.
smt::Answer any_step_can_hold(const question::RuleSubject& subject,
                              const question::QueryBudget& budget, const rules::Goal& goal);

}  // namespace capmarket::hunt
