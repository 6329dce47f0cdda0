#include "verify/trace/trace.h"

#include "verify/trace/clause_proof.h"
#include "verify/trace/load_proof.h"

namespace capmarket::trace {
namespace {

class Prover final : public TraceProver {
 public:
  explicit Prover(const TraceOptions& options)
      : loads_({options.rlimit, options.timeout_ms}),
        clauses_({options.rlimit, options.timeout_ms}) {}

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
  smt::SymbolicScope scope_;  // terms below belong to it
  LoadProof loads_;
  ClauseProof clauses_;
};

}  // namespace

std::unique_ptr<TraceProver> trace_prover(const TraceOptions& options) {
  return std::make_unique<Prover>(options);
}

}  // namespace capmarket::trace
