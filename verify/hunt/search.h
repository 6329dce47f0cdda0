// One question about histories: is there one of exactly so many steps whose last step …?
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "verify/hunt/claims.h"
#include "verify/hunt/values.h"
#include "verify/smt/solver.h"

namespace capmarket::hunt {

/// Asks about ever longer histories of one rule, over the current scope of the solver.
class Search {
 public:
  /// `options.debts` follows from what the expressions read.
  Search(const question::RuleSubject& subject, const smt::SolverBudget& budget,
         const rules::Goal* goal, HistoryOptions options = {});

  /// The history so far.
  History& history() { return history_; }
  /// One move more.
  void extend();
  /// What was found to hold of every history so far.
  void assume(const std::vector<smt::Symbolic::Bool>& all);
  /// Whether `asked` holds of some real history: `unsat` is final.
  smt::Answer any(const smt::Symbolic::Bool& asked);
  /// `sat`: an example whose values are exact and whose victims are in order, in `model()`, its
  /// numbers small, the same ones every time. Anything else: none was found.
  smt::Answer example(const smt::Symbolic::Bool& asked);
  /// Likewise, of prices and quantities of the rule's grids alone; for what `any` gives up on.
  bool at_corners(const smt::Symbolic::Bool& asked);
  const z3::model& model() const { return *model_; }
  /// Why the last answer is unknown.
  const std::string& reason() const { return reason_; }
  /// The last unknown was the solver's.
  bool gave_up() const { return gave_up_; }

 private:
  smt::Answer asked_of_last(const smt::Symbolic::Bool& asked) const;
  smt::Answer ask(const std::vector<smt::Symbolic::Bool>& extra);
  void narrow(unsigned rlimit);
  void narrow_to(const smt::Symbolic::Bool& asked);
  std::vector<std::vector<smt::Symbolic::Bool>> corners() const;
  std::string gave_up_text(const smt::Solver& solver) const;
  bool hold(const std::vector<smt::Symbolic::Bool>& way);
  bool exact();
  bool with_windows();
  void minimise();
  void lower_all();
  bool matters(const question::Unknown& unknown) const;
  void lower(const question::Unknown& unknown);

  const rules::Goal* goal_;
  std::vector<std::uint8_t> rows_;
  History history_;
  ValueNeeds needs_;
  smt::SolverBudget budget_;
  std::vector<smt::Symbolic::Bool> premises_;
  std::vector<smt::Symbolic::Bool> last_;  // those of the last step, and what was assumed since
  smt::Solver light_;                      // without what the state asked of steps before the last
  smt::Solver solver_;
  std::unique_ptr<smt::Solver> example_;  // narrowed to one example
  std::vector<smt::Symbolic::Bool> narrowed_;
  std::optional<z3::model> model_;
  std::string reason_;
  bool gave_up_ = false;
  bool renews_ = false;  // the example may need renewals
  int undecided_ = 0;
};

}  // namespace capmarket::hunt
