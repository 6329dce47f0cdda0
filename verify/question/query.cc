#include "verify/question/query.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "model/expr/evaluate.h"

namespace capmarket::question {
namespace {

std::size_t at(std::string_view name) { return static_cast<std::size_t>(expr::variable_row(name)); }
using smt::num;

smt::SolverBudget quick(const QueryBudget& budget) {
  smt::SolverBudget out = budget;
  out.rlimit = std::min(budget.rlimit, budget.quick);
  return out;
}

constexpr int kUndecidedMax = 6;  // questions about one example, then it is small enough
constexpr int kHalvingsMax = 70;  // of one unknown: 64 bits, and room

}  // namespace

Query::Query(const QueryBudget& budget, const RuleSubject& subject)
    : subject_(subject),
      more_(budget.more),
      instants_(budget.instants),
      grounded_(budget.grounded),
      solver_(budget),
      quick_(quick(budget)) {}

const SymbolicRequest& Query::slot(const std::string& name, bool with_victim, SymbolicRequest::Range range) {
  slots_.emplace_back(subject_, name.empty() ? name : name + ".", with_victim, range);
  read_.emplace_back(expr::variables().size());
  solver_.add(slots_.back().premises());
  quick_.add(slots_.back().premises());
  return slots_.back();
}

smt::Symbolic::Int Query::unknown(const std::string& name, std::int64_t low, std::int64_t high,
                             std::int64_t preferred) {
  smt::Symbolic::Int term = smt::Symbolic::Int::fresh(name);
  for (smt::Solver* solver : {&solver_, &quick_}) {
    solver->add(num(low) <= term);
    solver->add(term <= num(high));
  }
  beside_.push_back({name, term, low, high, preferred});
  return term;
}

void Query::note(const expr::Expr& expr, const SymbolicRequest& slot) {
  for (const expr::ExprNode& n : expr.nodes) {
    if (n.op != expr::Op::multiply) continue;
    auto literal = [&](std::size_t i) {
      return expr.nodes[static_cast<std::size_t>(n.children[i])].op == expr::Op::literal;
    };
    products_ = products_ || (!literal(0) && !literal(1));
  }
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (&slots_[i] != &slot) continue;
    for (const expr::ExprNode& n : expr.nodes) {
      if (n.op == expr::Op::variable) read_[i][static_cast<std::size_t>(n.value)] = 1;
      if (n.op == expr::Op::in_path) read_[i][at("location")] = 1;
    }
  }
}

bool Query::reads(const SymbolicRequest& slot, const char* variable) const {
  for (std::size_t i = 0; i < slots_.size(); ++i)
    if (&slots_[i] == &slot) return read_[i][at(variable)] != 0;
  return false;
}

CheckedSymbolic::Bool Query::boolean(const expr::Expr& expr, const SymbolicRequest& slot, std::size_t tier) {
  Use use{&expr, &slot, tier, {}, {}, {}, {}, true};
  use.as_bool = expr::evaluate_bool<CheckedSymbolic>(expr, slot.bindings(tier));
  note(expr, slot);
  uses_.push_back(use);
  return use.as_bool;
}

CheckedSymbolic::Int Query::integer(const expr::Expr& expr, const SymbolicRequest& slot, std::size_t tier) {
  Use use{&expr, &slot, tier, {}, {}, {}, {}, false};
  use.as_int = expr::evaluate_int<CheckedSymbolic>(expr, slot.bindings(tier));
  note(expr, slot);
  uses_.push_back(use);
  return use.as_int;
}

CheckedSymbolic::Int Query::rounded_up(const expr::Expr& expr, const SymbolicRequest& slot, std::size_t tier) {
  expr::Bindings<CheckedSymbolic> b = slot.bindings(tier);
  return expr::evaluate_int<CheckedSymbolicUp>(expr, {b.ints, b.bools, b.sets, b.location_in});
}

