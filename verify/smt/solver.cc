#include "verify/smt/solver.h"

#include <algorithm>

#include "verify/smt/failure.h"
#include "verify/smt/recorder.h"
#include "verify/smt/smt_text.h"

namespace capmarket::smt {

Solver::Solver(const SolverBudget& budget)
    : budget_(budget),
      solver_(SymbolicScope::context(), z3::solver::simple()),
      added_(SymbolicScope::context()),
      limit_(budget.timeout_ms) {
  z3::params params(SymbolicScope::context());
  params.set("rlimit", budget.rlimit);
  params.set("timeout", budget.timeout_ms);
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
  if (!budget_.until) return false;
  auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      *budget_.until - std::chrono::steady_clock::now());
  if (left.count() <= 0) return true;
  z3::params params(SymbolicScope::context());
  limit_ = std::chrono::milliseconds(std::min<std::int64_t>(left.count(), budget_.timeout_ms));
  params.set("timeout", static_cast<unsigned>(limit_.count()));
  solver_.set(params);
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
  if (late()) {
    reason_ = "the time for the whole is over";
    out_of_time();
    return Answer::unknown;
  }
  const auto begun = std::chrono::steady_clock::now();
  try {
    solver_.push();
    for (const auto& b : extra) solver_.add(b.term());
    const z3::check_result result = solver_.check();
    if (result == z3::sat) model_ = solver_.get_model();
    if (result == z3::unknown) reason_ = solver_.reason_unknown();
    solver_.pop();
    switch (result) {
      case z3::sat:
        return Answer::sat;
      case z3::unsat:
        return Answer::unsat;
      case z3::unknown:
        break;
    }
  } catch (const z3::exception& e) {
    if (!is_out_of_budget(e.msg()))
      throw SolverFailure(std::string("Z3 answers a question by: ") + e.msg());
    reason_ = e.msg();
  }
  if (std::chrono::steady_clock::now() - begun >= limit_) out_of_time();
  return Answer::unknown;
}

std::uint32_t Solver::steps() const {
  const z3::stats all = solver_.statistics();
  for (unsigned i = 0; i < all.size(); ++i)
    if (all.key(i) == "rlimit count" && all.is_uint(i)) return all.uint_value(i);
  return 0;
}

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
