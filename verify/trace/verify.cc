#include "verify/trace/verify.h"

namespace capmarket::trace {
namespace {

/// Worst of the audit and the theorems.
ChainVerdict verdict_of(const VerifyReport& report) {
  if (!report.audit.holds()) return ChainVerdict::violated;
  if (report.receipt && !report.receipt->holds()) return ChainVerdict::violated;
  ChainVerdict out = report.audit.out_of_time ? ChainVerdict::undecided : ChainVerdict::holds;
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

namespace {

using Clock = std::chrono::steady_clock;

RestsOn rests_on(const VerifyReport& report, const VerifyOptions& options,
                 const std::optional<audit::OlderCheckpoint>& older,
                 const audit::PinsFound& found) {
  RestsOn out;
  out.simulated = report.receipt && report.receipt->legible;
  const audit::Pins& pins = options.pins;
  const std::string origin = "capmarket/" + to_hex(report.audit.chain);
  if (pins.chain || !pins.log_name.empty())
    out.chain_expected = (!pins.chain || *pins.chain == report.audit.chain) &&
                         (pins.log_name.empty() || pins.log_name == origin);
  if (pins.log_key) out.log_key_expected = *pins.log_key == report.audit.log_key;
  if (older) out.since = older->claims.size;
  out.goes_on = found.goes_on;
  out.other_lines = found.other_lines;
  for (const auto& [witness, time] : found.cosigned)
    out.cosigned.emplace_back(options.pins.witnesses[witness].name, time);
  return out;
}

audit::AuditOptions auditing(const VerifyOptions& options, TraceProver* prover,
                             const std::optional<audit::RunReceipt>& receipt,
                             const std::optional<audit::OlderCheckpoint>& older,
                             std::optional<Clock::time_point> until) {
  audit::AuditOptions out{options.threads, prover};
  // Whoever reads a simulated run knows that its keys are; and what stands against the files of a run
  // is told, whatever signs its chain: it does not hold.
  const bool simulated = receipt && receipt->legible && receipt->scheme == crypto::Scheme::mac;
  out.allow_mac = options.allow_mac || simulated || (receipt && !receipt->holds());
  if (receipt && receipt->legible) out.roots_at.insert(receipt->size);
  if (older) out.roots_at.insert(older->claims.size);
  if (until) out.out_of_time = [until] { return Clock::now() >= *until; };
  return out;
}

}  // namespace

Result<VerifyReport> verify_chain(const std::string& dir, const VerifyOptions& options) {
  std::optional<Clock::time_point> until;
  if (options.within) until = Clock::now() + *options.within;
  auto older = audit::read_older(options.pins);
  if (!older) return tl::unexpected(older.error());
  std::unique_ptr<TraceProver> prover;
  if (options.solver) prover = trace_prover({options.rlimit, options.timeout_ms, until});
  auto receipt = audit::read_receipt(dir);
  if (!receipt) return tl::unexpected(receipt.error());
  auto audit = audit::audit_chain(dir, auditing(options, prover.get(), *receipt, *older, until));
  if (!audit) return tl::unexpected(audit.error());
  VerifyReport out;
  out.solver = options.solver;
  if (*receipt) audit::compare_receipt(**receipt, *audit);
  out.receipt = std::move(*receipt);
  out.audit = std::move(*audit);
  auto found = audit::check_pins(options.pins, *older, out.audit);
  if (!found) return tl::unexpected(found.error());
  out.rests_on = rests_on(out, options, *older, *found);
  if (prover != nullptr && !out.audit.damaged) out.theorems = prover->theorems();
  for (TraceTheorem& t : out.theorems)
    if (out.audit.out_of_time && t.verdict != theorems::Verdict::refuted) {
      t.verdict = theorems::Verdict::unknown;
      t.detail = "the audit did not get to the end within the time";
    }
  out.verdict = verdict_of(out);
  return out;
}

}  // namespace capmarket::trace