CheckedSymbolic::Int Query::owed(const SymbolicRequest& slot, std::size_t tier) {
  const rules::Tier& t = subject_.rule().tiers[tier];
  CheckedSymbolic::Int most = integer(t.displaces->compensation, slot, tier);
  most = max_of<CheckedSymbolic>(most, CheckedSymbolic::integer(0));
  for (std::size_t v = 0; v < subject_.earlier.size(); ++v) {
    const expr::Expr& expr = subject_.earlier_compensation[v][tier];
    if (expr.empty()) continue;
    expr::Bindings<CheckedSymbolic> b = slot.bindings(tier);
    b.ints[at("rank")] = CheckedSymbolic::integer(subject_.earlier[v]->rule.tier(t.name)->rank);
    Use use{&expr, &slot, tier, v, {}, {}, expr::evaluate_int<CheckedSymbolic>(expr, b), false};
    note(expr, slot);
    uses_.push_back(use);
    CheckedSymbolic::Bool here{slot.victim_of_version(v + 1), std::nullopt};
    most = CheckedSymbolic::select(here, max_of<CheckedSymbolic>(most, use.as_int), most);
  }
  if (!subject_.open_past) return most;
  smt::Symbolic::Int free = smt::Symbolic::Int::fresh(slot.name() + "owed");
  require(free >= most.value);
  require(free <= num(kWireMax));
  require(slot.victim_of_version(subject_.earlier.size() + 1) || free == most.value);
  return {free, most.poison, most.low, kWireMax};
}

const Query::History& Query::history(const SymbolicRequest& slot, std::size_t tier, const GoalStep& step) {
  for (const auto& [of, h] : histories_)
    if (of == &slot) return h;
  History h;
  smt::Symbolic::Bool overdue = smt::Symbolic::Bool::fresh(slot.name() + "user.overdue");
  if (!step.overdue_possible) require(!overdue);
  h.overdue = {overdue, std::nullopt};
  smt::Symbolic::Int waited = smt::Symbolic::Int::fresh(slot.name() + "request.waited");
  require(num(0) <= waited && waited <= num(kWireMax));
  h.waited = CheckedSymbolic::within(waited, 0, kWireMax);
  // What failed, at most all of it.
  const CheckedSymbolic::Int& value = slot.row(expr::variable_row("value"));
  smt::Symbolic::Int trimmed = smt::Symbolic::Int::fresh(slot.name() + "failed_value");
  require(num(0) <= trimmed && trimmed <= value.value);
  h.trimmed =
      CheckedSymbolic::within(trimmed, 0, static_cast<std::int64_t>(std::max<Int128>(0, value.high)));
  h.compensation = step.displaced ? owed(slot, tier) : CheckedSymbolic::integer(0);
  // A compensation that overflows is never owed: admission refuses the displacement.
  require(!CheckedSymbolic::poisoned(h.compensation.poison));
  histories_.emplace_back(&slot, h);
  return histories_.back().second;
}

CheckedSymbolic::Bool Query::claim(const expr::Expr& expr, const SymbolicRequest& slot, std::size_t tier,
                           const GoalStep& step) {
  const History& h = history(slot, tier, step);
  expr::Bindings<CheckedSymbolic> b = slot.bindings(tier);
  b.bools[at("admitted")] = CheckedSymbolic::boolean(step.admitted);
  b.bools[at("displaced")] = CheckedSymbolic::boolean(step.displaced);
  b.bools[at("failed")] = CheckedSymbolic::boolean(step.failed);
  b.bools[at("user.overdue")] = h.overdue;
  b.ints[at("request.waited")] = h.waited;
  b.ints[at("compensation")] = h.compensation;
  b.ints[at("refund")] = CheckedSymbolic::mul_div_floor(h.trimmed, step.refund.value, kFullRatio);
  b.ints[at("penalty")] = CheckedSymbolic::mul_div_floor(h.trimmed, step.penalty.value, kFullRatio);
  Use use{&expr, &slot, tier, {}, step, expr::evaluate_bool<CheckedSymbolic>(expr, b), {}, true};
  note(expr, slot);
  if (step.failed)
    for (std::size_t i = 0; i < slots_.size(); ++i)
      if (&slots_[i] == &slot) read_[i][at("value")] = 1;
  uses_.push_back(use);
  return use.as_bool;
}

