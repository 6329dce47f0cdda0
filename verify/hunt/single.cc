#include "verify/hunt/single.h"

namespace capmarket::hunt {

smt::Answer any_step_breaks(const question::RuleSubject& subject,
                            const question::QueryBudget& budget, const rules::Goal& goal) {
  smt::Answer out = smt::Answer::unsat;
  for (const question::GoalCase& at : question::goal_cases(subject.rule(), goal.claim)) {
    const smt::Answer one = question::breaks_goal(budget, subject, goal, at, false).answer;
    if (one == smt::Answer::sat) return one;
    if (one == smt::Answer::unknown) out = one;
  }
  return out;
}

smt::Answer any_step_can_hold(const question::RuleSubject& subject,
                              const question::QueryBudget& budget, const rules::Goal& goal) {
  return question::cover_of_goal(budget, subject, goal, [](const question::QueryResult&) {}).answer;
}

}  // namespace capmarket::hunt
