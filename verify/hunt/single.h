// Whether any single step whatever can break a goal: asked before a history is unrolled.
#pragma once

#include "verify/hunt/claims.h"
#include "verify/rules/query.h"

namespace capmarket {

/// `unsat`: no step breaks the goal, whatever came before it: any victim inside the bounds of
/// `check`, of any version, any part of any grant, any refused request.
Answer any_step_breaks(const RuleSubject& subject, const QueryBudget& budget, const Goal& goal);

}  // namespace capmarket