smt::Symbolic::Bool Query::eligible(const SymbolicRequest& slot, std::size_t tier) {
  return CheckedSymbolic::holds(boolean(subject_.rule().tiers[tier].eligible, slot, tier));
}

smt::Symbolic::Bool Query::when(const SymbolicRequest& slot, std::size_t tier) {
  return CheckedSymbolic::holds(boolean(subject_.rule().tiers[tier].displaces->when, slot, tier));
}

smt::Symbolic::Bool Query::displaces(const SymbolicRequest& slot, std::size_t tier) {
  displacing_.push_back(&slot);
  return eligible(slot, tier) && when(slot, tier) && slot.rank_guard(tier) && slot.floor_guard();
}

/// Looks for values that are V of real volumes. True: `fixed` makes the question's example exact.
bool Query::exact(std::vector<smt::Symbolic::Bool>& fixed, bool minimal) {
  std::optional<z3::model> hint = solver_.model();
  const bool instants = instants_ && minimal && !products_;
  std::vector<std::vector<std::vector<smt::Symbolic::Bool>>> choices;
  for (const SymbolicRequest& s : slots_) {
    // The value of a victim's request is the whole value of the grant.
    if (is_granted(s)) continue;
    const Granted* granted = granted_of(s);
    if (reads(s, "value")) choices.push_back(s.exact_leg(&*hint, instants));
    if (s.has_victim() &&
        (reads(s, "victim.value") || reads(s, "victim.whole_value") ||
         (granted != nullptr && granted->found && reads(*granted->slot, "value"))))
      choices.push_back(s.exact_victim(&*hint, instants));
  }
  if (choices.empty()) return true;
  std::vector<std::size_t> chosen(choices.size());
  constexpr int kCombinationsMax = 400;
  for (int tries = 0; tries < kCombinationsMax; ++tries) {
    std::vector<smt::Symbolic::Bool> extra = fixed;
    for (std::size_t i = 0; i < choices.size(); ++i)
      extra.insert(extra.end(), choices[i][chosen[i]].begin(), choices[i][chosen[i]].end());
    if (quick_.probe(extra) == smt::Answer::sat) {
      fixed = std::move(extra);
      return true;
    }
    std::size_t digit = 0;
    while (digit < chosen.size() && ++chosen[digit] == choices[digit].size()) chosen[digit++] = 0;
    if (digit == chosen.size()) break;
  }
  return false;
}

bool Query::is_granted(const SymbolicRequest& slot) const {
  return std::any_of(granted_.begin(), granted_.end(),
                     [&](const Granted& g) { return g.slot == &slot; });
}

const Query::Granted* Query::granted_of(const SymbolicRequest& slot) const {
  for (const Granted& g : granted_)
    if (g.of == &slot) return &g;
  return nullptr;
}

Query::Granted& Query::granted_to(const SymbolicRequest& of) {
  for (Granted& g : granted_)
    if (g.of == &of) return g;
  Granted g;
  g.of = &of;
  g.slot = &slot(of.name() + "granted", false);
  for (std::size_t t = 0; t < subject_.rule().tiers.size(); ++t)
    g.eligible.push_back(eligible(*g.slot, t));
  granted_.push_back(std::move(g));
  return granted_.back();
}

/// The victim was granted, under this version, to somebody eligible.
std::vector<smt::Symbolic::Bool> Query::links_of(const Granted& g) const {
  std::vector<smt::Symbolic::Bool> out = {g.of->victim_is_grant_of(*g.slot), g.of->victim_of_version(0)};
  for (std::size_t t = 0; t < g.eligible.size(); ++t)
    out.push_back(!g.of->victim_is(0, t) || g.eligible[t]);
  return out;
}

