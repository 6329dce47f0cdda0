#include "verify/trace/verify.h"

namespace capmarket::trace {
namespace {

/// Worst of the audit and the theorems.
ChainVerdict verdict_of(const VerifyReport& report) {
  if (!report.audit.holds()) return ChainVerdict::violated;
  if (report.receipt && !report.receipt->holds()) return ChainVerdict::violated;
  ChainVerdict out = ChainVerdict::holds;
  for (const TraceTheorem& t : report.theorems) {
    switch (t.verdict) {
      case theorems::Verdict::proved:
        break;
      case theorems::Verdict::refuted:
        return ChainVerdict::violated;
      case theorems::Verdict::unknown:
        out = ChainVerdict::undecided;
        break;
      case theorems::Verdict::vacuous:
        // With obligations it means that a planted violation went unnoticed.
        if (t.obligations > 0) return ChainVerdict::violated;
        break;
    }
  }
  return out;
}

}  // namespace

std::string_view to_text(ChainVerdict verdict) {
  switch (verdict) {
    case ChainVerdict::holds:
      return "holds";
    case ChainVerdict::violated:
      return "violated";
    case ChainVerdict::undecided:
      return "undecided";
  }
  return {};
}

Result<VerifyReport> verify_chain(const std::string& dir, const VerifyOptions& options) {
  std::unique_ptr<TraceProver> prover;
  if (options.solver) prover = trace_prover({options.rlimit, options.timeout_ms});
  auto receipt = audit::read_receipt(dir);
  if (!receipt) return tl::unexpected(receipt.error());
  audit::AuditOptions auditing{options.threads, prover.get()};
  // Whoever reads a simulated run knows that its keys are.
  const bool simulated = *receipt && (*receipt)->there && (*receipt)->scheme == crypto::Scheme::mac;
  auditing.allow_mac = options.allow_mac || simulated;
  if (*receipt && (*receipt)->there) auditing.root_at = (*receipt)->size;
  auto audit = audit::audit_chain(dir, auditing);
  if (!audit) return tl::unexpected(audit.error());
  VerifyReport out;
  if (*receipt) audit::compare_receipt(**receipt, *audit);
  out.receipt = std::move(*receipt);
  out.audit = std::move(*audit);
  if (prover != nullptr && !out.audit.damaged) out.theorems = prover->theorems();
  out.verdict = verdict_of(out);
  return out;
}

}  // namespace capmarket::trace
