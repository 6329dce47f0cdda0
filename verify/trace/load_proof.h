// INV-1 over a recorded chain: at a free instant of every admitted leg, at its own sequence number.
#pragma once

#include "verify/audit/evidence.h"
#include "verify/trace/batch.h"

namespace capmarket::trace {

/// Takes admitted settlements one by one and proves their legs in batches.
class LoadProof {
 public:
  explicit LoadProof(const smt::SolverBudget& budget);

  /// Before the settlement changes the state that the evidence points to. O(breakpoints of the
  /// legs' windows).
  void admitted(const audit::SettlementEvidence& e);
  /// After the last one: proves what is left.
  void end();
  /// The theorem, after `end`.
  TraceTheorem theorem() const { return progress_.finished(); }

 private:
  /// Something that counts over a window: load and legs add, releases and the limit take off.
  struct Term {
    Window window;
    smt::Symbolic::Int quantity;
    bool settled = false;  // by the settlement itself
  };
  using Terms = std::vector<Term>;

  Terms on_declaration(const audit::SettlementEvidence& e, const audit::LegEvidence& leg) const;
  Terms on_infrastructure(const audit::SettlementEvidence& e, const audit::LegEvidence& leg) const;
  /// `inherits`: what was there before may be too much, if the settlement adds nothing to it.
  void prove(Terms terms, const Window& window, const std::string& label, bool inherits);
  smt::Symbolic::Bool violation(const Terms& terms, const Window& within, bool inherits) const;
  smt::Symbolic::Int total(const Terms& terms, const Window& within, bool of_settlement) const;
  void plant(const audit::LegEvidence& leg);
  void ask();

  smt::SolverBudget budget_;
  Progress progress_;
  Batch batch_;
  std::size_t terms_in_batch_ = 0;
  smt::Symbolic::Int t_;
};

}  // namespace capmarket::trace