/// Looks for victims that somebody was granted. Unsat: there are none, and no other version that
/// they could come from. Else `fixed` holds what was found, perhaps nothing, and then what makes
/// the case easy to bring about, each where it can be: no verdict rests on those wishes.
smt::Answer Query::ground(std::vector<smt::Symbolic::Bool>& fixed) {
  const bool only_own = subject_.earlier.empty() && !subject_.open_past;
  const std::size_t count = slots_.size();
  std::vector<smt::Symbolic::Bool> all;
  for (std::size_t i = 0; i < count; ++i)
    if (slots_[i].has_victim()) granted_to(slots_[i]);
  for (Granted& g : granted_) {
    std::vector<smt::Symbolic::Bool> with = all, links = links_of(g);
    with.insert(with.end(), links.begin(), links.end());
    smt::Answer answer = solver_.probe(with);
    g.found = answer == smt::Answer::sat;
    if (g.found) all = std::move(with);
    if (answer != smt::Answer::unsat || !only_own) continue;
    record(solver_, answer, with);
    return answer;
  }
  fixed = std::move(all);
  for (std::size_t i = 0; i < count; ++i) wish(slots_[i], fixed);
  return smt::Answer::sat;
}

void Query::wish(const SymbolicRequest& s, std::vector<smt::Symbolic::Bool>& fixed) {
  if (is_granted(s)) return;
  auto can = [&](const smt::Symbolic::Bool& more) {
    fixed.push_back(more);
    bool yes = quick_.probe(fixed) == smt::Answer::sat;
    if (!yes) fixed.pop_back();
    return yes;
  };
  if (subject_.rule().pricing.mode == rules::PricingMode::discovered) can(s.priced_by_bounds());
  for (const auto& [of, h] : histories_)  // a debt needs time to be made and missed
    if (of == &s) can(!h.overdue.value || s.room_for_a_debt());
  const Granted* g = granted_of(s);
  if (g == nullptr || !g->found) return;
  can(s.same_holder_and_place(*g->slot));
  can(s.released_within_leg());
  bool few = false;
  for (int n = 0; n <= kTimesShown && !few; ++n) few = can(s.displaced_before(n));
  can(s.whole_grant_is_live());
  can(s.released_from_the_start());
}

RequestCase Query::case_of(const SymbolicRequest& slot, const z3::model& model) const {
  RequestCase out = slot.case_of(model);
  for (const auto& [of, h] : histories_) {
    if (of != &slot) continue;
    out.overdue = smt::value_in(model, h.overdue.value);
    out.waited = Duration(smt::value_in(model, h.waited.value));
    out.failed_value = Money(smt::value_in(model, h.trimmed.value));
  }
  return out;
}

bool Query::exact_by_ways(std::vector<smt::Symbolic::Bool>& fixed, bool minimal) {
  for (const std::vector<smt::Symbolic::Bool>& way : ways_) {
    if (solver_.check(way) != smt::Answer::sat) continue;
    fixed = way;
    if (exact(fixed, minimal)) return true;
  }
  fixed.clear();
  return false;
}

