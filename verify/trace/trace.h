// Proofs over a recorded chain: INV-1 at a free instant, INV-2 for every settlement at its own
// sequence number. The facts are the auditor's, never admission's.
// Source: docs/spec/semantics.md#invariants.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "verify/audit/audit.h"
#include "verify/theorems/prove.h"

namespace capmarket::trace {

/// What certificates call the violations of a chain, and those that were planted.
inline constexpr const char* kTraceSubject = "trace";
inline constexpr const char* kTwinSubject = "twin";

/// One theorem over a recorded chain.
struct TraceTheorem {
  std::string name;  // INV-1, INV-2
  std::string statement;
  theorems::Verdict verdict = theorems::Verdict::unknown;
  std::int64_t milliseconds = 0;
  std::int64_t obligations = 0;  // admitted legs; settlements
  bool twin_refuted = false;     // the same query with a violation planted in it was refuted
  std::string detail;            // what refutes it, or why it is unknown
};

/// How hard the solver tries, a query; and an instant after which none begins or goes on.
struct TraceOptions {
  std::uint32_t rlimit = 50'000'000;
  std::uint32_t timeout_ms = 60'000;
  std::optional<std::chrono::steady_clock::time_point> until{};
};

/// Gathers while the audit runs and proves in batches; `theorems` after it ended.
class TraceProver : public audit::AuditObserver {
 public:
  /// INV-1, then INV-2.
  virtual std::vector<TraceTheorem> theorems() = 0;
};
/// A prover for one audit.
std::unique_ptr<TraceProver> trace_prover(const TraceOptions& options);

}  // namespace capmarket::trace
