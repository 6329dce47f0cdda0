#include "verify/hunt/search.h"

#include <algorithm>

#include "verify/hunt/history_terms.h"

namespace capmarket::hunt {
namespace {

bool reads_debts(const std::vector<std::uint8_t>& rows) { return rows[at("user.overdue")] != 0; }

HistoryOptions with_debts(HistoryOptions options, const std::vector<std::uint8_t>& rows) {
  options.debts = reads_debts(rows);
  return options;
}

constexpr const char* kGaveUpHere = "the solver gave up inside its budget";
// These decide how small an example is, never whether there is one.
constexpr unsigned kSmallerSteps = 5'000'000;  // a question about one number of an example
constexpr int kUndecidedMax = 3;  // questions about one example, then it is small enough
constexpr int kHalvingsMax = 70;

}  // namespace

Search::Search(const question::RuleSubject& subject, const smt::SolverBudget& budget,
               const rules::Goal* goal, HistoryOptions options)
    : goal_(goal),
      rows_(rows_read(subject.rule(), goal)),
      history_(subject, with_debts(options, rows_)),
      needs_(value_needs(rows_, reads_debts(rows_))),
      budget_(budget),
      light_(budget),
      solver_(budget) {}

/// With the limit that it reached.
std::string Search::gave_up_text(const smt::Solver& solver) const {
  return kGaveUpHere +
         smt::reached_text({solver.ran_out() ? smt::rlimit_text(budget_.rlimit)
                                             : "what the solver itself can: " + solver.reason()});
}

void Search::assume(const std::vector<smt::Symbolic::Bool>& all) {
  light_.add(all);
  solver_.add(all);
  premises_.insert(premises_.end(), all.begin(), all.end());
  last_.insert(last_.end(), all.begin(), all.end());
}

void Search::extend() {
  history_.extend();
  last_.clear();
  assume(history_.take_premises());
  const std::vector<smt::Symbolic::Bool>& state = history_.state();
  solver_.add(state);
  premises_.insert(premises_.end(), state.begin(), state.end());
  last_.insert(last_.end(), state.begin(), state.end());
}

/// Of the last step alone, whatever came before that agrees with what was assumed.
smt::Answer Search::asked_of_last(const smt::Symbolic::Bool& asked) const {
  smt::Solver solver(budget_);
  solver.add(last_);
  return solver.check({asked});
}

/// Most of what cannot be needs little of the history: fewer premises, sooner an answer.
smt::Answer Search::any(const smt::Symbolic::Bool& asked) {
  if (asked_of_last(asked) == smt::Answer::unsat) return smt::Answer::unsat;
  std::vector<smt::Symbolic::Bool> few = history_.state();
  few.push_back(asked);
  if (light_.check(few) == smt::Answer::unsat) return smt::Answer::unsat;
  smt::Answer out = solver_.check({asked});
  gave_up_ = out == smt::Answer::unknown;
  if (gave_up_) reason_ = gave_up_text(solver_);
  if (out == smt::Answer::sat) model_ = solver_.model();
  return out;
}

smt::Answer Search::ask(const std::vector<smt::Symbolic::Bool>& extra) {
  smt::Answer out = example_->check(extra);
  if (out == smt::Answer::sat) model_ = example_->model();
  undecided_ += out == smt::Answer::unknown ? 1 : 0;
  return out;
}

bool Search::hold(const std::vector<smt::Symbolic::Bool>& way) {
  if (ask(way) != smt::Answer::sat) return false;
  example_->add(way);
  narrowed_.insert(narrowed_.end(), way.begin(), way.end());
  return true;
}

/// A solver for what was asked so far, of so many steps a question.
void Search::narrow(unsigned rlimit) {
  smt::SolverBudget budget = budget_;
  budget.rlimit = std::min(budget.rlimit, rlimit);
  example_ = std::make_unique<smt::Solver>(budget);
  example_->add(premises_);
  example_->add(history_.tight());
  example_->add(renews_ ? history_.renewed() : history_.unrenewed());
  example_->add(narrowed_);
  undecided_ = 0;
}

/// Every settlement at one price, of one quantity: an end of the limits, or what the rule's
/// expressions compare with. Products of these are constants.
std::vector<std::vector<smt::Symbolic::Bool>> Search::corners() const {
  const expr::Expr* claim = goal_ == nullptr ? nullptr : &goal_->claim;
  std::vector<std::vector<smt::Symbolic::Bool>> out;
  for (std::int64_t price : grid_prices(history_, claim))
    for (std::int64_t quantity : grid_quantities(history_, claim)) {
      const std::vector<std::int64_t> p = {price}, q = {quantity};
      std::vector<smt::Symbolic::Bool> all = exact_on_grid(history_, needs_, p, q);
      for (std::size_t i = 0; i < history_.size(); ++i)
        all.push_back(history_.move(i).row("price") == num(price) &&
                      history_.move(i).row("quantity") == num(quantity));
      out.push_back(std::move(all));
    }
  return out;
}

/// An example where the question itself is too hard: it has products of unknowns.
bool Search::at_corners(const smt::Symbolic::Bool& asked) {
  narrow_to(asked);
  renews_ = false;
  for (const std::vector<smt::Symbolic::Bool>& corner : corners()) {
    narrow(budget_.effort.smaller);
    if (!hold(corner)) continue;
    gave_up_ = false;
    narrow(kSmallerSteps);
    minimise();
    return true;
  }
  return false;
}

/// What an example must be beside the premises.
void Search::narrow_to(const smt::Symbolic::Bool& asked) {
  narrowed_ = {asked};
  if (rows_[at("request.waited")] == 0)
    for (std::size_t i = 0; i < history_.size(); ++i) {
      const Move& m = history_.move(i);
      narrowed_.push_back(!(m.settles() || m.is(MoveKind::late)) || m.waited == num(0));
    }
}

smt::Answer Search::example(const smt::Symbolic::Bool& asked) {
  narrow_to(asked);
  smt::Answer out = smt::Answer::unknown;
  for (bool renews : {false, true}) {
    renews_ = renews;
    narrow(budget_.rlimit);
    out = ask({});
    if (out == smt::Answer::sat || !history_.rule().lease) break;
  }
  if (out != smt::Answer::sat) {
    reason_ = out == smt::Answer::unknown
                  ? gave_up_text(*example_)
                  : "those found need grants that give way together, or in an order left open";
    return smt::Answer::unknown;
  }
  if (needs_.any() && !exact()) {
    reason_ = "no example with exact values was found";
    return smt::Answer::unknown;
  }
  // A smaller number is worth less than the first example.
  narrow(kSmallerSteps);
  minimise();
  return smt::Answer::sat;  // the last example has every number that was fixed
}

/// Narrows to values that are V of real volumes.
bool Search::exact() {
  const expr::Expr* claim = goal_ == nullptr ? nullptr : &goal_->claim;
  const std::vector<std::int64_t> prices = grid_prices(history_, claim);
  const std::vector<std::int64_t> quantities = grid_quantities(history_, claim);
  for (bool few : {true, false}) {
    std::vector<std::int64_t> p = prices, q = quantities;
    constexpr std::size_t kSmall = 3;
    if (few) p = {p.front(), p.back()};
    if (few && q.size() > kSmall) q.erase(q.begin() + kSmall, q.end() - 1);
    if (hold(exact_on_grid(history_, needs_, p, q))) return true;
  }
  return with_windows();
}

/// Windows and quantities of several examples, with prices that are free.
bool Search::with_windows() {
  const question::CheckedSymbolic::Int& q =
      history_.move(0).request.row(expr::variable_row("quantity"));
  const question::CheckedSymbolic::Int& l =
      history_.move(0).request.row(expr::variable_row("length"));
  const auto ends = [](const question::CheckedSymbolic::Int& x) {
    return std::vector<std::int64_t>{static_cast<std::int64_t>(x.low),
                                     static_cast<std::int64_t>(x.high)};
  };
  std::vector<std::vector<smt::Symbolic::Bool>> shapes = {{}};
  for (std::int64_t quantity : ends(q))
    for (std::int64_t length : ends(l)) {
      std::vector<smt::Symbolic::Bool> shape;
      for (std::size_t i = 0; i < history_.size(); ++i)
        shape.push_back(!history_.move(i).settles() ||
                        (history_.move(i).row("quantity") == num(quantity) &&
                         history_.move(i).row("length") == num(length)));
      shapes.push_back(std::move(shape));
    }
  // With what is taken as a whole, where it can be: its worth is not far from the real one then.
  std::vector<smt::Symbolic::Bool> whole;
  for (std::size_t i = 1; i < history_.size(); ++i) {
    const Move& m = history_.move(i);
    for (std::size_t j = 0; j < i; ++j) {
      const Move& of = history_.move(j);
      whole.push_back(!history_.takes_from(i, j) ||
                      (m.take == of.row("quantity") && m.take_from == of.row("start") &&
                       m.take_until == of.row("until")));
    }
  }
  for (std::size_t i = 0, count = shapes.size(); i < count; ++i) {
    shapes.push_back(shapes[i]);
    shapes.back().insert(shapes.back().end(), whole.begin(), whole.end());
  }
  for (const auto& shape : shapes)
    if (ask(shape) == smt::Answer::sat && hold(exact_with_windows(history_, needs_, *model_)))
      return true;
  return false;
}

/// Only what the step's kind, as it is fixed by now, has a use for.
bool Search::matters(const question::Unknown& u) const {
  std::size_t dot = u.name.find('.');
  if (dot == u.name.npos) return true;
  constexpr std::string_view kRefused = "refused.";
  std::string what = u.name.substr(dot + 1);
  const Move& m = history_.move(static_cast<std::size_t>(std::stoul(u.name.substr(1))) - 1);
  const auto kind = static_cast<MoveKind>(smt::value_in(*model_, m.kind));
  if (what == "kind" || what == "at" || what == "waited") return true;
  // A refused leg has numbers of its own.
  const bool refused = what.starts_with(kRefused);
  static const std::vector<std::string> kOfRefused = {"quantity", "price", "now", "start", "length"};
  if (refused) what = what.substr(kRefused.size());
  const bool number = std::find(kOfRefused.begin(), kOfRefused.end(), what) != kOfRefused.end();
  if (refused || (number && kind == MoveKind::late))
    return refused && number && kind == MoveKind::late;
  const bool leg = kind == MoveKind::settle || kind == MoveKind::displace || kind == MoveKind::late;
  const bool takes = kind != MoveKind::settle && kind != MoveKind::late;
  if (what == "whose" || what == "take") return takes;
  if (what == "take_from" || what == "take_until") return takes && !leg;
  static const std::vector<std::string> kDerived = {
      "rounded",    "of_tier",     "of_price",    "of_worth",  "of_from",
      "of_until",   "of_times",    "of_quantity", "piece",     "owed",
      "part_from",  "worth",       "admission",   "value"};
  return leg && std::find(kDerived.begin(), kDerived.end(), what) == kDerived.end();
}

/// Unknown by unknown: the preferred value where it can be, else the smallest.
void Search::minimise() {
  lower_all();
  if (undecided_ < kUndecidedMax) return;
  // Too hard as it is: who does what to whom stays as it was found.
  for (std::size_t i = 0; i < history_.size(); ++i)
    for (const smt::Symbolic::Int& term :
         {history_.move(i).kind, history_.move(i).tier, history_.move(i).whose})
      example_->add(term == num(smt::value_in(*model_, term)));
  undecided_ = 0;
  lower_all();
}

void Search::lower_all() {
  for (const question::Unknown& u : history_.unknowns())
    if (undecided_ < kUndecidedMax && matters(u)) lower(u);
  for (std::size_t i = 0; i < history_.size(); ++i)
    for (const smt::Symbolic::Bool& b : history_.move(i).request.switches()) {
      if (undecided_ >= kUndecidedMax) return;
      bool no = !smt::value_in(*model_, b) || ask({!b}) == smt::Answer::sat;
      example_->add(no ? !b : b);
    }
}

void Search::lower(const question::Unknown& u) {
  auto now = [&] { return smt::value_in(*model_, u.term); };
  for (std::int64_t wish : {u.preferred, u.low})
    if (now() == wish || ask({u.term == num(wish)}) == smt::Answer::sat)
      return example_->add(u.term == num(wish));
  std::int64_t low = u.low;
  for (int i = 0; i < kHalvingsMax && low < now() && undecided_ < kUndecidedMax; ++i) {
    auto middle = static_cast<std::int64_t>(floor_div(Int128{low} + now(), 2));
    if (ask({u.term <= num(middle)}) != smt::Answer::sat) low = middle + 1;
  }
  example_->add(u.term == num(now()));
}

}  // namespace capmarket::hunt
