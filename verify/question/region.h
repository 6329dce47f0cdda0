// Around a case of one request: the ranges in which every request is one too.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "verify/question/symbolic_request.h"
#include "verify/smt/solver.h"

namespace capmarket::question {

/// A variable that a question read, and what it may be.
struct RegionSide {
  std::size_t row = 0;
  std::vector<smt::Symbolic::Bool> same{};  // of no number: that it is as in the case
  bool any = false;                         // it may be anything
  smt::Symbolic::Int term{};
  std::int64_t from = 0, until = 0;  // both inside
  std::vector<std::int64_t> ends{};  // of a number: where a range may end, in order
  std::string named{};               // of a set: the name that it has or has not

  bool ranges() const { return !ends.empty(); }
};

/// Ranges around a case. Each size of them is a question: `given` holds, all sides lie inside, and
/// `faults` do not all hold. Deterministic within the budget; what is undecided does not grow.
class Region {
 public:
  Region(const smt::SolverBudget& budget, const std::vector<smt::Symbolic::Bool>& given,
         const std::vector<smt::Symbolic::Bool>& faults);

  /// Adds a variable, as it is in the example. A range ends at one of `ends`, or at its limits.
  void add(const z3::model& model, std::size_t row, const expr::Bindings<CheckedSymbolic>& bindings,
           const std::vector<std::string>& names, const std::vector<std::int64_t>& ends);
  /// Side by side, as far as what is named lies. False: nothing is known but the case.
  bool grow();
  /// A line a variable, with no text where it may be anything; of a set, all that it must have or
  /// not. `values`: of the case, for what is no number.
  std::vector<std::pair<std::string, std::string>> told(
      const std::vector<std::pair<std::string, std::string>>& values,
      const rules::Rule& rule) const;

 private:
  bool holds();
  void farthest(const RegionSide& side, std::int64_t& end, bool up);

  smt::Solver solver_;
  std::vector<RegionSide> sides_;
};

}  // namespace capmarket::question
