#include "verify/hunt/single.h"

namespace capmarket {
namespace {

/// One kind of step under one tier.
Answer breaks_at(const RuleSubject& subject, const QueryBudget& budget, const Goal& goal,
                 std::size_t tier, const GoalStep& step) {
  Query q(budget, subject);
  const Slot& s =
      q.slot("", step.displaced, step.admitted ? Slot::Range::admissible : Slot::Range::anything);
  if (step.displaced)
    q.require(q.displaces(s, tier));
  else if (step.admitted)
    q.require(q.eligible(s, tier));
  Reading::Bool claim = q.claim(goal.claim, s, tier, step);
  q.require(Reading::poisoned(claim.poison) || (goal.always ? !claim.value : claim.value));
  return q.solve(false).answer;
}

std::vector<GoalStep> steps_of(const Rule& rule, const GoalSubject& about) {
  std::vector<GoalStep> out;
  if (about.displacement && about.failure) return out;
  GoalStep admitted;
  admitted.admitted = true;
  if (about.displacement) {
    admitted.displaced = true;
    return {admitted};
  }
  if (about.failure) {
    for (const FallbackStrategy& s : rule.fallback) {
      GoalStep failed = admitted;
      failed.failed = true;
      failed.refund = s.refund;
      failed.penalty = s.penalty;
      out.push_back(failed);
    }
    return out;
  }
  admitted.overdue_possible = true;
  GoalStep refused = admitted;
  refused.admitted = false;
  return {admitted, refused};
}

}  // namespace

Answer any_step_breaks(const RuleSubject& subject, const QueryBudget& budget, const Goal& goal) {
  Answer out = Answer::unsat;
  for (const GoalStep& step : steps_of(subject.rule(), goal_subject(goal.claim)))
    for (std::size_t t = 0; t < subject.rule().tiers.size(); ++t) {
      if (step.displaced && !subject.rule().tiers[t].displaces) continue;
      Answer one = breaks_at(subject, budget, goal, t, step);
      if (one == Answer::sat) return one;
      if (one == Answer::unknown) out = one;
    }
  return out;
}

}  // namespace capmarket
