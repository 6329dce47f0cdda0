// The designer's own assertions, over every step that the limits allow. The steps are those that
// the monitor of a run judges (model/chain/goals.h).
#include "model/chain/goals.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/expr/evaluate.h"
#include "verify/analyses/checker.h"

namespace capmarket::analyses {
namespace {

/// One kind of step, under one tier.
struct StepOfGoal {
  question::GoalStep step;
  std::size_t tier = 0;
};

std::vector<StepOfGoal> steps_of(const rules::Rule& rule, const chain::GoalSubject& about) {
  std::vector<StepOfGoal> out;
  if (about.displacement && about.failure) return out;  // no step is both
  for (std::size_t i = 0; i < rule.tiers.size(); ++i) {
    question::GoalStep admitted;
    admitted.admitted = true;
    if (about.displacement) {
      admitted.displaced = true;
      if (rule.tiers[i].displaces) out.push_back({admitted, i});
      continue;
    }
    if (about.failure) {
      for (const rules::FallbackStrategy& s : rule.fallback) {
        question::GoalStep failed = admitted;
        failed.failed = true;
        failed.refund = s.refund;
        failed.penalty = s.penalty;
        failed.strategy = s.name;
        out.push_back({failed, i});
      }
      continue;
    }
    admitted.overdue_possible = true;
    out.push_back({admitted, i});
    question::GoalStep refused;
    refused.overdue_possible = true;
    out.push_back({refused, i});
  }
  return out;
}

std::string sentence_of(const rules::Goal& goal, const rules::Rule& rule, const StepOfGoal& kind) {
  const std::string& name = rule.tiers[kind.tier].name;
  std::string what =
      kind.step.displaced ? fmt::format("a displacement by tier `{}`", name)
      : kind.step.failed
          ? fmt::format("a failure in tier `{}` under strategy `{}`", name, kind.step.strategy)
      : kind.step.admitted ? fmt::format("an admission in tier `{}`", name)
                           : fmt::format("a request for tier `{}` that is refused", name);
  return fmt::format("{} breaks `{}: {}`", what, goal.always ? "always" : "never",
                     goal.claim.canonical);
}

/// A request of that kind of step; a refused one may ask for anything.
const question::SymbolicRequest& request_for(question::Query& q, const StepOfGoal& kind) {
  const bool refused = !kind.step.admitted;
  const question::SymbolicRequest& s =
      q.request("", kind.step.displaced,
                refused ? question::SymbolicRequest::Range::anything
                        : question::SymbolicRequest::Range::admissible);
  if (kind.step.displaced)
    q.require(q.displaces(s, kind.tier));
  else if (!refused)
    q.require(q.eligible(s, kind.tier));
  return s;
}

constexpr const char* kHoldsOfNoStep =
    "it can hold of no step that is modelled here, whatever the rule says: it contradicts itself, "
    "asks for a tier that no version here has, or for what no step here brings about";

/// Whether the claim can hold of that kind of step, whatever the rule says of it.
question::QueryResult claim_at(const question::QueryBudget& budget,
                               const question::RuleSubject& subject, const rules::Goal& goal,
                               const StepOfGoal& kind) {
  question::Query q(budget, subject);
  const question::SymbolicRequest& s =
      q.request("", kind.step.displaced, question::SymbolicRequest::Range::anything);
  question::CheckedSymbolic::Bool claim = q.claim(goal.claim, s, kind.tier, kind.step);
  q.require(claim.value || question::CheckedSymbolic::poisoned(claim.poison));
  return q.solve(false);
}

}  // namespace

void Checker::goals() {
  for (std::size_t g = 0; g < rule().goals.size(); ++g) in_time([&] { goal(g); });
}

void Checker::goal(std::size_t g) {
  const rules::Goal& goal = rule().goals[g];
  Finding f = begin(AnalysisId::goal, goal.name, fmt::format("goals[{}].claim", g));
  const chain::GoalSubject about = chain::goal_subject(goal.claim);
  const std::vector<expr::Expr> premises =
      goal.always ? chain::goal_premises(goal.claim) : std::vector<expr::Expr>{};
  smt::Answer cover = smt::Answer::unsat;
  // Of what never happens: whether it could, whatever the rule said.
  smt::Answer possible = goal.always ? smt::Answer::sat : smt::Answer::unsat;
  question::QueryResult undecided;
  undecided.answer = smt::Answer::unsat;
  for (const StepOfGoal& kind : steps_of(rule(), about)) {
    if (possible != smt::Answer::sat) {
      question::QueryResult result = claim_at(budget(), subject_, goal, kind);
      note(result);
      if (result.answer != smt::Answer::unsat) possible = result.answer;
    }
    if (cover != smt::Answer::sat) {
      question::Query q(budget(), subject_);
      const question::SymbolicRequest& s = request_for(q, kind);
      for (const expr::Expr& premise : premises)
        q.require(question::CheckedSymbolic::holds(q.claim(premise, s, kind.tier, kind.step)));
      question::QueryResult result = q.solve(false);
      note(result);
      if (result.answer != smt::Answer::unsat) cover = result.answer;
    }
    question::Query q(budget(), subject_);
    const question::SymbolicRequest& s = request_for(q, kind);
    question::CheckedSymbolic::Bool claim = q.claim(goal.claim, s, kind.tier, kind.step);
    smt::Symbolic::Bool broken = goal.always ? !claim.value : claim.value;
    smt::Symbolic::Bool overflows = question::CheckedSymbolic::poisoned(claim.poison);
    // A refused request may be absurdly large: that its numbers overflow breaks no goal.
    q.require(kind.step.admitted ? overflows || broken : !overflows && broken);
    question::QueryResult result = q.solve(true);
    if (result.answer == smt::Answer::sat) {
      provision(f, at(kind.tier, kind.step.displaced ? "displaces.when" : "eligible"));
      if (kind.step.displaced) provision(f, at(kind.tier, "displaces.compensation"));
      result.values.insert(result.values.begin(), {"tier", tier(kind.tier).name});
      std::string sentence = sentence_of(goal, rule(), kind);
      ToShow to_show;
      to_show.goals = {goal.name};
      to_show.expect.admitted = kind.step.admitted;
      if (kind.step.displaced)
        script_displacement(f, result, sentence, kind.tier, to_show);
      else if (kind.step.failed)
        script_failure(f, result, sentence, kind.tier, kind.step.strategy, to_show);
      else
        script_leg(f, result, sentence, kind.tier, to_show);
      return end_valid(std::move(f), smt::Answer::sat, result, sentence);
    }
    if (result.answer == smt::Answer::unknown) undecided = result;
  }
  if (cover == smt::Answer::sat && possible == smt::Answer::unsat) {
    f.reason = kHoldsOfNoStep;
    return end(std::move(f), AnalysisVerdict::vacuous);
  }
  end_valid(std::move(f), cover == smt::Answer::sat ? possible : cover, undecided, "");
}

}  // namespace capmarket::analyses