/// Unknown by unknown: the preferred value where it can be, else the smallest.
void Query::minimise(std::vector<smt::Symbolic::Bool>& fixed) {
  int undecided = 0;
  auto sat = [&](const std::vector<smt::Symbolic::Bool>& all) {
    if (undecided >= kUndecidedMax) return false;
    smt::Answer answer = quick_.probe(all);
    undecided += answer == smt::Answer::unknown ? 1 : 0;
    return answer == smt::Answer::sat;
  };
  auto can = [&](const smt::Symbolic::Bool& more) {
    fixed.push_back(more);
    bool yes = sat(fixed);
    if (!yes) fixed.pop_back();
    return yes;
  };
  auto least = [&](const Unknown& u, bool bisect) {
    if (can(u.term == num(u.preferred)) || can(u.term == num(u.low)) || !bisect) return true;
    std::int64_t low = u.low;
    if (!sat(fixed)) return false;
    std::int64_t high = smt::value_in(quick_.model(), u.term);
    for (int i = 0; i < kHalvingsMax && low < high; ++i) {
      auto middle = static_cast<std::int64_t>(floor_div(Int128{low} + high, 2));
      std::vector<smt::Symbolic::Bool> half = fixed;
      half.push_back(u.term <= num(middle));
      if (sat(half))
        high = std::min(middle, smt::value_in(quick_.model(), u.term));
      else
        low = middle + 1;
    }
    can(u.term == num(high));
    return true;
  };
  for (const SymbolicRequest& s : slots_) {
    for (const Unknown& u : s.unknowns())
      if (!least(u, !is_granted(s))) return;  // of a victim's request any value will do
    for (const smt::Symbolic::Bool& b : s.switches())
      if (!can(!b)) can(b);
  }
  for (const Unknown& u : beside_)
    if (!least(u, true)) return;
  for (const auto& [slot, h] : histories_) {
    can(!h.overdue.value);
    can(h.waited.value == num(0));
    can(h.trimmed.value == slot->row(expr::variable_row("value")).value);
  }
}

QueryResult Query::solve(bool minimal) {
  QueryResult out = solve_once(minimal);
  for (int i = 0; minimal && i < more_ && out.answer == smt::Answer::sat; ++i) {
    require(differs(*last_));
    records_ = false;  // no verdict rests on further cases
    QueryResult next = solve_once(true);
    if (next.answer != smt::Answer::sat) break;
    if (!next.reproduced && out.reproduced) {
      out.reproduced = false;
      out.mismatch = next.mismatch;
    }
    out.more.push_back(std::move(next.values));
  }
  return out;
}

/// Some variable that the expressions read has another value; true of nothing where they read none.
smt::Symbolic::Bool Query::differs(const z3::model& model) const {
  std::vector<smt::Symbolic::Bool> any;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (is_granted(slots_[i])) continue;
    expr::Bindings<CheckedSymbolic> b = slots_[i].bindings(0);
    for (std::size_t row = 0; row < expr::variables().size(); ++row) {
      if (read_[i][row] == 0 || expr::variables()[row].place == expr::ExprPlace::goal) continue;
      const expr::ExprType type = expr::variables()[row].type;
      if (type == expr::ExprType::boolean) {
        any.push_back(b.bools[row].value != smt::Symbolic::boolean(smt::value_in(model, b.bools[row].value)));
      } else if (type == expr::ExprType::name_set) {
        for (const CheckedSymbolic::Bool& in : b.sets[row])
          any.push_back(in.value != smt::Symbolic::boolean(smt::value_in(model, in.value)));
      } else if (type == expr::ExprType::path) {
        for (const CheckedSymbolic::Bool& in : b.location_in)
          any.push_back(in.value != smt::Symbolic::boolean(smt::value_in(model, in.value)));
      } else if (expr::variables()[row].name != "rank" && expr::variables()[row].name != "tier") {
        any.push_back(b.ints[row].value != num(smt::value_in(model, b.ints[row].value)));
      }
    }
  }
  return smt::any_of(any);
}

void Query::record(const smt::Solver& solver, smt::Answer answer,
                   const std::vector<smt::Symbolic::Bool>& extra) const {
  if (records_) solver.record(answer, extra);
}

