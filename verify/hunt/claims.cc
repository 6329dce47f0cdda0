#include "verify/hunt/claims.h"

#include <algorithm>

#include "verify/hunt/history_terms.h"

namespace capmarket {
namespace {

using namespace hunt_terms;

/// The expression whose root is that node.
Expr part_of(const Expr& e, std::int32_t node) {
  Expr out;
  out.nodes.assign(e.nodes.begin(), e.nodes.begin() + node + 1);
  out.canonical = e.canonical;
  return out;
}

struct Step {
  Symbolic::Bool here;
  Bindings<Reading> bindings;
};

Step outcome(Step step, bool admitted, bool displaced, bool failed) {
  Bindings<Reading>& b = step.bindings;
  b.bools[at("admitted")] = Reading::boolean(admitted);
  b.bools[at("displaced")] = Reading::boolean(displaced);
  b.bools[at("failed")] = Reading::boolean(failed);
  b.bools[at("user.overdue")] = Reading::boolean(false);
  for (const char* row : {"compensation", "refund", "penalty"})
    b.ints[at(row)] = Reading::integer(0);
  return step;
}

void displacements(const History& h, std::size_t i, std::vector<Step>& out) {
  const Move& m = h.move(i);
  for (std::size_t t = 0; t < h.rule().tiers.size(); ++t) {
    if (!h.rule().tiers[t].displaces) continue;
    Symbolic::Bool here = m.is(MoveKind::displace) && m.tier == num(static_cast<std::int64_t>(t));
    Step s = outcome({here, h.bindings(i, t)}, true, true, false);
    s.bindings.ints[at("compensation")] = Reading::within(m.owed, 0, kWireMax);
    out.push_back(std::move(s));
  }
}

/// Of the leg that failed, under its tier and strategy.
void failures(const History& h, std::size_t i, std::vector<Step>& out) {
  const Move& m = h.move(i);
  for (std::size_t j = 0; j < i; ++j)
    for (std::size_t t = 0; t < h.rule().tiers.size(); ++t)
      for (std::size_t f = 0; f < h.rule().fallback.size(); ++f) {
        const FallbackStrategy& strategy = h.rule().fallback[f];
        Symbolic::Bool here = m.is(MoveKind::fail) && h.takes_from(i, j) &&
                              h.move(j).tier == num(static_cast<std::int64_t>(t)) &&
                              h.move(j).strategy == num(static_cast<std::int64_t>(f));
        Step s = outcome({here, h.move(j).slot.bindings(t)}, true, false, true);
        const Int128 most = h.move(j).slot.row(variable_row("value")).high;
        Reading::Int trimmed =
            Reading::within(m.worth, 0, static_cast<std::int64_t>(std::max<Int128>(0, most)));
        s.bindings.ints[at("refund")] = Reading::mul_div_floor(trimmed, strategy.refund, kRatioOne);
        s.bindings.ints[at("penalty")] =
            Reading::mul_div_floor(trimmed, strategy.penalty, kRatioOne);
        s.bindings.ints[at("request.waited")] = Reading::within(m.waited, 0, kWireMax);
        out.push_back(std::move(s));
      }
}

void legs(const History& h, std::size_t i, std::vector<Step>& out) {
  const Move& m = h.move(i);
  for (std::size_t t = 0; t < h.rule().tiers.size(); ++t)
    for (bool admitted : {true, false}) {
      Symbolic::Bool here = (admitted ? m.settles() : m.is(MoveKind::late)) &&
                            m.tier == num(static_cast<std::int64_t>(t));
      Step s = outcome({here, h.bindings(i, t)}, admitted, false, false);
      s.bindings.bools[at("user.overdue")] = {h.overdue(i), std::nullopt};
      out.push_back(std::move(s));
    }
}

std::vector<Step> judged(const Goal& goal, const History& h) {
  std::vector<Step> out;
  GoalSubject about = goal_subject(goal.claim);
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

Symbolic::Bool overloaded(const History& h) {
  std::vector<Symbolic::Bool> any;
  const std::size_t last = h.size() - 1;
  for (const Symbolic::Int& t : h.breakpoints(last, false))
    any.push_back(h.load(last, t) > h.declared());
  return any_of(any);
}

std::vector<Symbolic::Bool> not_overloaded(const History& h) {
  std::vector<Symbolic::Bool> all;
  if (h.size() < 2) return all;
  const std::size_t last = h.size() - 1;
  for (const Symbolic::Int& t : h.breakpoints(last, false))
    all.push_back(h.load(last - 1, t) <= h.declared());
  return all;
}

Symbolic::Bool taken_twice(const History& h) {
  std::vector<Symbolic::Bool> any;
  for (std::size_t j = 0; j < h.size(); ++j)
    for (std::size_t n = j + 1; n < h.size(); ++n)
      any.push_back(h.takes_from(n, j) && h.live(j, h.size(), h.move(n).take_from) < num(0));
  return any_of(any);
}

std::vector<Symbolic::Bool> not_taken_twice(const History& h) {
  std::vector<Symbolic::Bool> all;
  if (h.size() < 2) return all;
  for (std::size_t j = 0; j + 1 < h.size(); ++j)
    for (std::size_t n = j + 1; n < h.size(); ++n)
      all.push_back(h.live(j, h.size() - 1, h.move(n).take_from) >= num(0));
  return all;
}

Symbolic::Bool wrongly_displaced(const History& h) {
  const std::size_t last = h.size() - 1;
  Symbolic::Bool here = h.move(last).is(MoveKind::displace);
  return here &&
         !(h.higher_rank(last) && h.when(last) && h.needed(last) && num(0) <= h.move(last).owed);
}

std::vector<Symbolic::Bool> nothing(const History&) { return {}; }

}  // namespace

GoalSubject goal_subject(const Expr& claim) {
  GoalSubject out;
  for (const ExprNode& n : claim.nodes) {
    if (n.op != Op::variable) continue;
    const Variable& v = variables()[static_cast<std::size_t>(n.value)];
    out.displacement = out.displacement || v.place == ExprPlace::displacement ||
                       v.name == "displaced" || v.name == "compensation";
    out.failure = out.failure || v.name == "failed" || v.name == "refund" || v.name == "penalty";
  }
  return out;
}

std::vector<Expr> goal_premises(const Expr& claim) {
  std::vector<Expr> out;
  auto node = static_cast<std::int32_t>(claim.nodes.size()) - 1;
  while (claim.nodes[static_cast<std::size_t>(node)].op == Op::implies) {
    const ExprNode& n = claim.nodes[static_cast<std::size_t>(node)];
    out.push_back(part_of(claim, n.children[0]));
    node = n.children[1];
  }
  return out;
}

Symbolic::Bool breaks(const Goal& goal, const History& h) {
  std::vector<Symbolic::Bool> any;
  for (const Step& s : judged(goal, h)) {
    Reading::Bool claim = evaluate_bool<Reading>(goal.claim, s.bindings);
    Symbolic::Bool broken = goal.always ? !claim.value : claim.value;
    any.push_back(s.here && (Reading::poisoned(claim.poison) || broken));
  }
  return any_of(any);
}

Symbolic::Bool speaks(const Goal& goal, const History& h) {
  std::vector<Symbolic::Bool> any;
  const std::vector<Expr> premises = goal.always ? goal_premises(goal.claim) : std::vector<Expr>{};
  for (const Step& s : judged(goal, h)) {
    Symbolic::Bool all = s.here;
    for (const Expr& premise : premises)
      all = all && Reading::holds(evaluate_bool<Reading>(premise, s.bindings));
    any.push_back(all);
  }
  return any_of(any);
}

const std::vector<HuntInvariant>& hunt_invariants() {
  static const std::vector<HuntInvariant> kAll = {
      {"INV-1", "at no instant is more granted than declared", overloaded, not_overloaded, false},
      {"INV-3", "nothing of a grant is lost twice", taken_twice, not_taken_twice, false},
      {"INV-4", "who displaces has a higher rank, a met condition, need, and owes",
       wrongly_displaced, nothing, true}};
  return kAll;
}

std::vector<std::uint8_t> rows_read(const Rule& rule, const Goal* goal) {
  std::vector<std::uint8_t> out(variables().size());
  auto read = [&](const Expr& e) {
    for (const ExprNode& n : e.nodes)
      if (n.op == Op::variable) out[static_cast<std::size_t>(n.value)] = 1;
  };
  if (goal != nullptr) read(goal->claim);
  const bool owed = out[at("compensation")] != 0 || out[at("user.overdue")] != 0;
  for (const Tier& t : rule.tiers) {
    read(t.eligible);
    if (!t.displaces) continue;
    read(t.displaces->when);
    if (owed) read(t.displaces->compensation);
  }
  return out;
}

}  // namespace capmarket
