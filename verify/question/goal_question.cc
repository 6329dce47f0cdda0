#include "verify/question/goal_question.h"

#include <fmt/format.h>

#include "model/expr/evaluate.h"
#include "verify/question/goal_cover.h"

namespace capmarket::question {
namespace {

CheckedSymbolic::Bool meant(const GoalPart& part, const CheckedSymbolic::Bool& value) {
  return part.holds ? value : !value;
}

/// The premises of the clause, at that step under the rule.
QueryResult happens(const QueryBudget& budget, const RuleSubject& subject, const GoalClause& clause,
                    const GoalCase& at) {
  Query q(budget, subject);
  const SymbolicRequest& s = request_at(q, at);
  for (const GoalPart& p : clause.premises)
    q.require(CheckedSymbolic::holds(meant(p, q.claim(p.expr, s, at.tier, at.step))));
  return q.solve(false);
}

/// One of the tiers of the versions that are here, or one of another name: another rule may give a
/// step to any of them, at any rank.
void free_tier(const RuleSubject& subject, expr::Bindings<CheckedSymbolic>& b,
               smt::Solver& solver) {
  const auto none = static_cast<std::int64_t>(subject.world.names.size());
  const smt::Symbolic::Int tier = smt::Symbolic::Int::fresh("tier"),
                           rank = smt::Symbolic::Int::fresh("rank");
  std::vector<smt::Symbolic::Bool> any = {tier == smt::num(none)};
  for (std::size_t v = 0; v <= subject.earlier.size(); ++v)
    for (const rules::Tier& t : version_of(subject, v).tiers)
      any.push_back(tier == smt::num(subject.world.name_index(t.name)));
  solver.add(smt::any_of(any));
  solver.add(smt::num(-kWireMax) <= rank && rank <= smt::num(kWireMax));
  b.ints[question::at("tier")] = CheckedSymbolic::within(tier, 0, none);
  b.ints[question::at("rank")] = CheckedSymbolic::within(rank, -kWireMax, kWireMax);
}

/// What can be said of a step of that kind: all that it does not fix is free.
expr::Bindings<CheckedSymbolic> unlinked_step(const SymbolicRequest& s, const GoalCase& at,
                                              smt::Solver& solver) {
  expr::Bindings<CheckedSymbolic> b = s.bindings(at.tier);
  free_tier(s.subject(), b, solver);
  b.bools[question::at("admitted")] = CheckedSymbolic::boolean(at.step.admitted);
  b.bools[question::at("displaced")] = CheckedSymbolic::boolean(at.step.displaced);
  b.bools[question::at("failed")] = CheckedSymbolic::boolean(at.step.failed);
  b.bools[question::at("user.overdue")] = {smt::Symbolic::Bool::fresh("user.overdue"), {}};
  for (const char* row : {"request.waited", "compensation", "refund", "penalty"}) {
    smt::Symbolic::Int free = smt::Symbolic::Int::fresh(row);
    solver.add(smt::num(-kWireMax) <= free && free <= smt::num(kWireMax));
    b.ints[question::at(row)] = CheckedSymbolic::within(free, -kWireMax, kWireMax);
  }
  return b;
}

/// Whether a step of that kind could break the clause, whatever the rule said.
smt::Answer could_break(const QueryBudget& budget, const RuleSubject& subject,
                        const GoalClause& clause, const GoalCase& at) {
  const SymbolicRequest s(subject, "", at.step.displaced, SymbolicRequest::Range::unlinked);
  smt::Solver solver(budget);
  solver.add(s.premises());
  const expr::Bindings<CheckedSymbolic> b = unlinked_step(s, at, solver);
  for (const GoalPart& p : clause.premises)
    solver.add(CheckedSymbolic::holds(meant(p, expr::evaluate_bool<CheckedSymbolic>(p.expr, b))));
  for (const GoalPart& p : clause.conclusions) {
    const CheckedSymbolic::Bool value = meant(p, expr::evaluate_bool<CheckedSymbolic>(p.expr, b));
    solver.add(CheckedSymbolic::poisoned(value.poison) || !value.value);
  }
  return solver.check();
}

std::string text_of_premises(const GoalClause& clause, const expr::ExprWorld& world) {
  std::string out;
  for (const GoalPart& p : clause.premises)
    out += fmt::format("{}{}`{}`", out.empty() ? "" : " and ", p.holds ? "" : "not ",
                       expr::canonical_text(p.expr.nodes, world));
  return out;
}

/// The first answer that is no "no", over the steps that the goal speaks of.
template <class Ask>
smt::Answer some_step(const std::vector<GoalCase>& cases, Ask ask) {
  smt::Answer out = smt::Answer::unsat;
  for (const GoalCase& at : cases) {
    const smt::Answer one = ask(at);
    if (one == smt::Answer::sat) return one;
    if (one == smt::Answer::unknown) out = one;
  }
  return out;
}

}  // namespace

const SymbolicRequest& request_at(Query& q, const GoalCase& at) {
  const bool refused = !at.step.admitted;
  const SymbolicRequest& s =
      q.request("", at.step.displaced,
                refused ? SymbolicRequest::Range::anything : SymbolicRequest::Range::admissible);
  if (at.step.displaced)
    q.require(q.displaces(s, at.tier));
  else if (!refused)
    q.require(q.obtains(s, at.tier) && q.room(s, at.tier));
  return s;
}

std::vector<GoalCase> goal_cases(const rules::Rule& rule, const expr::Expr& claim) {
  std::vector<GoalCase> out;
  const chain::GoalSubject about = chain::goal_subject(claim);
  for (std::size_t t = 0; t < rule.tiers.size(); ++t)
    for (chain::GoalStepKind kind : chain::kGoalStepKinds) {
      if (!chain::speaks_of(about, kind)) continue;
      // What a goal of legs reads of a leg that displaces is what it reads of any that is admitted.
      if (kind == chain::GoalStepKind::displacement &&
          (!about.displacement || !rule.tiers[t].displaces))
        continue;
      const chain::GoalStepFacts facts = chain::facts_of(kind);
      GoalCase at{
          kind, {facts.admitted, facts.displaced, facts.failed, facts.overdue, {}, {}, {}}, t};
      if (!facts.remedy) {
        out.push_back(at);
        continue;
      }
      for (const rules::FallbackStrategy& s : rule.fallback) {
        at.step.refund = s.refund;
        at.step.penalty = s.penalty;
        at.step.strategy = s.name;
        out.push_back(at);
      }
    }
  return out;
}

QueryResult breaks_goal(const QueryBudget& budget, const RuleSubject& subject,
                        const rules::Goal& goal, const GoalCase& at, bool minimal) {
  Query q(budget, subject);
  const SymbolicRequest& s = request_at(q, at);
  const CheckedSymbolic::Bool claim = q.claim(goal.claim, s, at.tier, at.step);
  // Where nothing overflows, what breaks an implication has its left side.
  std::optional<CheckedSymbolic::Bool> left;
  if (claim.poison)
    if (const std::optional<expr::Expr> text = chain::goal_left(goal))
      left = q.part_of_claim(*text, s, at.tier, at.step);
  q.require(chain::breaks<CheckedSymbolic>(goal, left, claim, at.step.admitted));
  return q.solve(minimal);
}

GoalCover cover_of_goal(const QueryBudget& budget, const RuleSubject& subject,
                        const rules::Goal& goal,
                        const std::function<void(const QueryResult&)>& note) {
  GoalCover out;
  const std::vector<GoalCase> cases = goal_cases(subject.rule(), goal.claim);
  const std::vector<GoalClause> clauses = goal_clauses(goal);
  for (const GoalClause& clause : clauses) {
    smt::Answer answer = some_step(cases, [&](const GoalCase& at) {
      QueryResult result = happens(budget, subject, clause, at);
      note(result);
      return result.answer;
    });
    if (answer == smt::Answer::unsat) {
      out.answer = answer;
      const std::string premises = text_of_premises(clause, subject.world);
      out.reason = premises.empty() ? "nothing satisfies the premises"
                                    : "nothing satisfies the premises: no step has " + premises;
      return out;
    }
    if (answer == smt::Answer::sat)
      answer = some_step(
          cases, [&](const GoalCase& at) { return could_break(budget, subject, clause, at); });
    if (answer == smt::Answer::unsat) {
      out.answer = answer;
      out.reason =
          "it can be broken by no step that is modelled here, whatever the rule says: it always holds "
          "or contradicts itself, or asks for a tier that no version here has";
      return out;
    }
    if (answer == smt::Answer::unknown) out.answer = answer;
  }
  return out;
}

}  // namespace capmarket::question
