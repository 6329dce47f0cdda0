#include "verify/trace/trace.h"

#include "verify/trace/clause_proof.h"
#include "verify/trace/load_proof.h"

namespace capmarket::trace {
namespace {

class Prover final : public TraceProver {
 public:
  explicit Prover(const TraceOptions& options)
      : loads_(budget_of(options)), clauses_(budget_of(options)) {}

  void on_settlement(const audit::SettlementEvidence& e, const audit::Judgement& recorded) override {
    if (recorded.failed.empty() && recorded.unresolved.empty()) loads_.admitted(e);
    clauses_.settlement(e, recorded);
  }
  void on_end(const audit::AuditState&) override {
    loads_.end();
    clauses_.end();
  }
  std::vector<TraceTheorem> theorems() override { return {loads_.theorem(), clauses_.theorem()}; }

 private:
  static smt::SolverBudget budget_of(const TraceOptions& options) {
    smt::SolverBudget out{options.rlimit, options.timeout_ms};
    out.until = options.until;
    return out;
  }

  smt::SymbolicScope scope_;  // terms below belong to it
  LoadProof loads_;
  ClauseProof clauses_;
};

}  // namespace

std::unique_ptr<TraceProver> trace_prover(const TraceOptions& options) {
  return std::make_unique<Prover>(options);
}

}  // namespace capmarket::trace
