// `capmarket verify`: the audit from the bytes, then the proofs over the recorded trace.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "verify/audit/audit.h"
#include "verify/audit/pins.h"
#include "verify/audit/receipt.h"
#include "verify/trace/trace.h"

namespace capmarket::trace {

/// What is asked beside the audit, and how hard the solver tries.
struct VerifyOptions {
  bool solver = true;      // false: `--solver none`, the audit alone
  bool allow_mac = false;  // also of a chain that is no simulated run's
  int threads = 2;
  std::uint32_t rlimit = 50'000'000;
  std::uint32_t timeout_ms = 60'000;                  // a question
  std::optional<std::chrono::milliseconds> within{};  // the whole; what it ends is undecided
  audit::Pins pins{};
};

/// `holds` exits 0, `violated` 1, `undecided` 3.
enum class ChainVerdict : std::uint8_t { holds, violated, undecided };
/// The verdict as reports say it.
std::string_view to_text(ChainVerdict verdict);

/// What an answer rests on: what was expected from outside, what the directory said of itself.
struct RestsOn {
  bool simulated = false;  // the receipt of a run names the seed that its keys follow from
  // Whether the chain and its log's key are those that were expected; empty: nobody said.
  std::optional<bool> chain_expected{}, log_key_expected{};
  std::optional<std::int64_t> since{};  // size of the older checkpoint
  bool goes_on = false;                 // from it
  std::int64_t other_lines = 0;         // on the checkpoint, of others than the log
  std::vector<std::pair<std::string, std::int64_t>> cosigned{};  // names and times of the expected
};

/// What the bytes of a chain and the proofs over it came to.
struct VerifyReport {
  audit::AuditReport audit;
  std::optional<audit::RunReceipt> receipt;  // of a run directory
  RestsOn rests_on{};
  bool solver = true;                  // false: none was asked
  std::vector<TraceTheorem> theorems;  // none where the bytes are damaged or without a solver
  ChainVerdict verdict = ChainVerdict::undecided;
};

/// Reads only. A theorem about nothing (a chain without a settlement) is `vacuous` and no
/// violation. Problems: no chain at all; one under `mac` that no receipt of a run says to be so; an
/// older checkpoint that is none of this log.
Result<VerifyReport> verify_chain(const std::string& dir, const VerifyOptions& options);

}  // namespace capmarket::trace
