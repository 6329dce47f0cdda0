#include "verify/hunt/single.h"

#include "model/chain/goals.h"

namespace capmarket::hunt {
namespace {

/// The claim of one kind of step under one tier, whatever the rule says of it.
smt::Answer holds_at(const question::RuleSubject& subject, const question::QueryBudget& budget,
                     const rules::Goal& goal, std::size_t tier, const question::GoalStep& step) {
  question::Query q(budget, subject);
  const question::SymbolicRequest& s =
      q.request("", step.displaced, question::SymbolicRequest::Range::anything);
  question::CheckedSymbolic::Bool claim = q.claim(goal.claim, s, tier, step);
  q.require(claim.value || question::CheckedSymbolic::poisoned(claim.poison));
  return q.solve(false).answer;
}

/// One kind of step under one tier.
smt::Answer breaks_at(const question::RuleSubject& subject, const question::QueryBudget& budget,
                      const rules::Goal& goal, std::size_t tier, const question::GoalStep& step) {
  question::Query q(budget, subject);
  const question::SymbolicRequest& s =
      q.request("", step.displaced,
                step.admitted ? question::SymbolicRequest::Range::admissible
                              : question::SymbolicRequest::Range::anything);
  if (step.displaced)
    q.require(q.displaces(s, tier));
  else if (step.admitted)
    q.require(q.eligible(s, tier) && s.quota_guard(tier));
  question::CheckedSymbolic::Bool claim = q.claim(goal.claim, s, tier, step);
  q.require(question::CheckedSymbolic::poisoned(claim.poison) ||
            (goal.always ? !claim.value : claim.value));
  return q.solve(false).answer;
}

std::vector<question::GoalStep> steps_of(const rules::Rule& rule, const chain::GoalSubject& about) {
  std::vector<question::GoalStep> out;
  if (about.displacement && about.failure) return out;
  question::GoalStep admitted;
  admitted.admitted = true;
  if (about.displacement) {
    admitted.displaced = true;
    return {admitted};
  }
  if (about.failure) {
    for (const rules::FallbackStrategy& s : rule.fallback) {
      question::GoalStep failed = admitted;
      failed.failed = true;
      failed.refund = s.refund;
      failed.penalty = s.penalty;
      out.push_back(failed);
    }
    return out;
  }
  admitted.overdue_possible = true;
  question::GoalStep refused = admitted;
  refused.admitted = false;
  return {admitted, refused};
}

/// The first yes over the kinds of step that the goal speaks of; else unknown where one is.
template <class Ask>
smt::Answer any_step(const question::RuleSubject& subject, const question::QueryBudget& budget,
                     const rules::Goal& goal, Ask ask) {
  smt::Answer out = smt::Answer::unsat;
  for (const question::GoalStep& step : steps_of(subject.rule(), chain::goal_subject(goal.claim)))
    for (std::size_t t = 0; t < subject.rule().tiers.size(); ++t) {
      if (step.displaced && !subject.rule().tiers[t].displaces) continue;
      smt::Answer one = ask(subject, budget, goal, t, step);
      if (one == smt::Answer::sat) return one;
      if (one == smt::Answer::unknown) out = one;
    }
  return out;
}

}  // namespace

smt::Answer any_step_breaks(const question::RuleSubject& subject,
                            const question::QueryBudget& budget, const rules::Goal& goal) {
  return any_step(subject, budget, goal, breaks_at);
}

smt::Answer any_step_can_hold(const question::RuleSubject& subject,
                              const question::QueryBudget& budget, const rules::Goal& goal) {
  return any_step(subject, budget, goal, holds_at);
}

}  // namespace capmarket::hunt
