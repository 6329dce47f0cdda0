#include "verify/hunt/claims.h"

#include <algorithm>

#include "model/chain/goals.h"
#include "verify/hunt/history_terms.h"

namespace capmarket::hunt {
namespace {

struct Step {
  smt::Symbolic::Bool here;
  expr::Bindings<question::CheckedSymbolic> bindings;
  bool admitted = true;
};

Step outcome(Step step, chain::GoalStepKind kind) {
  const chain::GoalStepFacts facts = chain::facts_of(kind);
  expr::Bindings<question::CheckedSymbolic>& b = step.bindings;
  step.admitted = facts.admitted;
  b.bools[at("admitted")] = question::CheckedSymbolic::boolean(facts.admitted);
  b.bools[at("displaced")] = question::CheckedSymbolic::boolean(facts.displaced);
  b.bools[at("failed")] = question::CheckedSymbolic::boolean(facts.failed);
  b.bools[at("user.overdue")] = question::CheckedSymbolic::boolean(false);
  for (const char* row : {"compensation", "refund", "penalty"})
    b.ints[at(row)] = question::CheckedSymbolic::integer(0);
  return step;
}

void displacements(const History& h, std::size_t i, std::vector<Step>& out) {
  const Move& m = h.move(i);
  for (std::size_t t = 0; t < h.rule().tiers.size(); ++t) {
    if (!h.rule().tiers[t].displaces) continue;
    smt::Symbolic::Bool here =
        m.is(MoveKind::displace) && m.tier == num(static_cast<std::int64_t>(t));
    Step s = outcome({here, h.bindings(i, t)}, chain::GoalStepKind::displacement);
    s.bindings.ints[at("compensation")] = question::CheckedSymbolic::within(m.owed, 0, kWireMax);
    out.push_back(std::move(s));
  }
}

/// Of the leg that failed, under its tier and strategy.
void failures(const History& h, std::size_t i, std::vector<Step>& out) {
  const Move& m = h.move(i);
  for (std::size_t j = 0; j < i; ++j)
    for (std::size_t t = 0; t < h.rule().tiers.size(); ++t)
      for (std::size_t f = 0; f < h.rule().fallback.size(); ++f) {
        const rules::FallbackStrategy& strategy = h.rule().fallback[f];
        smt::Symbolic::Bool here = m.is(MoveKind::fail) && h.takes_from(i, j) &&
                                   h.move(j).tier == num(static_cast<std::int64_t>(t)) &&
                                   h.move(j).strategy == num(static_cast<std::int64_t>(f));
        Step s = outcome({here, h.move(j).request.bindings(t)}, chain::GoalStepKind::failure);
        s.bindings.bools[at("user.overdue")] = {h.overdue(i, j), std::nullopt};
        const Int128 most = h.move(j).request.row(expr::variable_row("value")).high;
        question::CheckedSymbolic::Int trimmed = question::CheckedSymbolic::within(
            m.worth, 0, static_cast<std::int64_t>(std::max<Int128>(0, most)));
        s.bindings.ints[at("refund")] =
            question::CheckedSymbolic::mul_div_floor(trimmed, strategy.refund.value, kFullRatio);
        s.bindings.ints[at("penalty")] =
            question::CheckedSymbolic::mul_div_floor(trimmed, strategy.penalty.value, kFullRatio);
        s.bindings.ints[at("request.waited")] =
            question::CheckedSymbolic::within(m.waited, 0, kWireMax);
        out.push_back(std::move(s));
      }
}

void legs(const History& h, std::size_t i, std::vector<Step>& out) {
  const Move& m = h.move(i);
  for (std::size_t t = 0; t < h.rule().tiers.size(); ++t)
    for (bool admitted : {true, false}) {
      smt::Symbolic::Bool here = (admitted ? m.settles() : m.is(MoveKind::late)) &&
                                 m.tier == num(static_cast<std::int64_t>(t));
      Step s = outcome({here, admitted ? h.bindings(i, t) : h.refused_bindings(i, t)},
                       admitted ? chain::GoalStepKind::admitted : chain::GoalStepKind::refused);
      s.bindings.bools[at("user.overdue")] = {h.overdue(i, i), std::nullopt};
      out.push_back(std::move(s));
    }
}

std::vector<Step> judged(const rules::Goal& goal, const History& h) {
  std::vector<Step> out;
  const chain::GoalSubject about = chain::goal_subject(goal.claim);
  const std::size_t i = h.size() - 1;
  if (about.displacement && about.failure) return out;  // no step is both
  if (about.displacement)
    displacements(h, i, out);
  else if (about.failure)
    failures(h, i, out);
  else
    legs(h, i, out);
  return out;
}

smt::Symbolic::Bool overloaded(const History& h) {
  std::vector<smt::Symbolic::Bool> any;
  const std::size_t last = h.size() - 1;
  for (const smt::Symbolic::Int& t : h.breakpoints(last, false))
    any.push_back(h.load(last, t) > h.declared());
  return smt::any_of(any);
}

std::vector<smt::Symbolic::Bool> not_overloaded(const History& h) {
  std::vector<smt::Symbolic::Bool> all;
  if (h.size() < 2) return all;
  const std::size_t last = h.size() - 1;
  for (const smt::Symbolic::Int& t : h.breakpoints(last, false))
    all.push_back(h.load(last - 1, t) <= h.declared());
  return all;
}

smt::Symbolic::Bool taken_twice(const History& h) {
  std::vector<smt::Symbolic::Bool> any;
  for (std::size_t j = 0; j < h.size(); ++j)
    for (std::size_t n = j + 1; n < h.size(); ++n)
      any.push_back(h.takes_from(n, j) && h.live(j, h.size(), h.move(n).take_from) < num(0));
  return smt::any_of(any);
}

std::vector<smt::Symbolic::Bool> not_taken_twice(const History& h) {
  std::vector<smt::Symbolic::Bool> all;
  if (h.size() < 2) return all;
  for (std::size_t j = 0; j + 1 < h.size(); ++j)
    for (std::size_t n = j + 1; n < h.size(); ++n)
      all.push_back(h.live(j, h.size() - 1, h.move(n).take_from) >= num(0));
  return all;
}

}  // namespace

smt::Symbolic::Bool breaks(const rules::Goal& goal, const History& h) {
  using question::CheckedSymbolic;
  std::vector<smt::Symbolic::Bool> any;
  const std::optional<expr::Expr> text = chain::goal_left(goal);
  for (const Step& s : judged(goal, h)) {
    const CheckedSymbolic::Bool claim =
        expr::evaluate_bool<CheckedSymbolic>(goal.claim, s.bindings);
    std::optional<CheckedSymbolic::Bool> left;
    if (text && claim.poison) left = expr::evaluate_bool<CheckedSymbolic>(*text, s.bindings);
    any.push_back(s.here && chain::breaks<CheckedSymbolic>(goal, left, claim, s.admitted));
  }
  return smt::any_of(any);
}

smt::Symbolic::Bool speaks(const rules::Goal& goal, const History& h) {
  std::vector<smt::Symbolic::Bool> any;
  const std::vector<expr::Expr> premises =
      goal.always ? chain::goal_premises(goal.claim) : std::vector<expr::Expr>{};
  for (const Step& s : judged(goal, h)) {
    smt::Symbolic::Bool all = s.here;
    for (const expr::Expr& premise : premises)
      all = all && question::CheckedSymbolic::holds(
                       expr::evaluate_bool<question::CheckedSymbolic>(premise, s.bindings));
    any.push_back(all);
  }
  return smt::any_of(any);
}

const std::vector<HuntInvariant>& hunt_invariants() {
  static const std::vector<HuntInvariant> kAll = {
      {objects::Invariant::capacity, "at no instant is more granted than declared", overloaded,
       not_overloaded},
      {objects::Invariant::volumes, "nothing of a grant is lost twice", taken_twice,
       not_taken_twice},
      {objects::Invariant::displacement,
       "who displaces has a higher rank, a met condition, need, and owes", nullptr, nullptr}};
  return kAll;
}

std::vector<std::uint8_t> rows_read(const rules::Rule& rule, const rules::Goal* goal) {
  std::vector<std::uint8_t> out(expr::variables().size());
  auto read = [&](const expr::Expr& e) {
    for (const expr::ExprNode& n : e.nodes) {
      if (n.op == expr::Op::variable) out[static_cast<std::size_t>(n.value)] = 1;
      if (n.op == expr::Op::in_path) out[at("location")] = 1;
    }
  };
  if (goal != nullptr) read(goal->claim);
  const bool owed = out[at("compensation")] != 0 || out[at("user.overdue")] != 0;
  for (const rules::Tier& t : rule.tiers) {
    read(t.eligible);
    if (!t.displaces) continue;
    read(t.displaces->when);
    if (owed) read(t.displaces->compensation);
  }
  return out;
}

}  // namespace capmarket::hunt
