// Certificates decided again, each in a fresh process of another solver. Source:
// docs/spec/analyses.md#deciding-again.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"
#include "verify/smt/certificate.h"

namespace capmarket::smt {

/// `unknown`: gave up, or ran out of time; it confirms nothing. `failed`: could not be started,
/// crashed, or answered what is no answer.
enum class Recheck : std::uint8_t { agrees, disagrees, unknown, failed };
/// The outcome as reports say it.
std::string_view to_text(Recheck outcome);

/// Who decides again, and for how long.
struct RecheckOptions {
  std::string solver = "cvc5";              // or `z3`: the programs of those names in PATH
  std::chrono::milliseconds limit{20'000};  // a file; the process is killed then
  int threads = 2;
  /// No file is begun after this instant: it is `unknown`. Absent: none.
  std::optional<std::chrono::steady_clock::time_point> until{};
};

/// What came of one file.
struct RecheckedFile {
  Recheck outcome = Recheck::unknown;
  std::string said;  // sat, unsat, unknown; of `failed` the command line and what it answered
};

/// What a second solver said of a set of certificates.
struct RecheckReport {
  std::string solver, version;
  std::vector<RecheckedFile> files;  // as in the set
  std::int64_t milliseconds = 0;

  /// How many files came out so.
  std::size_t count(Recheck outcome) const;
};

/// The version of that program. Problems: it cannot be started, answers something else than its
/// version, or is no solver that is known here.
Result<std::string> recheck_version(const std::string& solver);

/// Asks about every text, without the status that it states. Deterministic within the limits but
/// for `milliseconds`. Problems: the program cannot be started.
Result<RecheckReport> recheck(const CertificateSet& set, const RecheckOptions& options);

}  // namespace capmarket::smt