QueryResult Query::solve_once(bool minimal) {
  QueryResult out;
  solver_.add(asked_);
  quick_.add(asked_);
  asked_.clear();
  out.answer = solver_.probe();
  if (out.answer == smt::Answer::unsat) record(solver_, out.answer, {});
  if (out.answer == smt::Answer::unknown) out.reason = fmt::format("{} ({})", kGaveUp, solver_.reason());
  if (out.answer != smt::Answer::sat) return out;
  std::vector<smt::Symbolic::Bool> fixed;
  // The victim so far is any that the limits allow: what matters is one that was granted.
  if (grounded_ && ground(fixed) == smt::Answer::unsat) {
    out.answer = smt::Answer::unsat;
    return out;
  }
  const std::vector<smt::Symbolic::Bool> grounded = fixed;
  if (grounded.empty() && !granted_.empty()) solver_.probe();  // the hint is of the last question
  bool exactly =
      !grounded.empty() && solver_.probe(grounded) == smt::Answer::sat && exact(fixed, minimal);
  if (!exactly && !grounded.empty()) {
    fixed.clear();
    for (Granted& g : granted_) g.found = false;
    if (solver_.probe() != smt::Answer::sat) {
      out.answer = smt::Answer::unknown;
      out.reason = kGaveUp;
      return out;
    }
  }
  if (!exactly && !exact(fixed, minimal) && !exact_by_ways(fixed, minimal)) {
    std::vector<smt::Symbolic::Bool> products;
    for (const SymbolicRequest& s : slots_)
      for (const smt::Symbolic::Bool& b : s.unfolded(
               reads(s, "value"),
               s.has_victim() && (reads(s, "victim.value") || reads(s, "victim.whole_value"))))
        products.push_back(b);
    out.answer = solver_.probe(products);
    if (out.answer == smt::Answer::unsat) record(solver_, out.answer, products);
    if (out.answer == smt::Answer::unsat) return out;
    // An example that lies within rounding of a real one is none: nothing is said then.
    out.reason = out.answer == smt::Answer::unknown ? kGaveUp : "no example with exact values was found";
    out.answer = smt::Answer::unknown;
    return out;
  }
  if (minimal) minimise(fixed);
  smt::Solver& decided = quick_.probe(fixed) == smt::Answer::sat ? quick_ : solver_;
  if (&decided == &solver_ && solver_.probe(fixed) != smt::Answer::sat) {
    out.answer = smt::Answer::unknown;
    out.reason = kGaveUp;
    return out;
  }
  // The premises with the exact case: what it says follows for the premises alone.
  record(decided, smt::Answer::sat, fixed);
  z3::model model = decided.model();
  for (const SymbolicRequest& s : slots_) out.cases.push_back(case_of(s, model));
  cases_ = out.cases;
  out.granted.resize(out.cases.size());
  for (std::size_t i = 0; i < slots_.size(); ++i)
    if (const Granted* g = granted_of(slots_[i]); g != nullptr && g->found)
      out.granted[i] = case_of(*g->slot, model);
  replay(model, out);
  show(model, out);
  out.roles = roles(model);
  explain(model, out);
  last_ = model;
  return out;
}

expr::Bindings<Concrete> Query::concrete_bindings(const Use& use, const z3::model& model) const {
  std::size_t i = 0;
  while (&slots_[i] != use.slot) ++i;
  const RequestCase& c = cases_[i];
  const rules::Rule& rule = use.earlier ? subject_.earlier[*use.earlier]->rule : subject_.rule();
  const rules::Tier& tier = *rule.tier(subject_.rule().tiers[use.tier].name);
  expr::Bindings<Concrete> b = c.victim ? chain::displacement_bindings(rule, tier, c.context(), *c.victim)
                                  : chain::displacement_bindings(rule, tier, c.context(), chain::VictimContext{});
  if (!use.step) return b;
  auto of = std::find_if(histories_.begin(), histories_.end(),
                         [&](const auto& one) { return one.first == use.slot; });
  const History& h = of->second;
  auto number = [&](const CheckedSymbolic::Int& x) { return Concrete::integer(smt::value_in(model, x.value)); };
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
    if (n.op != expr::Op::variable || n.type == expr::ExprType::boolean || n.type == expr::ExprType::name ||
        n.type == expr::ExprType::name_set || use.earlier || use.step)
      continue;
    auto row = static_cast<std::size_t>(n.value);
    std::int64_t said = smt::value_in(model, use.slot->bindings(use.tier).ints[row].value);
    if (b.ints[row].poisoned || b.ints[row].value != said) {
      mismatch = fmt::format("{} is {}, not {}", expr::variables()[row].name, b.ints[row].value, said);
      return false;
    }
  }
  bool poisoned = false, same = false;
  if (use.is_bool) {
    Concrete::Bool got = expr::evaluate_bool<Concrete>(*expr, b);
    poisoned = smt::value_in(model, CheckedSymbolic::poisoned(use.as_bool.poison));
    same =
        got.poisoned == poisoned && (poisoned || got.value == smt::value_in(model, use.as_bool.value));
  } else {
    Concrete::Int got = expr::evaluate_int<Concrete>(*expr, b);
    poisoned = smt::value_in(model, CheckedSymbolic::poisoned(use.as_int.poison));
    same = got.poisoned == poisoned && (poisoned || got.value == smt::value_in(model, use.as_int.value));
  }
  if (!same) mismatch = fmt::format("`{}` does not reproduce", expr->canonical);
  return same;
}

