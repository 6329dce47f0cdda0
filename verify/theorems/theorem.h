// A theorem as data: queries that must be unsatisfiable, a cover that must be satisfiable,
// mutations that must be refuted with a counterexample that reproduces. Source:
// docs/spec/analyses.md#how-a-proof-can-fail.
#pragma once

#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "verify/smt/solver.h"
#include "verify/theorems/prove.h"

namespace capmarket::theorems {

using Premises = std::shared_ptr<const std::vector<smt::Symbolic::Bool>>;

/// Premises that several queries can share.
inline Premises premises(std::vector<smt::Symbolic::Bool> all) {
  return std::make_shared<const std::vector<smt::Symbolic::Bool>>(std::move(all));
}

/// What an example is when it is run through the real, concrete code.
struct Replay {
  bool reproduced = false;
  std::string words;  // the case, or how it failed to reproduce
};
using ReplayFunction = std::function<Replay(const z3::model&)>;

/// `assume` implies `claim`. Queries that share the object `assume` share a solver. `replay` takes
/// an example of the premises (the cover) or of premises and not claim (a counterexample).
struct TheoremQuery {
  Premises assume;
  smt::Symbolic::Bool claim;
  ReplayFunction replay;
};

/// A theorem with something taken out, which must be refuted.
struct Mutation {
  std::string removed;
  TheoremQuery query;
};

/// A statement with the queries that prove it.
struct Theorem {
  std::string name;
  std::string statement;
  ProvedCode code = ProvedCode::shipped;
  std::string bounds;  // shapes and ranges: of what it is proved, and of nothing more
  std::vector<TheoremQuery> queries;  // the first one's premises are the cover
  std::vector<Mutation> mutations;
};

/// Terms of the theorems belong to the current SymbolicScope.
std::vector<Theorem> requirement_theorems();
std::vector<Theorem> inv1_theorems();
/// INV-3, INV-5, INV-8, money-conserved; INV-7.
std::vector<Theorem> accounting_theorems();
std::vector<Theorem> later_theorems();
std::vector<Theorem> overflow_theorems();
/// All of these, in the order of proving.
std::vector<Theorem> all_theorems();

/// One theorem with its cover and mutations. Solvers are kept between calls of one Engine.
class Engine {
 public:
  explicit Engine(const smt::SolverBudget& budget) : budget_(budget) {}
  /// Asks all of it. Seconds.
  TheoremReport run(const Theorem& theorem);

 private:
  smt::Answer ask(const TheoremQuery& query, bool negated, const smt::Solver** solver);
  Verdict main_queries(const Theorem& theorem, TheoremReport& report);
  MutationReport refute(const Mutation& mutation);

  smt::SolverBudget budget_;
  std::vector<std::pair<Premises, std::unique_ptr<smt::Solver>>> solvers_;
};

/// Moves `more` behind `all`.
inline void append(std::vector<Theorem>& all, std::vector<Theorem> more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

}  // namespace capmarket::theorems
