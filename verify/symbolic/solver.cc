#include "verify/symbolic/solver.h"

namespace capmarket {

Solver::Solver(const SolverBudget& budget)
    : solver_(SymbolicScope::context(), z3::solver::simple()) {
  z3::params params(SymbolicScope::context());
  params.set("rlimit", budget.rlimit);
  params.set("timeout", budget.timeout_ms);
  params.set("random_seed", 0u);
  solver_.set(params);
}

void Solver::add(const Symbolic::Bool& b) { solver_.add(b.term()); }

void Solver::add(const std::vector<Symbolic::Bool>& all) {
  for (const auto& b : all) add(b);
}

Answer Solver::check(const std::vector<Symbolic::Bool>& extra) {
  model_.reset();
  reason_.clear();
  try {
    solver_.push();
    add(extra);
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
        return Answer::unknown;
    }
  } catch (const z3::exception& e) {
    reason_ = e.msg();
  }
  return Answer::unknown;
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

Symbolic::Bool all_of(const std::vector<Symbolic::Bool>& terms) {
  z3::expr_vector all(SymbolicScope::context());
  for (const auto& t : terms) all.push_back(t.term());
  return Symbolic::Bool(z3::mk_and(all));
}

Symbolic::Bool any_of(const std::vector<Symbolic::Bool>& terms) {
  z3::expr_vector any(SymbolicScope::context());
  for (const auto& t : terms) any.push_back(t.term());
  return Symbolic::Bool(z3::mk_or(any));
}

}  // namespace capmarket
