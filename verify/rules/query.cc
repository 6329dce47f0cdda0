#include "verify/rules/query.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "model/rules/evaluate.h"

namespace capmarket {
namespace {

std::size_t at(std::string_view name) { return static_cast<std::size_t>(variable_row(name)); }
Symbolic::Int num(std::int64_t v) { return Symbolic::integer(v); }

SolverBudget quick(const QueryBudget& budget) {
  SolverBudget out = budget;
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

const Slot& Query::slot(const std::string& name, bool with_victim, Slot::Range range) {
  slots_.emplace_back(subject_, name.empty() ? name : name + ".", with_victim, range);
  read_.emplace_back(variables().size());
  solver_.add(slots_.back().premises());
  quick_.add(slots_.back().premises());
  return slots_.back();
}

Symbolic::Int Query::unknown(const std::string& name, std::int64_t low, std::int64_t high,
                             std::int64_t preferred) {
  Symbolic::Int term = Symbolic::Int::fresh(name);
  for (Solver* solver : {&solver_, &quick_}) {
    solver->add(num(low) <= term);
    solver->add(term <= num(high));
  }
  beside_.push_back({name, term, low, high, preferred});
  return term;
}

void Query::note(const Expr& expr, const Slot& slot) {
  for (const ExprNode& n : expr.nodes) {
    if (n.op != Op::multiply) continue;
    auto literal = [&](std::size_t i) {
      return expr.nodes[static_cast<std::size_t>(n.children[i])].op == Op::literal;
    };
    products_ = products_ || (!literal(0) && !literal(1));
  }
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (&slots_[i] != &slot) continue;
    for (const ExprNode& n : expr.nodes) {
      if (n.op == Op::variable) read_[i][static_cast<std::size_t>(n.value)] = 1;
      if (n.op == Op::in_path) read_[i][at("location")] = 1;
    }
  }
}

bool Query::reads(const Slot& slot, const char* variable) const {
  for (std::size_t i = 0; i < slots_.size(); ++i)
    if (&slots_[i] == &slot) return read_[i][at(variable)] != 0;
  return false;
}

Reading::Bool Query::boolean(const Expr& expr, const Slot& slot, std::size_t tier) {
  Use use{&expr, &slot, tier, {}, {}, {}, {}, true};
  use.as_bool = evaluate_bool<Reading>(expr, slot.bindings(tier));
  note(expr, slot);
  uses_.push_back(use);
  return use.as_bool;
}

Reading::Int Query::integer(const Expr& expr, const Slot& slot, std::size_t tier) {
  Use use{&expr, &slot, tier, {}, {}, {}, {}, false};
  use.as_int = evaluate_int<Reading>(expr, slot.bindings(tier));
  note(expr, slot);
  uses_.push_back(use);
  return use.as_int;
}

Reading::Int Query::rounded_up(const Expr& expr, const Slot& slot, std::size_t tier) {
  Bindings<Reading> b = slot.bindings(tier);
  return evaluate_int<ReadingUp>(expr, {b.ints, b.bools, b.sets, b.location_in});
}

Reading::Int Query::owed(const Slot& slot, std::size_t tier) {
  const Tier& t = subject_.rule().tiers[tier];
  Reading::Int most = integer(t.displaces->compensation, slot, tier);
  most = max_of<Reading>(most, Reading::integer(0));
  for (std::size_t v = 0; v < subject_.earlier.size(); ++v) {
    const Expr& expr = subject_.earlier_compensation[v][tier];
    if (expr.empty()) continue;
    Bindings<Reading> b = slot.bindings(tier);
    b.ints[at("rank")] = Reading::integer(subject_.earlier[v]->rule.tier(t.name)->rank);
    Use use{&expr, &slot, tier, v, {}, {}, evaluate_int<Reading>(expr, b), false};
    note(expr, slot);
    uses_.push_back(use);
    Reading::Bool here{slot.victim_of_version(v + 1), std::nullopt};
    most = Reading::select(here, max_of<Reading>(most, use.as_int), most);
  }
  if (!subject_.open_past) return most;
  Symbolic::Int free = Symbolic::Int::fresh(slot.name() + "owed");
  require(free >= most.value);
  require(free <= num(kWireMax));
  require(slot.victim_of_version(subject_.earlier.size() + 1) || free == most.value);
  return {free, most.poison, most.low, kWireMax};
}

const Query::History& Query::history(const Slot& slot, std::size_t tier, const GoalStep& step) {
  for (const auto& [of, h] : histories_)
    if (of == &slot) return h;
  History h;
  Symbolic::Bool overdue = Symbolic::Bool::fresh(slot.name() + "user.overdue");
  if (!step.overdue_possible) require(!overdue);
  h.overdue = {overdue, std::nullopt};
  Symbolic::Int waited = Symbolic::Int::fresh(slot.name() + "request.waited");
  require(num(0) <= waited && waited <= num(kWireMax));
  h.waited = Reading::within(waited, 0, kWireMax);
  // What failed, at most all of it.
  const Reading::Int& value = slot.row(variable_row("value"));
  Symbolic::Int trimmed = Symbolic::Int::fresh(slot.name() + "failed_value");
  require(num(0) <= trimmed && trimmed <= value.value);
  h.trimmed =
      Reading::within(trimmed, 0, static_cast<std::int64_t>(std::max<Int128>(0, value.high)));
  h.compensation = step.displaced ? owed(slot, tier) : Reading::integer(0);
  // A compensation that overflows is never owed: admission refuses the displacement.
  require(!Reading::poisoned(h.compensation.poison));
  histories_.emplace_back(&slot, h);
  return histories_.back().second;
}

Reading::Bool Query::claim(const Expr& expr, const Slot& slot, std::size_t tier,
                           const GoalStep& step) {
  const History& h = history(slot, tier, step);
  Bindings<Reading> b = slot.bindings(tier);
  b.bools[at("admitted")] = Reading::boolean(step.admitted);
  b.bools[at("displaced")] = Reading::boolean(step.displaced);
  b.bools[at("failed")] = Reading::boolean(step.failed);
  b.bools[at("user.overdue")] = h.overdue;
  b.ints[at("request.waited")] = h.waited;
  b.ints[at("compensation")] = h.compensation;
  b.ints[at("refund")] = Reading::mul_div_floor(h.trimmed, step.refund, kRatioOne);
  b.ints[at("penalty")] = Reading::mul_div_floor(h.trimmed, step.penalty, kRatioOne);
  Use use{&expr, &slot, tier, {}, step, evaluate_bool<Reading>(expr, b), {}, true};
  note(expr, slot);
  if (step.failed)
    for (std::size_t i = 0; i < slots_.size(); ++i)
      if (&slots_[i] == &slot) read_[i][at("value")] = 1;
  uses_.push_back(use);
  return use.as_bool;
}

Symbolic::Bool Query::eligible(const Slot& slot, std::size_t tier) {
  return Reading::holds(boolean(subject_.rule().tiers[tier].eligible, slot, tier));
}

Symbolic::Bool Query::when(const Slot& slot, std::size_t tier) {
  return Reading::holds(boolean(subject_.rule().tiers[tier].displaces->when, slot, tier));
}

Symbolic::Bool Query::displaces(const Slot& slot, std::size_t tier) {
  displacing_.push_back(&slot);
  return eligible(slot, tier) && when(slot, tier) && slot.rank_guard(tier) && slot.floor_guard();
}

/// Looks for values that are V of real volumes. True: `fixed` makes the question's example exact.
bool Query::exact(std::vector<Symbolic::Bool>& fixed, bool minimal) {
  std::optional<z3::model> hint = solver_.model();
  const bool instants = instants_ && minimal && !products_;
  std::vector<std::vector<std::vector<Symbolic::Bool>>> choices;
  for (const Slot& s : slots_) {
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
    std::vector<Symbolic::Bool> extra = fixed;
    for (std::size_t i = 0; i < choices.size(); ++i)
      extra.insert(extra.end(), choices[i][chosen[i]].begin(), choices[i][chosen[i]].end());
    if (quick_.probe(extra) == Answer::sat) {
      fixed = std::move(extra);
      return true;
    }
    std::size_t digit = 0;
    while (digit < chosen.size() && ++chosen[digit] == choices[digit].size()) chosen[digit++] = 0;
    if (digit == chosen.size()) break;
  }
  return false;
}

bool Query::is_granted(const Slot& slot) const {
  return std::any_of(granted_.begin(), granted_.end(),
                     [&](const Granted& g) { return g.slot == &slot; });
}

const Query::Granted* Query::granted_of(const Slot& slot) const {
  for (const Granted& g : granted_)
    if (g.of == &slot) return &g;
  return nullptr;
}

Query::Granted& Query::granted_to(const Slot& of) {
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
std::vector<Symbolic::Bool> Query::links_of(const Granted& g) const {
  std::vector<Symbolic::Bool> out = {g.of->victim_is_grant_of(*g.slot), g.of->victim_of_version(0)};
  for (std::size_t t = 0; t < g.eligible.size(); ++t)
    out.push_back(!g.of->victim_is(0, t) || g.eligible[t]);
  return out;
}

/// Looks for victims that somebody was granted. Unsat: there are none, and no other version that
/// they could come from. Else `fixed` holds what was found, perhaps nothing, and then what makes
/// the case easy to bring about, each where it can be: no verdict rests on those wishes.
Answer Query::ground(std::vector<Symbolic::Bool>& fixed) {
  const bool only_own = subject_.earlier.empty() && !subject_.open_past;
  const std::size_t count = slots_.size();
  std::vector<Symbolic::Bool> all;
  for (std::size_t i = 0; i < count; ++i)
    if (slots_[i].has_victim()) granted_to(slots_[i]);
  for (Granted& g : granted_) {
    std::vector<Symbolic::Bool> with = all, links = links_of(g);
    with.insert(with.end(), links.begin(), links.end());
    Answer answer = solver_.probe(with);
    g.found = answer == Answer::sat;
    if (g.found) all = std::move(with);
    if (answer != Answer::unsat || !only_own) continue;
    record(solver_, answer, with);
    return answer;
  }
  fixed = std::move(all);
  for (std::size_t i = 0; i < count; ++i) wish(slots_[i], fixed);
  return Answer::sat;
}

void Query::wish(const Slot& s, std::vector<Symbolic::Bool>& fixed) {
  if (is_granted(s)) return;
  auto can = [&](const Symbolic::Bool& more) {
    fixed.push_back(more);
    bool yes = quick_.probe(fixed) == Answer::sat;
    if (!yes) fixed.pop_back();
    return yes;
  };
  if (subject_.rule().pricing.mode == PricingMode::discovered) can(s.priced_by_bounds());
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

SlotCase Query::case_of(const Slot& slot, const z3::model& model) const {
  SlotCase out = slot.case_of(model);
  for (const auto& [of, h] : histories_) {
    if (of != &slot) continue;
    out.overdue = value_in(model, h.overdue.value);
    out.waited = Duration(value_in(model, h.waited.value));
    out.failed_value = Money(value_in(model, h.trimmed.value));
  }
  return out;
}

bool Query::exact_by_ways(std::vector<Symbolic::Bool>& fixed, bool minimal) {
  for (const std::vector<Symbolic::Bool>& way : ways_) {
    if (solver_.check(way) != Answer::sat) continue;
    fixed = way;
    if (exact(fixed, minimal)) return true;
  }
  fixed.clear();
  return false;
}

/// Unknown by unknown: the preferred value where it can be, else the smallest.
void Query::minimise(std::vector<Symbolic::Bool>& fixed) {
  int undecided = 0;
  auto sat = [&](const std::vector<Symbolic::Bool>& all) {
    if (undecided >= kUndecidedMax) return false;
    Answer answer = quick_.probe(all);
    undecided += answer == Answer::unknown ? 1 : 0;
    return answer == Answer::sat;
  };
  auto can = [&](const Symbolic::Bool& more) {
    fixed.push_back(more);
    bool yes = sat(fixed);
    if (!yes) fixed.pop_back();
    return yes;
  };
  auto least = [&](const Unknown& u, bool bisect) {
    if (can(u.term == num(u.preferred)) || can(u.term == num(u.low)) || !bisect) return true;
    std::int64_t low = u.low;
    if (!sat(fixed)) return false;
    std::int64_t high = value_in(quick_.model(), u.term);
    for (int i = 0; i < kHalvingsMax && low < high; ++i) {
      auto middle = static_cast<std::int64_t>(floor_div(Int128{low} + high, 2));
      std::vector<Symbolic::Bool> half = fixed;
      half.push_back(u.term <= num(middle));
      if (sat(half))
        high = std::min(middle, value_in(quick_.model(), u.term));
      else
        low = middle + 1;
    }
    can(u.term == num(high));
    return true;
  };
  for (const Slot& s : slots_) {
    for (const Unknown& u : s.unknowns())
      if (!least(u, !is_granted(s))) return;  // of a victim's request any value will do
    for (const Symbolic::Bool& b : s.switches())
      if (!can(!b)) can(b);
  }
  for (const Unknown& u : beside_)
    if (!least(u, true)) return;
  for (const auto& [slot, h] : histories_) {
    can(!h.overdue.value);
    can(h.waited.value == num(0));
    can(h.trimmed.value == slot->row(variable_row("value")).value);
  }
}

Found Query::solve(bool minimal) {
  Found out = solve_once(minimal);
  for (int i = 0; minimal && i < more_ && out.answer == Answer::sat; ++i) {
    require(differs(*last_));
    records_ = false;  // no verdict rests on further cases
    Found next = solve_once(true);
    if (next.answer != Answer::sat) break;
    if (!next.reproduced && out.reproduced) {
      out.reproduced = false;
      out.mismatch = next.mismatch;
    }
    out.more.push_back(std::move(next.values));
  }
  return out;
}

/// Some variable that the expressions read has another value; true of nothing where they read none.
Symbolic::Bool Query::differs(const z3::model& model) const {
  std::vector<Symbolic::Bool> any;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (is_granted(slots_[i])) continue;
    Bindings<Reading> b = slots_[i].bindings(0);
    for (std::size_t row = 0; row < variables().size(); ++row) {
      if (read_[i][row] == 0 || variables()[row].place == ExprPlace::goal) continue;
      const ExprType type = variables()[row].type;
      if (type == ExprType::boolean) {
        any.push_back(b.bools[row].value != Symbolic::boolean(value_in(model, b.bools[row].value)));
      } else if (type == ExprType::name_set) {
        for (const Reading::Bool& in : b.sets[row])
          any.push_back(in.value != Symbolic::boolean(value_in(model, in.value)));
      } else if (type == ExprType::path) {
        for (const Reading::Bool& in : b.location_in)
          any.push_back(in.value != Symbolic::boolean(value_in(model, in.value)));
      } else if (variables()[row].name != "rank" && variables()[row].name != "tier") {
        any.push_back(b.ints[row].value != num(value_in(model, b.ints[row].value)));
      }
    }
  }
  return any_of(any);
}

void Query::record(const Solver& solver, Answer answer,
                   const std::vector<Symbolic::Bool>& extra) const {
  if (records_) solver.record(answer, extra);
}

Found Query::solve_once(bool minimal) {
  Found out;
  solver_.add(asked_);
  quick_.add(asked_);
  asked_.clear();
  out.answer = solver_.probe();
  if (out.answer == Answer::unsat) record(solver_, out.answer, {});
  if (out.answer == Answer::unknown) out.reason = fmt::format("{} ({})", kGaveUp, solver_.reason());
  if (out.answer != Answer::sat) return out;
  std::vector<Symbolic::Bool> fixed;
  // The victim so far is any that the limits allow: what matters is one that was granted.
  if (grounded_ && ground(fixed) == Answer::unsat) {
    out.answer = Answer::unsat;
    return out;
  }
  const std::vector<Symbolic::Bool> grounded = fixed;
  if (grounded.empty() && !granted_.empty()) solver_.probe();  // the hint is of the last question
  bool exactly =
      !grounded.empty() && solver_.probe(grounded) == Answer::sat && exact(fixed, minimal);
  if (!exactly && !grounded.empty()) {
    fixed.clear();
    for (Granted& g : granted_) g.found = false;
    if (solver_.probe() != Answer::sat) {
      out.answer = Answer::unknown;
      out.reason = kGaveUp;
      return out;
    }
  }
  if (!exactly && !exact(fixed, minimal) && !exact_by_ways(fixed, minimal)) {
    std::vector<Symbolic::Bool> products;
    for (const Slot& s : slots_)
      for (const Symbolic::Bool& b : s.unfolded(
               reads(s, "value"),
               s.has_victim() && (reads(s, "victim.value") || reads(s, "victim.whole_value"))))
        products.push_back(b);
    out.answer = solver_.probe(products);
    if (out.answer == Answer::unsat) record(solver_, out.answer, products);
    if (out.answer == Answer::unsat) return out;
    // An example that lies within rounding of a real one is none: nothing is said then.
    out.reason = out.answer == Answer::unknown ? kGaveUp : "no example with exact values was found";
    out.answer = Answer::unknown;
    return out;
  }
  if (minimal) minimise(fixed);
  Solver& decided = quick_.probe(fixed) == Answer::sat ? quick_ : solver_;
  if (&decided == &solver_ && solver_.probe(fixed) != Answer::sat) {
    out.answer = Answer::unknown;
    out.reason = kGaveUp;
    return out;
  }
  // The premises with the exact case: what it says follows for the premises alone.
  record(decided, Answer::sat, fixed);
  z3::model model = decided.model();
  for (const Slot& s : slots_) out.cases.push_back(case_of(s, model));
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

Bindings<Concrete> Query::concrete_bindings(const Use& use, const z3::model& model) const {
  std::size_t i = 0;
  while (&slots_[i] != use.slot) ++i;
  const SlotCase& c = cases_[i];
  const Rule& rule = use.earlier ? subject_.earlier[*use.earlier]->rule : subject_.rule();
  const Tier& tier = *rule.tier(subject_.rule().tiers[use.tier].name);
  Bindings<Concrete> b = c.victim ? displacement_bindings(rule, tier, c.context(), *c.victim)
                                  : displacement_bindings(rule, tier, c.context(), VictimContext{});
  if (!use.step) return b;
  auto of = std::find_if(histories_.begin(), histories_.end(),
                         [&](const auto& one) { return one.first == use.slot; });
  const History& h = of->second;
  auto number = [&](const Reading::Int& x) { return Concrete::integer(value_in(model, x.value)); };
  b.bools[at("admitted")] = Concrete::boolean(use.step->admitted);
  b.bools[at("displaced")] = Concrete::boolean(use.step->displaced);
  b.bools[at("failed")] = Concrete::boolean(use.step->failed);
  b.bools[at("user.overdue")] = Concrete::boolean(value_in(model, h.overdue.value));
  b.ints[at("request.waited")] = number(h.waited);
  b.ints[at("compensation")] = number(h.compensation);
  Concrete::Int trimmed = number(h.trimmed);
  b.ints[at("refund")] = Concrete::mul_div_floor(trimmed, use.step->refund, kRatioOne);
  b.ints[at("penalty")] = Concrete::mul_div_floor(trimmed, use.step->penalty, kRatioOne);
  return b;
}

bool Query::agrees(const Use& use, const z3::model& model, std::string& mismatch) const {
  Bindings<Concrete> b = concrete_bindings(use, model);
  // The expression of an earlier version is read over that version's own names.
  const Expr* expr = use.expr;
  if (use.earlier)
    expr = &subject_.earlier[*use.earlier]
                ->rule.tier(subject_.rule().tiers[use.tier].name)
                ->displaces->compensation;
  for (const ExprNode& n : expr->nodes) {
    if (n.op != Op::variable || n.type == ExprType::boolean || n.type == ExprType::name ||
        n.type == ExprType::name_set || use.earlier || use.step)
      continue;
    auto row = static_cast<std::size_t>(n.value);
    std::int64_t said = value_in(model, use.slot->bindings(use.tier).ints[row].value);
    if (b.ints[row].poisoned || b.ints[row].value != said) {
      mismatch = fmt::format("{} is {}, not {}", variables()[row].name, b.ints[row].value, said);
      return false;
    }
  }
  bool poisoned = false, same = false;
  if (use.is_bool) {
    Concrete::Bool got = evaluate_bool<Concrete>(*expr, b);
    poisoned = value_in(model, Reading::poisoned(use.as_bool.poison));
    same =
        got.poisoned == poisoned && (poisoned || got.value == value_in(model, use.as_bool.value));
  } else {
    Concrete::Int got = evaluate_int<Concrete>(*expr, b);
    poisoned = value_in(model, Reading::poisoned(use.as_int.poison));
    same = got.poisoned == poisoned && (poisoned || got.value == value_in(model, use.as_int.value));
  }
  if (!same) mismatch = fmt::format("`{}` does not reproduce", expr->canonical);
  return same;
}

void Query::replay(const z3::model& model, Found& out) const {
  for (const Use& use : uses_)
    if (!agrees(use, model, out.mismatch)) {
      out.reproduced = false;
      return;
    }
}

namespace {

/// A subtree as text: its nodes alone, renumbered.
std::string text_of(const Expr& e, std::int32_t node, const ExprWorld& world) {
  std::vector<ExprNode> nodes;
  auto copy = [&](auto& self, std::int32_t at_node) -> std::int32_t {
    ExprNode n = e.nodes[static_cast<std::size_t>(at_node)];
    for (std::int32_t& child : n.children) child = self(self, child);
    nodes.push_back(std::move(n));
    return static_cast<std::int32_t>(nodes.size()) - 1;
  };
  copy(copy, node);
  return canonical_text(nodes, world);
}

std::string shown(const Variable& v, std::int64_t value, const Rule& rule) {
  switch (v.type) {
    case ExprType::boolean:
      return value != 0 ? "true" : "false";
    case ExprType::integer: {
      bool of_unit = v.name.ends_with("quantity") || v.name == "released";
      return fmt::format("{}{}", value, of_unit ? " " + rule.unit : "");
    }
    case ExprType::money:
      return to_text(Money(value)) + " " + rule.currency;
    case ExprType::duration:
      return to_text(Duration(value));
    case ExprType::time:
      return to_text(Instant(value));
    case ExprType::name:
    case ExprType::name_set:
    case ExprType::path:
    case ExprType::ratio:
      break;
  }
  return fmt::format("{}", value);
}

}  // namespace

/// Each conjunct of each expression that the question read, as it comes out in the case.
void Query::explain(const z3::model& model, Found& out) const {
  for (const Use& use : uses_) {
    if (!use.is_bool || is_granted(*use.slot)) continue;
    Bindings<Concrete> b = concrete_bindings(use, model);
    std::vector<std::int32_t> open = {static_cast<std::int32_t>(use.expr->nodes.size()) - 1};
    while (!open.empty()) {
      std::int32_t node = open.back();
      open.pop_back();
      const ExprNode& n = use.expr->nodes[static_cast<std::size_t>(node)];
      if (n.op == Op::logical_and) {
        open.push_back(n.children[1]);
        open.push_back(n.children[0]);
        continue;
      }
      Expr part;
      part.nodes.assign(use.expr->nodes.begin(), use.expr->nodes.begin() + node + 1);
      Concrete::Bool value = evaluate_bool<Concrete>(part, b);
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
void Query::show(const z3::model& model, Found& out) const {
  const Rule& rule = subject_.rule();
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (is_granted(slots_[i])) continue;
    const SlotCase& c = out.cases[i];
    auto add = [&](std::string_view name, std::string text) {
      out.values.emplace_back(slots_[i].name() + std::string(name), std::move(text));
    };
    for (std::size_t row = 0; row < variables().size(); ++row) {
      const Variable& v = variables()[row];
      bool identity = c.victim && (v.name == "victim.tier" || v.name == "victim.rank");
      if (read_[i][row] == 0 && !identity) continue;
      if (v.name == "user.kind") add(v.name, c.user.kind);
      if (v.name == "holder.kind") add(v.name, c.holder.kind);
      if (v.name == "location") add(v.name, c.location.path);
      if (v.name == "victim.tier" && c.victim) add(v.name, c.victim->tier);
      if (v.type == ExprType::name_set) {
        const auto& groups = v.name == "user.groups" ? c.user.groups : c.holder.groups;
        std::string list;
        for (const std::string& g : groups) list += (list.empty() ? "" : ", ") + g;
        add(v.name, "[" + list + "]");
      }
      if (v.type == ExprType::name || v.type == ExprType::name_set || v.type == ExprType::path)
        continue;
      if (v.place == ExprPlace::goal || v.name == "rank") continue;
      if (v.place == ExprPlace::displacement && !c.victim) continue;
      Bindings<Reading> b = slots_[i].bindings(0);
      std::int64_t value = v.type == ExprType::boolean
                               ? static_cast<std::int64_t>(value_in(model, b.bools[row].value))
                               : value_in(model, b.ints[row].value);
      add(v.name, shown(v, value, rule));
    }
  }
  for (const Use& use : uses_) {
    if (!use.step) continue;
    Bindings<Concrete> b = concrete_bindings(use, model);
    for (const Variable& v : variables()) {
      if (v.place != ExprPlace::goal) continue;
      std::size_t row = at(v.name);
      bool mentioned =
          std::any_of(use.expr->nodes.begin(), use.expr->nodes.end(), [&](const auto& n) {
            return n.op == Op::variable && static_cast<std::size_t>(n.value) == row;
          });
      bool is_bool = v.type == ExprType::boolean;
      if (mentioned)
        out.values.emplace_back(
            use.slot->name() + std::string(v.name),
            shown(v, is_bool ? std::int64_t{b.bools[row].value} : b.ints[row].value, rule));
    }
    break;
  }
}

std::vector<SlotRole> Query::roles(const z3::model& model) const {
  std::vector<SlotRole> out;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    SlotRole r;
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
      r.overdue = value_in(model, h.overdue.value);
      r.waited = Duration(value_in(model, h.waited.value));
    }
    out.push_back(std::move(r));
  }
  return out;
}

}  // namespace capmarket
