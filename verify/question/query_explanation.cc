// The case of a query: decided again by the code that admission runs, and told.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "model/base/text.h"
#include "model/expr/evaluate.h"
#include "verify/question/query.h"
#include "verify/question/region.h"

namespace capmarket::question {
namespace {

/// A subtree as text: its nodes alone, renumbered.
std::string text_of(const expr::Expr& e, std::int32_t node, const expr::ExprWorld& world) {
  std::vector<expr::ExprNode> nodes;
  auto copy = [&](auto& self, std::int32_t at_node) -> std::int32_t {
    expr::ExprNode n = e.nodes[static_cast<std::size_t>(at_node)];
    for (std::int32_t& child : n.children) child = self(self, child);
    nodes.push_back(std::move(n));
    return static_cast<std::int32_t>(nodes.size()) - 1;
  };
  copy(copy, node);
  return expr::canonical_text(nodes, world);
}

/// What the rule's clock says at the start.
std::string shown_clock(const expr::ClockReading& reading, const expr::Zone& zone, Instant start) {
  const Concrete::Int at = Concrete::integer(start.value);
  return fmt::format("{}", (reading.op == expr::Op::hour ? expr::hour_of<Concrete>(zone, at)
                                                         : expr::weekday_of<Concrete>(zone, at))
                               .value);
}

/// Neither a word between conditions nor a constant.
bool is_condition(const expr::ExprNode& n) {
  return n.type == expr::ExprType::boolean && n.op != expr::Op::literal &&
         n.op != expr::Op::logical_not && n.op != expr::Op::logical_and &&
         n.op != expr::Op::logical_or && n.op != expr::Op::implies && n.op != expr::Op::conditional;
}

}  // namespace

std::string shown_value(const expr::Variable& v, std::int64_t value, const rules::Rule& rule) {
  switch (v.type) {
    case expr::ExprType::boolean:
      return value != 0 ? "true" : "false";
    case expr::ExprType::integer: {
      bool of_unit = v.name.ends_with("quantity") || v.name == "released";
      return fmt::format("{}{}", value, of_unit ? " " + rule.unit : "");
    }
    case expr::ExprType::money:
      return to_text(Money(value)) + " " + rule.currency;
    case expr::ExprType::duration:
      return to_text(Duration(value));
    case expr::ExprType::time:
      return to_text(Instant(value));
    case expr::ExprType::name:
    case expr::ExprType::name_set:
    case expr::ExprType::path:
    case expr::ExprType::ratio:
      break;
  }
  return fmt::format("{}", value);
}

expr::Bindings<Concrete> Query::concrete_bindings(const Use& use, const z3::model& model) const {
  std::size_t i = 0;
  while (&requests_[i] != use.request) ++i;
  const RequestCase& c = cases_[i];
  const rules::Rule& rule = use.earlier ? subject_.earlier[*use.earlier]->rule : subject_.rule();
  const rules::Tier& tier = *rule.tier(subject_.rule().tiers[use.tier].name);
  chain::VictimContext victim;
  if (c.victim) victim = use.chooses ? c.chosen() : *c.victim;
  expr::Bindings<Concrete> b = chain::displacement_bindings(rule, tier, c.context(), victim);
  if (!use.step) return b;
  auto of = std::find_if(histories_.begin(), histories_.end(),
                         [&](const auto& one) { return one.first == use.request; });
  const History& h = of->second;
  auto number = [&](const CheckedSymbolic::Int& x) {
    return Concrete::integer(smt::value_in(model, x.value));
  };
  b.bools[at("admitted")] = Concrete::boolean(use.step->admitted);
  b.bools[at("displaced")] = Concrete::boolean(use.step->displaced);
  b.bools[at("failed")] = Concrete::boolean(use.step->failed);
  b.bools[at("user.overdue")] = Concrete::boolean(smt::value_in(model, h.overdue.value));
  b.ints[at("request.waited")] = number(h.waited);
  b.ints[at("compensation")] = number(h.compensation);
  Concrete::Int trimmed = number(h.trimmed);
  b.ints[at("refund")] = Concrete::mul_div_floor(trimmed, use.step->refund.value, kFullRatio);
  b.ints[at("penalty")] = Concrete::mul_div_floor(trimmed, use.step->penalty.value, kFullRatio);
  return b;
}

bool Query::agrees(const Use& use, const z3::model& model, std::string& mismatch) const {
  expr::Bindings<Concrete> b = concrete_bindings(use, model);
  // The expression of an earlier version is read over that version's own names.
  const expr::Expr* expr = use.expr;
  if (use.earlier)
    expr = &subject_.earlier[*use.earlier]
                ->rule.tier(subject_.rule().tiers[use.tier].name)
                ->displaces->compensation;
  for (const expr::ExprNode& n : expr->nodes) {
    if (n.op != expr::Op::variable || n.type == expr::ExprType::boolean ||
        n.type == expr::ExprType::name || n.type == expr::ExprType::name_set || use.earlier ||
        use.step)
      continue;
    auto row = static_cast<std::size_t>(n.value);
    std::int64_t said =
        smt::value_in(model, use.request->bindings(use.tier, use.chooses).ints[row].value);
    if (b.ints[row].poisoned || b.ints[row].value != said) {
      mismatch =
          fmt::format("{} is {}, not {}", expr::variables()[row].name, b.ints[row].value, said);
      return false;
    }
  }
  bool poisoned = false, same = false;
  if (use.is_bool) {
    Concrete::Bool got = expr::evaluate_bool<Concrete>(*expr, b);
    poisoned = smt::value_in(model, CheckedSymbolic::poisoned(use.as_bool.poison));
    same = got.poisoned == poisoned &&
           (poisoned || got.value == smt::value_in(model, use.as_bool.value));
  } else {
    Concrete::Int got = expr::evaluate_int<Concrete>(*expr, b);
    poisoned = smt::value_in(model, CheckedSymbolic::poisoned(use.as_int.poison));
    same = got.poisoned == poisoned &&
           (poisoned || got.value == smt::value_in(model, use.as_int.value));
  }
  if (!same) mismatch = fmt::format("`{}` does not reproduce", expr->canonical);
  return same;
}

void Query::replay(const z3::model& model, QueryResult& out) const {
  auto part_of_case = [&](const SymbolicRequest& request) {
    return !is_granted(request) ||
           std::any_of(granted_.begin(), granted_.end(),
                       [&](const Granted& g) { return g.request == &request && g.found; });
  };
  for (const Use& use : uses_)
    if (part_of_case(*use.request) && !agrees(use, model, out.mismatch)) {
      out.reproduced = false;
      return;
    }
}

/// Each conjunct of each expression that the question read, as it comes out in the case.
void Query::explain(const z3::model& model, QueryResult& out) const {
  for (const Use& use : uses_) {
    if (!use.is_bool || is_granted(*use.request)) continue;
    expr::Bindings<Concrete> b = concrete_bindings(use, model);
    std::vector<std::int32_t> open = {static_cast<std::int32_t>(use.expr->nodes.size()) - 1};
    while (!open.empty()) {
      std::int32_t node = open.back();
      open.pop_back();
      const expr::ExprNode& n = use.expr->nodes[static_cast<std::size_t>(node)];
      if (n.op == expr::Op::logical_and) {
        open.push_back(n.children[1]);
        open.push_back(n.children[0]);
        continue;
      }
      expr::Expr part;
      part.nodes.assign(use.expr->nodes.begin(), use.expr->nodes.begin() + node + 1);
      part.zone = use.expr->zone;
      Concrete::Bool value = expr::evaluate_bool<Concrete>(part, b);
      std::string line = fmt::format("{}tier `{}`: `{}` {}", use.request->name(),
                                     subject_.rule().tiers[use.tier].name,
                                     text_of(*use.expr, node, subject_.world),
                                     value.poisoned ? "overflows"
                                     : value.value  ? "holds"
                                                    : "fails");
      if (std::find(out.conjuncts.begin(), out.conjuncts.end(), line) == out.conjuncts.end())
        out.conjuncts.push_back(std::move(line));
    }
  }
}

/// What the expressions read of each case; the rest may be anything.
void Query::write_values(const z3::model& model, QueryResult& out) const {
  const rules::Rule& rule = subject_.rule();
  for (std::size_t i = 0; i < requests_.size(); ++i) {
    if (is_granted(requests_[i])) continue;
    const RequestCase& c = out.cases[i];
    auto add = [&](std::string_view name, std::string text) {
      out.values.emplace_back(requests_[i].name() + std::string(name), std::move(text));
    };
    for (std::size_t row = 0; row < expr::variables().size(); ++row) {
      const expr::Variable& v = expr::variables()[row];
      bool identity = c.victim && (v.name == "victim.tier" || v.name == "victim.rank");
      if (read_[i][row] == 0 && !identity) continue;
      if (v.name == "user.kind") add(v.name, c.user.kind);
      if (v.name == "holder.kind") add(v.name, c.holder.kind);
      if (v.name == "location") add(v.name, c.location.path);
      if (v.name == "victim.tier" && c.victim) add(v.name, c.victim->tier);
      if (v.type == expr::ExprType::name_set) {
        const auto& groups = v.name == "user.groups" ? c.user.groups : c.holder.groups;
        std::string list;
        for (const std::string& g : groups) list += (list.empty() ? "" : ", ") + g;
        add(v.name, "[" + list + "]");
      }
      if (v.type == expr::ExprType::name || v.type == expr::ExprType::name_set ||
          v.type == expr::ExprType::path)
        continue;
      if (v.place == expr::ExprPlace::goal || v.name == "rank") continue;
      if (v.place == expr::ExprPlace::displacement && !c.victim) continue;
      if (auto reading = expr::clock_reading(v.name)) {
        if (rule.zone) add(v.name, shown_clock(*reading, *rule.zone, c.leg.window.from));
        continue;
      }
      expr::Bindings<CheckedSymbolic> b = requests_[i].bindings(0);
      std::int64_t value = v.type == expr::ExprType::boolean
                               ? static_cast<std::int64_t>(smt::value_in(model, b.bools[row].value))
                               : smt::value_in(model, b.ints[row].value);
      add(v.name, shown_value(v, value, rule));
    }
    // A notice counts from admission, which may come later than the signature.
    const bool noticed = read_[i][at("notice")] != 0 || read_[i][at("victim.started")] != 0;
    if (c.victim && noticed && c.admission != c.leg.signed_at)
      add("admission - now", to_text(c.admission - c.leg.signed_at));
  }
  for (const Use& use : uses_) {
    if (!use.step) continue;
    expr::Bindings<Concrete> b = concrete_bindings(use, model);
    for (const expr::Variable& v : expr::variables()) {
      if (v.place != expr::ExprPlace::goal) continue;
      std::size_t row = at(v.name);
      bool mentioned =
          std::any_of(use.expr->nodes.begin(), use.expr->nodes.end(), [&](const auto& n) {
            return n.op == expr::Op::variable && static_cast<std::size_t>(n.value) == row;
          });
      bool is_bool = v.type == expr::ExprType::boolean;
      if (mentioned)
        out.values.emplace_back(
            use.request->name() + std::string(v.name),
            shown_value(v, is_bool ? std::int64_t{b.bools[row].value} : b.ints[row].value, rule));
    }
    break;
  }
}

std::vector<CaseRole> Query::roles(const z3::model& model) const {
  std::vector<CaseRole> out;
  for (std::size_t i = 0; i < requests_.size(); ++i) {
    CaseRole r;
    r.name = requests_[i].name();
    r.granted = is_granted(requests_[i]);
    r.read = read_[i];
    bool several = false;
    for (const Use& use : uses_) {
      if (use.request != &requests_[i]) continue;
      several = several || (r.tier && *r.tier != use.tier);
      r.tier = use.tier;
      if (use.step) r.step = use.step;
    }
    if (several) r.tier.reset();
    if (std::find(displacing_.begin(), displacing_.end(), &requests_[i]) != displacing_.end())
      r.admitted = r.displaced = true;
    if (r.step) {
      r.admitted = r.step->admitted;
      r.displaced = r.step->displaced;
    }
    for (const auto& [request, h] : histories_) {
      if (request != &requests_[i]) continue;
      r.overdue = smt::value_in(model, h.overdue.value);
      r.waited = Duration(smt::value_in(model, h.waited.value));
    }
    out.push_back(std::move(r));
  }
  return out;
}

/// Each condition of each expression that the question read.
std::vector<smt::Symbolic::Bool> Query::conditions() const {
  std::vector<smt::Symbolic::Bool> out;
  for (const Use& use : uses_) {
    if (is_granted(*use.request) || use.earlier) continue;
    const expr::Bindings<CheckedSymbolic> b = bindings_of(use);
    for (std::size_t n = 0; n < use.expr->nodes.size(); ++n) {
      if (!is_condition(use.expr->nodes[n])) continue;
      expr::Expr part;
      part.nodes.assign(use.expr->nodes.begin(),
                        use.expr->nodes.begin() + static_cast<std::ptrdiff_t>(n) + 1);
      part.zone = use.expr->zone;
      out.push_back(CheckedSymbolic::holds(expr::evaluate_bool<CheckedSymbolic>(part, b)));
    }
  }
  return out;
}

/// Some condition that the expressions read comes out otherwise; where they have none, some
/// variable has another value. True of nothing where they read none.
smt::Symbolic::Bool Query::differs(const z3::model& model) const {
  std::vector<smt::Symbolic::Bool> any;
  for (const smt::Symbolic::Bool& condition : conditions())
    any.push_back(condition != smt::Symbolic::boolean(smt::value_in(model, condition)));
  if (!any.empty()) return smt::any_of(any);
  for (std::size_t i = 0; i < requests_.size(); ++i) {
    if (is_granted(requests_[i])) continue;
    expr::Bindings<CheckedSymbolic> b = requests_[i].bindings(0);
    for (std::size_t row = 0; row < expr::variables().size(); ++row) {
      if (read_[i][row] == 0 || expr::variables()[row].place == expr::ExprPlace::goal) continue;
      const expr::ExprType type = expr::variables()[row].type;
      if (type == expr::ExprType::boolean) {
        any.push_back(b.bools[row].value !=
                      smt::Symbolic::boolean(smt::value_in(model, b.bools[row].value)));
      } else if (type == expr::ExprType::name_set) {
        for (const CheckedSymbolic::Bool& in : b.sets[row])
          any.push_back(in.value != smt::Symbolic::boolean(smt::value_in(model, in.value)));
      } else if (type == expr::ExprType::path) {
        for (const CheckedSymbolic::Bool& in : b.location_in)
          any.push_back(in.value != smt::Symbolic::boolean(smt::value_in(model, in.value)));
      } else if (expr::variables()[row].name != "rank" && expr::variables()[row].name != "tier") {
        any.push_back(b.ints[row].value != smt::num(smt::value_in(model, b.ints[row].value)));
      }
    }
  }
  return smt::any_of(any);
}

namespace {

/// What is named of a variable, and what lies beside it: on its grid, where it has one.
std::vector<std::int64_t> beside(const std::vector<std::int64_t>& named, std::int64_t origin,
                                 std::int64_t step) {
  std::vector<std::int64_t> out;
  for (std::int64_t n : named) {
    const Int128 here = floor_div(Int128{n} - origin, step) * step + origin;
    for (Int128 end : {here - step, here, here + step})
      out.push_back(static_cast<std::int64_t>(std::clamp<Int128>(end, -kWireMax, kWireMax)));
  }
  return out;
}

}  // namespace

/// Ranges end at what the expressions name, or beside it, or at the limits.
void Query::write_region(QueryResult& out) const {
  const bool fails = std::any_of(uses_.begin(), uses_.end(),
                                 [](const Use& u) { return u.step && u.step->failed; });
  if (requests_.size() != 1 || requests_.front().has_victim() || products_ || fails ||
      uses_.empty() || !beside_.empty())
    return;
  std::map<expr::ExprType, std::vector<std::int64_t>> literals;
  for (const Use& use : uses_)
    for (const expr::ExprNode& n : use.expr->nodes)
      if (n.op == expr::Op::literal) literals[n.type].push_back(n.value);
  const bool grid = requests_.front().on_grid();
  const std::int64_t origin = subject_.rule().origin.value_or(Instant(0)).value;
  const std::int64_t step = grid ? subject_.rule().granularity.value : 1;
  // The clock is told, not the instants that it is read of.
  const bool clock =
      read_.front()[at("start.hour")] != 0 || read_.front()[at("start.weekday")] != 0;
  Region region(budget_.small(), given_, faults_);
  const expr::Bindings<CheckedSymbolic> b = bindings_of(uses_.front());
  for (std::size_t row = 0; row < expr::variables().size(); ++row) {
    const expr::Variable& v = expr::variables()[row];
    if (read_.front()[row] != 0 && v.place == expr::ExprPlace::eligibility && v.name != "rank" &&
        v.name != "tier" && !(clock && v.name == "start"))
      region.add(*last_, row, b, subject_.world.names,
                 beside(literals[v.type], v.name == "length" ? 0 : origin,
                        v.name == "length" || v.name == "start" ? step : 1));
  }
  if (region.grow()) out.region = region.told(out.values, subject_.rule());
}

}  // namespace capmarket::question
