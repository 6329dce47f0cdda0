// INV-2 over a recorded chain: every settlement against the written requirements, at its own
// sequence number.
#pragma once

#include "verify/audit/judge.h"
#include "verify/theorems/requirements.h"
#include "verify/trace/batch.h"

namespace capmarket::trace {

/// Takes settlements one by one and proves them in batches.
class ClauseProof {
 public:
  explicit ClauseProof(const smt::SolverBudget& budget);

  /// One settlement with what its leaf says.
  void settlement(const audit::SettlementEvidence& e, const audit::Judgement& recorded);
  /// After the last one: proves what is left.
  void end();
  /// The theorem, after `end`.
  TraceTheorem theorem() const { return progress_.finished(); }

 private:
  using Facts = admission::SettlementFacts<smt::Symbolic>;

  smt::Symbolic::Bool admitted_violation(const Facts& f);
  smt::Symbolic::Bool refused_violation(const Facts& f, const audit::Judgement& recorded);
  void plant_admitted(Facts f);
  void plant_refused(Facts f);
  /// Points are shared by all settlements: an existential distributes over the disjuncts.
  const theorems::RequirementPoint& point(std::size_t i, std::size_t victims);

  smt::SolverBudget budget_;
  Progress progress_;
  Batch batch_;
  std::vector<theorems::RequirementPoint> points_;
  bool admitted_seen_ = false, refused_seen_ = false;
  bool admitted_twin_ = false, refused_twin_ = false;
};

}  // namespace capmarket::trace
