#include "verify/question/query.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/expr/evaluate.h"

namespace capmarket::question {
namespace {

using smt::num;

// None of these decides an answer.
constexpr int kUndecidedMax = 6;            // questions about one example, then it is small enough
constexpr std::uint32_t kBoxesAtFirst = 4;  // of a search before the linear ones; all come after
constexpr int kHalvingsMax = 70;            // of one unknown: 64 bits, and room

}  // namespace

smt::SolverBudget QueryBudget::small() const {
  smt::SolverBudget out = *this;
  out.rlimit = std::min(rlimit, effort.smaller);
  return out;
}

expr::Expr variable(std::string_view name) {
  expr::Expr out;
  const std::int64_t row = expr::variable_row(name);
  out.nodes.push_back(
      {expr::Op::variable, expr::variables()[static_cast<std::size_t>(row)].type, row, {}, 0, 0});
  out.canonical = std::string(name);
  return out;
}

namespace {

/// Only a rule with a zone can read a clock.
QueryBudget budget_of(QueryBudget budget, const RuleSubject& subject) {
  budget.remainders = subject.rule().zone.has_value();
  return budget;
}

}  // namespace

Query::Query(const QueryBudget& budget, const RuleSubject& subject)
    : subject_(subject),
      budget_(budget_of(budget, subject)),
      more_(budget.more),
      instants_(budget.instants),
      grounded_(budget.grounded),
      solver_(budget_),
      quick_(budget_.small()) {}

const SymbolicRequest& Query::request(const std::string& name, bool with_victim,
                                      SymbolicRequest::Range range) {
  requests_.emplace_back(subject_, name.empty() ? name : name + ".", with_victim, range);
  read_.emplace_back(expr::variables().size());
  premise(requests_.back().premises());
  return requests_.back();
}

void Query::premise(const std::vector<smt::Symbolic::Bool>& all) {
  solver_.add(all);
  quick_.add(all);
  premises_.insert(premises_.end(), all.begin(), all.end());
  given_.insert(given_.end(), all.begin(), all.end());
}

smt::Symbolic::Int Query::unknown(const std::string& name, std::int64_t low, std::int64_t high,
                                  std::int64_t preferred) {
  smt::Symbolic::Int term = smt::Symbolic::Int::fresh(name);
  premise({num(low) <= term, term <= num(high)});
  beside_.push_back({name, term, low, high, preferred});
  return term;
}

void Query::note(const expr::Expr& expr, const SymbolicRequest& request) {
  for (const expr::ExprNode& n : expr.nodes) {
    if (n.op != expr::Op::multiply) continue;
    auto literal = [&](std::size_t i) {
      return expr.nodes[static_cast<std::size_t>(n.children[i])].op == expr::Op::literal;
    };
    products_ = products_ || (!literal(0) && !literal(1));
  }
  for (std::size_t i = 0; i < requests_.size(); ++i) {
    if (&requests_[i] != &request) continue;
    for (const expr::ExprNode& n : expr.nodes) {
      if (n.op == expr::Op::variable) read_[i][static_cast<std::size_t>(n.value)] = 1;
      if (n.op == expr::Op::in_path) read_[i][at("location")] = 1;
      if (n.op == expr::Op::hour) read_[i][at("start.hour")] = 1;
      if (n.op == expr::Op::weekday) read_[i][at("start.weekday")] = 1;
    }
  }
}

bool Query::reads(const SymbolicRequest& request, const char* variable) const {
  for (std::size_t i = 0; i < requests_.size(); ++i)
    if (&requests_[i] == &request) return read_[i][at(variable)] != 0;
  return false;
}

CheckedSymbolic::Bool Query::boolean(const expr::Expr& expr, const SymbolicRequest& request,
                                     std::size_t tier) {
  Use use{&expr, &request, tier, {}, {}, {}, {}, true};
  use.as_bool = expr::evaluate_bool<CheckedSymbolic>(expr, request.bindings(tier));
  note(expr, request);
  uses_.push_back(use);
  return use.as_bool;
}

CheckedSymbolic::Int Query::integer(const expr::Expr& expr, const SymbolicRequest& request,
                                    std::size_t tier) {
  Use use{&expr, &request, tier, {}, {}, {}, {}, false};
  use.as_int = expr::evaluate_int<CheckedSymbolic>(expr, request.bindings(tier));
  note(expr, request);
  uses_.push_back(use);
  return use.as_int;
}

CheckedSymbolic::Int Query::rounded_up(const expr::Expr& expr, const SymbolicRequest& request,
                                       std::size_t tier) {
  expr::Bindings<CheckedSymbolic> b = request.bindings(tier);
  return expr::evaluate_int<CheckedSymbolicUp>(expr, {b.ints, b.bools, b.sets, b.location_in});
}

CheckedSymbolic::Int Query::owed(const SymbolicRequest& request, std::size_t tier) {
  const rules::Tier& t = subject_.rule().tiers[tier];
  CheckedSymbolic::Int most = integer(t.displaces->compensation, request, tier);
  most = max_of<CheckedSymbolic>(most, CheckedSymbolic::integer(0));
  for (std::size_t v = 0; v < subject_.earlier.size(); ++v) {
    const expr::Expr& expr = subject_.earlier_compensation[v][tier];
    if (expr.empty()) continue;
    expr::Bindings<CheckedSymbolic> b = request.bindings(tier);
    b.ints[at("rank")] = CheckedSymbolic::integer(subject_.earlier[v]->rule.tier(t.name)->rank);
    Use use{&expr, &request, tier, v, {}, {}, expr::evaluate_int<CheckedSymbolic>(expr, b), false};
    note(expr, request);
    uses_.push_back(use);
    CheckedSymbolic::Bool here{request.victim_of_version(v + 1), std::nullopt};
    most = CheckedSymbolic::select(here, max_of<CheckedSymbolic>(most, use.as_int), most);
  }
  if (!subject_.open_past) return most;
  smt::Symbolic::Int free = smt::Symbolic::Int::fresh(request.name() + "owed");
  require(free >= most.value);
  require(free <= num(kWireMax));
  require(request.victim_of_version(subject_.earlier.size() + 1) || free == most.value);
  return {free, most.poison, most.low, kWireMax};
}

const Query::History& Query::history(const SymbolicRequest& request, std::size_t tier,
                                     const GoalStep& step) {
  for (const auto& [of, h] : histories_)
    if (of == &request) return h;
  History h;
  smt::Symbolic::Bool overdue = smt::Symbolic::Bool::fresh(request.name() + "user.overdue");
  if (!step.overdue_possible) premise({!overdue});
  h.overdue = {overdue, std::nullopt};
  smt::Symbolic::Int waited = smt::Symbolic::Int::fresh(request.name() + "request.waited");
  premise({num(0) <= waited && waited <= num(kWireMax)});
  h.waited = CheckedSymbolic::within(waited, 0, kWireMax);
  // What failed, at most all of it.
  const CheckedSymbolic::Int& value = request.row(expr::variable_row("value"));
  smt::Symbolic::Int trimmed = smt::Symbolic::Int::fresh(request.name() + "failed_value");
  premise({num(0) <= trimmed && trimmed <= value.value});
  if (step.failed) premise({request.fails_at_least_a_granule(trimmed)});
  h.trimmed = CheckedSymbolic::within(trimmed, 0,
                                      static_cast<std::int64_t>(std::max<Int128>(0, value.high)));
  h.compensation = step.displaced ? owed(request, tier) : CheckedSymbolic::integer(0);
  // A compensation that overflows is never owed: admission refuses the displacement.
  require(!CheckedSymbolic::poisoned(h.compensation.poison));
  histories_.emplace_back(&request, h);
  return histories_.back().second;
}

expr::Bindings<CheckedSymbolic> Query::bindings_of(const Use& use) const {
  expr::Bindings<CheckedSymbolic> b = use.request->bindings(use.tier, use.chooses);
  if (!use.step) return b;
  const GoalStep& step = *use.step;
  const auto of = std::find_if(histories_.begin(), histories_.end(),
                               [&](const auto& one) { return one.first == use.request; });
  const History& h = of->second;
  b.bools[at("admitted")] = CheckedSymbolic::boolean(step.admitted);
  b.bools[at("displaced")] = CheckedSymbolic::boolean(step.displaced);
  b.bools[at("failed")] = CheckedSymbolic::boolean(step.failed);
  b.bools[at("user.overdue")] = h.overdue;
  b.ints[at("request.waited")] = h.waited;
  b.ints[at("compensation")] = h.compensation;
  b.ints[at("refund")] = CheckedSymbolic::mul_div_floor(h.trimmed, step.refund.value, kFullRatio);
  b.ints[at("penalty")] = CheckedSymbolic::mul_div_floor(h.trimmed, step.penalty.value, kFullRatio);
  return b;
}

CheckedSymbolic::Bool Query::claim(const expr::Expr& expr, const SymbolicRequest& request,
                                   std::size_t tier, const GoalStep& step) {
  history(request, tier, step);
  Use use{&expr, &request, tier, {}, step, {}, {}, true};
  use.as_bool = expr::evaluate_bool<CheckedSymbolic>(expr, bindings_of(use));
  note(expr, request);
  if (step.failed)
    for (std::size_t i = 0; i < requests_.size(); ++i)
      if (&requests_[i] == &request) read_[i][at("value")] = 1;
  uses_.push_back(use);
  return use.as_bool;
}

CheckedSymbolic::Bool Query::part_of_claim(const expr::Expr& expr, const SymbolicRequest& request,
                                           std::size_t tier, const GoalStep& step) {
  history(request, tier, step);
  return expr::evaluate_bool<CheckedSymbolic>(
      expr, bindings_of({&expr, &request, tier, {}, step, {}, {}, true}));
}

smt::Symbolic::Bool Query::eligible(const SymbolicRequest& request, std::size_t tier) {
  return CheckedSymbolic::holds(boolean(subject_.rule().tiers[tier].eligible, request, tier));
}

smt::Symbolic::Bool Query::obtains(const SymbolicRequest& request, std::size_t tier) {
  return eligible(request, tier) && request.priced(tier) && request.quota_guard(tier);
}

CheckedSymbolic::Bool Query::choice(const SymbolicRequest& request, std::size_t tier) {
  const expr::Expr& when = subject_.rule().tiers[tier].displaces->when;
  Use use{&when, &request, tier, {}, {}, {}, {}, true, true};
  use.as_bool = expr::evaluate_bool<CheckedSymbolic>(when, bindings_of(use));
  note(when, request);
  uses_.push_back(use);
  return use.as_bool;
}

smt::Symbolic::Bool Query::when(const SymbolicRequest& request, std::size_t tier) {
  return CheckedSymbolic::holds(choice(request, tier));
}

smt::Symbolic::Bool Query::unstopped(const SymbolicRequest& request, std::size_t tier) {
  displacing_.push_back(&request);
  const smt::Symbolic::Int& times = request.row(expr::variable_row("victim.times_displaced")).value;
  return times <= num(budget_.times_displaced) && obtains(request, tier) && when(request, tier) &&
         request.rank_guard(tier) && request.floor_guard() && request.victim_quota_guard() &&
         room_to_displace(request, tier);
}

smt::Symbolic::Bool Query::displaces(const SymbolicRequest& request, std::size_t tier) {
  return unstopped(request, tier) && request.stop_guard(tier);
}

/// Of a request of which some part fails: what that is worth.
const smt::Symbolic::Int* Query::lost_by_failure(const SymbolicRequest& request) const {
  const bool fails = std::any_of(uses_.begin(), uses_.end(), [&](const Use& u) {
    return u.request == &request && u.step && u.step->failed;
  });
  for (const auto& [of, h] : histories_)
    if (fails && of == &request) return &h.trimmed.value;
  return nullptr;
}

/// Looks for values that are V of real volumes. True: `fixed` makes the question's example exact.
bool Query::exact(std::vector<smt::Symbolic::Bool>& fixed, bool minimal) {
  std::optional<z3::model> hint = main().model();
  const bool instants = instants_ && minimal && !products_;
  std::vector<std::vector<std::vector<smt::Symbolic::Bool>>> choices;
  for (const SymbolicRequest& s : requests_) {
    // The value of a victim's request is the whole value of the grant.
    if (is_granted(s)) continue;
    const Granted* granted = granted_of(s);
    if (const smt::Symbolic::Int* lost = lost_by_failure(s))
      choices.push_back(s.exact_failure(&*hint, *lost));
    else if (reads(s, "value"))
      choices.push_back(s.exact_leg(&*hint, instants));
    if (s.has_victim() &&
        (reads(s, "victim.value") || reads(s, "victim.whole_value") ||
         (granted != nullptr && granted->found && reads(*granted->request, "value"))))
      choices.push_back(s.exact_victim(&*hint, instants));
  }
  if (choices.empty()) return true;
  std::vector<std::size_t> chosen(choices.size());
  std::uint32_t smt::Effort::*const limit =
      products_ ? &smt::Effort::product_examples : &smt::Effort::examples;
  for (std::uint32_t tries = 0;; ++tries) {
    if (tries == budget_.effort.*limit) {
      reached(smt::effort_text(limit, budget_.effort));
      break;
    }
    std::vector<smt::Symbolic::Bool> extra = fixed;
    for (std::size_t i = 0; i < choices.size(); ++i)
      extra.insert(extra.end(), choices[i][chosen[i]].begin(), choices[i][chosen[i]].end());
    const smt::Answer answer = quick_.probe(extra);
    if (answer == smt::Answer::sat) {
      fixed = std::move(extra);
      return true;
    }
    if (answer == smt::Answer::unknown) gave_up(quick_);
    std::size_t digit = 0;
    while (digit < chosen.size() && ++chosen[digit] == choices[digit].size()) chosen[digit++] = 0;
    if (digit == chosen.size()) break;
  }
  return false;
}

bool Query::exact_by_ways(std::vector<smt::Symbolic::Bool>& fixed, bool minimal) {
  const std::vector<smt::Symbolic::Bool> before = fixed;
  for (const std::vector<smt::Symbolic::Bool>& way : ways_) {
    std::vector<smt::Symbolic::Bool> all = before;
    all.insert(all.end(), way.begin(), way.end());
    if (main().check(all) != smt::Answer::sat) continue;
    fixed = std::move(all);
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
    smt::Answer answer = small_->probe(all);
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
    std::int64_t high = smt::value_in(small_->model(), u.term);
    for (int i = 0; i < kHalvingsMax && low < high; ++i) {
      auto middle = static_cast<std::int64_t>(floor_div(Int128{low} + high, 2));
      std::vector<smt::Symbolic::Bool> half = fixed;
      half.push_back(u.term <= num(middle));
      if (sat(half))
        high = std::min(middle, smt::value_in(small_->model(), u.term));
      else
        low = middle + 1;
    }
    can(u.term == num(high));
    return true;
  };
  for (const SymbolicRequest& s : requests_) {
    for (const Unknown& u : s.unknowns())
      if (!least(u, !is_granted(s))) return;  // of a victim's request any value will do
    for (const smt::Symbolic::Bool& b : s.switches())
      if (!can(!b)) can(b);
  }
  for (const Unknown& u : beside_)
    if (!least(u, true)) return;
  for (const auto& [request, h] : histories_) {
    can(!h.overdue.value);
    least({"request.waited", h.waited.value, 0, kWireMax, 0}, true);
    can(h.trimmed.value == request->row(expr::variable_row("value")).value);
  }
}

/// What was required so far becomes part of the question.
void Query::ask() {
  share_factors();
  solver_.add(asked_);
  quick_.add(asked_);
  premises_.insert(premises_.end(), asked_.begin(), asked_.end());
  faults_.insert(faults_.end(), asked_.begin(), asked_.end());
  asked_.clear();
}

smt::Answer Query::possible(const std::vector<smt::Symbolic::Bool>& more) {
  ask();
  const smt::Answer answer = solver_.probe(more);
  if (answer == smt::Answer::unsat) record(solver_, answer, more);
  return answer;
}

QueryResult Query::solve(bool minimal) {
  QueryResult out = solve_once(minimal);
  if (minimal && out.answer == smt::Answer::sat) write_region(out);
  for (int i = 0; minimal && i < more_ && out.answer == smt::Answer::sat; ++i) {
    require(differs(*last_));
    further_ = true;  // each is looked for as long as a smaller number is
    records_ = false;
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

void Query::record(const smt::Solver& solver, smt::Answer answer,
                   const std::vector<smt::Symbolic::Bool>& extra) const {
  if (records_) solver.record(answer, extra);
}

/// Z3 rarely decides products: it tries for a while.
smt::Solver& Query::main() { return products_ || further_ ? quick_ : solver_; }

bool Query::reads_values() const {
  return std::any_of(requests_.begin(), requests_.end(), [&](const SymbolicRequest& s) {
    return reads(s, "value") || reads_victims_value(s);
  });
}

/// Looks for exact values by linear questions; `out` is settled where there is no victim at all.
bool Query::linearly(std::vector<smt::Symbolic::Bool>& fixed, bool minimal, QueryResult& out) {
  out.answer = main().probe();
  if (out.answer == smt::Answer::unsat) record(main(), out.answer, {});
  if (out.answer == smt::Answer::unknown) {
    out.reason = kGaveUp;
    gave_up(main());
  }
  if (out.answer != smt::Answer::sat) return false;
  if (grounded_) return exactly_granted(fixed, minimal, out);
  return exact(fixed, minimal) || exact_by_ways(fixed, minimal);
}

/// The victim so far is any that the limits allow: what counts is one that was granted, under the
/// first version that has such a case; or under one that is not here.
bool Query::exactly_granted(std::vector<smt::Symbolic::Bool>& fixed, bool minimal,
                            QueryResult& out) {
  for (std::size_t version = 0; version <= subject_.earlier.size(); ++version) {
    std::vector<smt::Symbolic::Bool> wishes;
    const smt::Answer any = ground(version, fixed, wishes);
    if (any == smt::Answer::unsat && version == 0) {
      out.answer = any;
      return false;
    }
    if (any != smt::Answer::sat) continue;
    const std::vector<smt::Symbolic::Bool> links = fixed;
    fixed.insert(fixed.end(), wishes.begin(), wishes.end());
    if (main().probe(fixed) == smt::Answer::sat && exact(fixed, minimal)) return true;
    fixed = links;
    if (main().probe(fixed) == smt::Answer::sat && exact(fixed, minimal)) return true;
    fixed = links;
    if (exact_by_ways(fixed, minimal)) return true;
  }
  for (Granted& g : granted_) g.found = false;
  fixed = of_versions_not_here();
  if (!fixed.empty() && main().probe(fixed) == smt::Answer::sat && exact(fixed, minimal))
    return true;
  fixed.clear();
  return false;
}

QueryResult Query::solve_once(bool minimal) {
  QueryResult out;
  limits_.clear();
  product_steps_ = 0;
  ask();
  std::vector<smt::Symbolic::Bool> fixed;
  // Values of expressions with products are decided together; often at once.
  if (products_ && reads_values())
    out.answer =
        by_products(fixed, minimal, std::min(kBoxesAtFirst, budget_.effort.*budget_.boxes));
  limits_.clear();  // of the first look
  if (out.answer == smt::Answer::unknown) {
    const bool exactly = linearly(fixed, minimal, out);
    if (exactly && minimal) minimise(fixed);
    if (out.answer == smt::Answer::unsat) return out;
    if (!exactly) {
      // An example that lies within rounding of a real one is none: nothing is said then.
      if (out.answer == smt::Answer::sat) out.reason = "no example with exact values was found";
      fixed.clear();
      const std::uint32_t boxes = budget_.effort.*budget_.boxes;
      out.answer = by_products(fixed, minimal, further_ ? std::min(kBoxesAtFirst, boxes) : boxes);
    }
  }
  if (out.answer == smt::Answer::sat) finish(fixed, out);
  if (out.answer == smt::Answer::unknown) out.reason += smt::reached_text(limits_);
  return out;
}

/// A limit that keeps the question open, once each.
void Query::reached(const std::string& limit) {
  if (std::find(limits_.begin(), limits_.end(), limit) == limits_.end()) limits_.push_back(limit);
}

/// What a question that gave up says of itself, or the limit that it had.
void Query::gave_up(const smt::Solver& solver) {
  if (!solver.ran_out()) return reached("what the solver itself can: " + solver.reason());
  const bool small = &solver == &quick_ && budget_.effort.smaller < budget_.rlimit;
  reached(small ? smt::effort_text(&smt::Effort::smaller, budget_.effort)
                : smt::rlimit_text(budget_.rlimit));
}

/// The premises with the exact case: what it says follows for the premises alone.
void Query::finish(const std::vector<smt::Symbolic::Bool>& fixed, QueryResult& out) {
  smt::Solver& decided = quick_.probe(fixed) == smt::Answer::sat ? quick_ : solver_;
  if (&decided == &solver_ && (further_ || solver_.probe(fixed) != smt::Answer::sat)) {
    out.answer = smt::Answer::unknown;
    out.reason = kGaveUp;
    gave_up(solver_);
    return;
  }
  record(decided, smt::Answer::sat, fixed);
  z3::model model = decided.model();
  for (const SymbolicRequest& s : requests_) out.cases.push_back(case_of(s, model));
  cases_ = out.cases;
  out.granted.resize(out.cases.size());
  for (std::size_t i = 0; i < requests_.size(); ++i)
    if (const Granted* g = granted_of(requests_[i]); g != nullptr && g->found)
      out.granted[i] = case_of(*g->request, model);
  replay(model, out);
  write_values(model, out);
  out.roles = roles(model);
  explain(model, out);
  last_ = model;
}

}  // namespace capmarket::question