void Query::replay(const z3::model& model, QueryResult& out) const {
  for (const Use& use : uses_)
    if (!agrees(use, model, out.mismatch)) {
      out.reproduced = false;
      return;
    }
}

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

std::string shown(const expr::Variable& v, std::int64_t value, const rules::Rule& rule) {
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

}  // namespace

/// Each conjunct of each expression that the question read, as it comes out in the case.
void Query::explain(const z3::model& model, QueryResult& out) const {
  for (const Use& use : uses_) {
    if (!use.is_bool || is_granted(*use.slot)) continue;
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
      Concrete::Bool value = expr::evaluate_bool<Concrete>(part, b);
      std::string line = fmt::format("{}tier `{}`: `{}` {}", use.slot->name(),
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
void Query::show(const z3::model& model, QueryResult& out) const {
  const rules::Rule& rule = subject_.rule();
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (is_granted(slots_[i])) continue;
    const RequestCase& c = out.cases[i];
    auto add = [&](std::string_view name, std::string text) {
      out.values.emplace_back(slots_[i].name() + std::string(name), std::move(text));
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
      if (v.type == expr::ExprType::name || v.type == expr::ExprType::name_set || v.type == expr::ExprType::path)
        continue;
      if (v.place == expr::ExprPlace::goal || v.name == "rank") continue;
      if (v.place == expr::ExprPlace::displacement && !c.victim) continue;
      expr::Bindings<CheckedSymbolic> b = slots_[i].bindings(0);
      std::int64_t value = v.type == expr::ExprType::boolean
                               ? static_cast<std::int64_t>(smt::value_in(model, b.bools[row].value))
                               : smt::value_in(model, b.ints[row].value);
      add(v.name, shown(v, value, rule));
    }
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
            use.slot->name() + std::string(v.name),
            shown(v, is_bool ? std::int64_t{b.bools[row].value} : b.ints[row].value, rule));
    }
    break;
  }
}

std::vector<CaseRole> Query::roles(const z3::model& model) const {
  std::vector<CaseRole> out;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    CaseRole r;
    r.name = slots_[i].name();
    r.granted = is_granted(slots_[i]);
    r.read = read_[i];
    bool several = false;
    for (const Use& use : uses_) {
      if (use.slot != &slots_[i]) continue;
      several = several || (r.tier && *r.tier != use.tier);
      r.tier = use.tier;
      if (use.step) r.step = use.step;
    }
    if (several) r.tier.reset();
    if (std::find(displacing_.begin(), displacing_.end(), &slots_[i]) != displacing_.end())
      r.admitted = r.displaced = true;
    if (r.step) {
      r.admitted = r.step->admitted;
      r.displaced = r.step->displaced;
    }
    for (const auto& [slot, h] : histories_) {
      if (slot != &slots_[i]) continue;
      r.overdue = smt::value_in(model, h.overdue.value);
      r.waited = Duration(smt::value_in(model, h.waited.value));
    }
    out.push_back(std::move(r));
  }
  return out;
}

}  // namespace capmarket::question
