// Asking the solver: satisfiable, not, or undecided within a deterministic budget.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "verify/smt/effort.h"
#include "verify/smt/symbolic.h"

namespace capmarket::smt {

/// A question ran out of time, and the budget says that it ends the whole then.
class OutOfTime : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// `rlimit` counts the solver's own steps a query and decides the same way everywhere; `timeout_ms`
/// is only a guard against a solver that does not count.
struct SolverBudget {
  unsigned rlimit = 50'000'000;
  unsigned timeout_ms = 60'000;
  unsigned seed = 0;  // of the solver's own choices
  /// No question begins after this instant: it is `unknown` then. Absent: none.
  std::optional<std::chrono::steady_clock::time_point> until{};
  /// What runs out of time is no answer, not even to a question that no verdict rests on: another
  /// example would come of it. It throws OutOfTime. Else it is `unknown`.
  bool time_ends = false;
  /// The question rests on remainders, as hours and weekdays do: Z3's older arithmetic goes first.
  bool remainders = false;
  Effort effort{};  // the other limits
};

/// Whether an example exists; `unknown`: the solver gave up.
enum class Answer { sat, unsat, unknown };

/// One incremental solver over the current scope.
class Solver {
 public:
  explicit Solver(const SolverBudget& budget);
  /// Both: premises of every question from here on.
  void add(const Symbolic::Bool& b);
  void add(const std::vector<Symbolic::Bool>& all);
  /// Satisfiability of what was added and `extra`, which is forgotten afterwards. Limits that are
  /// reached are `unknown`, faults are a SolverFailure. What is decided is recorded (recorder.h).
  Answer check(const std::vector<Symbolic::Bool>& extra = {});
  /// The same for what no verdict rests on: nothing is recorded, but by `record`.
  Answer probe(const std::vector<Symbolic::Bool>& extra = {});
  /// Records the question of what was added and `extra` with that answer; nothing for `unknown`, or
  /// where nobody records. A case of products, just found, is recorded with its values.
  void record(Answer answer, const std::vector<Symbolic::Bool>& extra = {}) const;
  /// The example of the last `sat`.
  const z3::model& model() const;
  /// Steps that all questions of this scope took so far, modulo 2^32.
  std::uint32_t steps() const;
  /// Why the last answer is unknown.
  const std::string& reason() const { return reason_; }
  /// Of an unknown: the steps were used up, or the time; else Z3 itself knows no more.
  bool ran_out() const { return ran_out_; }

 private:
  /// Past the budget's last instant; else what is left bounds the next question.
  bool late();
  void out_of_time() const;
  Answer attempt(z3::solver& solver, const std::vector<Symbolic::Bool>& extra, unsigned rlimit,
                 std::chrono::milliseconds time);
  z3::solver& with_older_arithmetic();

  SolverBudget budget_;
  z3::solver solver_;
  std::optional<z3::solver> older_;  // holds the first `older_has_` of what was added
  unsigned older_has_ = 0;
  z3::expr_vector added_;
  std::chrono::milliseconds limit_;  // of the next question
  std::optional<z3::model> model_;
  std::string reason_;
  bool ran_out_ = false;
};

/// Steps that all questions of the current scope took so far, modulo 2^32.
std::uint32_t steps_so_far();

/// Value of a term in an example. CHECKs that it fits 64 bits: free Ints are bounded by premise.
std::int64_t value_in(const z3::model& model, const Symbolic::Int& term);
/// The same of a truth value.
bool value_in(const z3::model& model, const Symbolic::Bool& term);

/// The conjunction; true of nothing.
Symbolic::Bool all_of(const std::vector<Symbolic::Bool>& terms);
/// The disjunction; false of nothing.
Symbolic::Bool any_of(const std::vector<Symbolic::Bool>& terms);

}  // namespace capmarket::smt
