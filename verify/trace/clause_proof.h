// INV-2 over a recorded chain: every settlement against the written requirements, at its own
// sequence number.
#pragma once

#include "verify/audit/judge.h"
#include "verify/induction/requirements.h"
#include "verify/trace/batch.h"

namespace capmarket::trace_internal {

class ClauseProof {
 public:
  explicit ClauseProof(const SolverBudget& budget);

  void settlement(const SettlementEvidence& e, const Judgement& recorded);
  void end();
  TraceTheorem theorem() const { return progress_.finished(); }

 private:
  using Facts = SettlementFacts<Symbolic>;

  Symbolic::Bool admitted_violation(const Facts& f);
  Symbolic::Bool refused_violation(const Facts& f, const Judgement& recorded);
  void plant_admitted(Facts f);
  void plant_refused(Facts f);
  /// Points are shared by all settlements: an existential distributes over the disjuncts.
  const RequirementPoint& point(std::size_t i, std::size_t victims);

  SolverBudget budget_;
  Progress progress_;
  Batch batch_;
  std::vector<RequirementPoint> points_;
  bool admitted_seen_ = false, refused_seen_ = false;
  bool admitted_twin_ = false, refused_twin_ = false;
};

}  // namespace capmarket::trace_internal
