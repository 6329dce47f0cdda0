#include "verify/smt/solver.h"

#include <algorithm>

#include "verify/smt/failure.h"
#include "verify/smt/recorder.h"
#include "verify/smt/smt_text.h"

namespace capmarket::smt {
namespace {

/// Z3's name of its older simplex. Of the steps of a question `newer_part` goes to the one that is
/// quick with most, then `older_part` to the older, which decides hours, weekdays and other
/// remainders; the rest to the first again.
constexpr unsigned kOlderArithmetic = 2;

}  // namespace

Solver::Solver(const SolverBudget& budget)
    : budget_(budget),
      solver_(SymbolicScope::context(), z3::solver::simple()),
      added_(SymbolicScope::context()),
      limit_(budget.timeout_ms) {
  z3::params params(SymbolicScope::context());
  params.set("random_seed", budget.seed);
  solver_.set(params);
}

void Solver::add(const Symbolic::Bool& b) {
  solver_.add(b.term());
  added_.push_back(b.term());
}

void Solver::add(const std::vector<Symbolic::Bool>& all) {
  for (const auto& b : all) add(b);
}

bool Solver::late() {
  limit_ = std::chrono::milliseconds(budget_.timeout_ms);
  if (!budget_.until) return false;
  auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      *budget_.until - std::chrono::steady_clock::now());
  if (left.count() <= 0) return true;
  limit_ = std::chrono::milliseconds(std::min<std::int64_t>(left.count(), budget_.timeout_ms));
  return false;
}

void Solver::out_of_time() const {
  if (budget_.time_ends) throw OutOfTime(reason_);
}

Answer Solver::check(const std::vector<Symbolic::Bool>& extra) {
  Answer answer = probe(extra);
  record(answer, extra);
  return answer;
}

void Solver::record(Answer answer, const std::vector<Symbolic::Bool>& extra) const {
  QuestionRecorder* recorder = QuestionRecorder::current();
  if (recorder == nullptr || answer == Answer::unknown) return;
  // As they were added: what the solver holds by now is what its own simplifier made of them.
  z3::expr_vector all(SymbolicScope::context());
  for (const z3::expr& e : added_) all.push_back(e);
  for (const auto& b : extra) all.push_back(b.term());
  SmtText text = smt_text(all);
  if (answer == Answer::sat && text.logic != "QF_LIA" && model_) {
    // To find a case of products is hard, to see that this is one is not.
    for (unsigned i = 0; i < model_->num_consts(); ++i) {
      z3::func_decl name = model_->get_const_decl(i);
      all.push_back(name() == model_->get_const_interp(name));
    }
    text = smt_text(all);
  }
  recorder->record(std::move(text.logic), answer == Answer::unsat, std::move(text.body));
}

Answer Solver::probe(const std::vector<Symbolic::Bool>& extra) {
  model_.reset();
  reason_.clear();
  ran_out_ = false;
  if (late()) {
    reason_ = "the time for the whole is over";
    ran_out_ = true;
    out_of_time();
    return Answer::unknown;
  }
  const auto begun = std::chrono::steady_clock::now();
  auto left = [&] {
    return limit_ - std::chrono::duration_cast<std::chrono::milliseconds>(
                        std::chrono::steady_clock::now() - begun);
  };
  const unsigned first =
      budget_.remainders ? 0 : budget_.rlimit / std::max(1u, budget_.effort.newer_part);
  const unsigned older = (budget_.rlimit - first) / std::max(1u, budget_.effort.older_part);
  const unsigned rest = budget_.rlimit - first - older;
  Answer out = Answer::unknown;
  if (first > 0) out = attempt(solver_, extra, first, left());
  if (out == Answer::unknown && older > 0 && left().count() > 0)
    out = attempt(with_older_arithmetic(), extra, older, left());
  if (out == Answer::unknown && rest > 0 && left().count() > 0)
    out = attempt(solver_, extra, rest, left());
  if (out == Answer::unknown && left().count() <= 0) out_of_time();
  return out;
}

Answer Solver::attempt(z3::solver& solver, const std::vector<Symbolic::Bool>& extra,
                       unsigned rlimit, std::chrono::milliseconds time) {
  z3::params params(SymbolicScope::context());
  params.set("rlimit", rlimit);
  params.set("timeout", static_cast<unsigned>(time.count()));
  solver.set(params);
  solver.push();
  Answer out = Answer::unknown;
  try {
    for (const auto& b : extra) solver.add(b.term());
    const z3::check_result result = solver.check();
    if (result == z3::sat) model_ = solver.get_model();
    if (result == z3::unknown) {
      reason_ = solver.reason_unknown();
      ran_out_ = is_out_of_budget(reason_) || reason_ == "unknown";  // too few to begin
    }
    out = result == z3::sat     ? Answer::sat
          : result == z3::unsat ? Answer::unsat
                                : Answer::unknown;
  } catch (const z3::exception& e) {
    if (!is_out_of_budget(e.msg()))
      throw SolverFailure(std::string("Z3 answers a question by: ") + e.msg());
    reason_ = e.msg();
    ran_out_ = true;
  }
  solver.pop();
  return out;
}

z3::solver& Solver::with_older_arithmetic() {
  if (!older_) {
    older_.emplace(SymbolicScope::context(), z3::solver::simple());
    z3::params params(SymbolicScope::context());
    params.set("arith.solver", kOlderArithmetic);
    params.set("random_seed", budget_.seed);
    older_->set(params);
    older_has_ = 0;
  }
  for (; older_has_ < added_.size(); ++older_has_) older_->add(added_[older_has_]);
  return *older_;
}

std::uint32_t Solver::steps() const {
  auto of = [](const z3::solver& solver) {
    const z3::stats all = solver.statistics();
    for (unsigned i = 0; i < all.size(); ++i)
      if (all.key(i) == "rlimit count" && all.is_uint(i)) return all.uint_value(i);
    return 0U;
  };
  return std::max(of(solver_), older_ ? of(*older_) : 0U);
}

std::uint32_t steps_so_far() { return Solver(SolverBudget{}).steps(); }

const z3::model& Solver::model() const {
  CHECK(model_.has_value());
  return *model_;
}

std::int64_t value_in(const z3::model& model, const Symbolic::Int& term) {
  std::int64_t out = 0;
  CHECK(model.eval(term.term(), true).is_numeral_i64(out), term.term().to_string());
  return out;
}

bool value_in(const z3::model& model, const Symbolic::Bool& term) {
  return model.eval(term.term(), true).is_true();
}

// A conjunction of nothing prints as `(and)`, which is Z3's own.
Symbolic::Bool all_of(const std::vector<Symbolic::Bool>& terms) {
  if (terms.empty()) return Symbolic::boolean(true);
  if (terms.size() == 1) return terms.front();
  z3::expr_vector all(SymbolicScope::context());
  for (const auto& t : terms) all.push_back(t.term());
  return Symbolic::Bool(z3::mk_and(all));
}

Symbolic::Bool any_of(const std::vector<Symbolic::Bool>& terms) {
  if (terms.empty()) return Symbolic::boolean(false);
  if (terms.size() == 1) return terms.front();
  z3::expr_vector any(SymbolicScope::context());
  for (const auto& t : terms) any.push_back(t.term());
  return Symbolic::Bool(z3::mk_or(any));
}

}  // namespace capmarket::smt
