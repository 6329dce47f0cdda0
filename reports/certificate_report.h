// Certificates and what a second solver said of them, beside the reports of check and prove.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "verify/analyses/promulgation_proof.h"
#include "verify/smt/certificate.h"
#include "verify/smt/recheck.h"
#include "verify/theorems/prove.h"
#include "verify/trace/verify.h"

namespace capmarket::reports {

/// The certificates of one report.
struct Certified {
  smt::CertificateSubject subject;
  smt::CertificateSet set;
  std::string directory;                      // empty: not kept
  std::optional<smt::RecheckReport> recheck;  // where it was asked for

  /// What was decided otherwise: an error of ours or of a solver (exit 70).
  bool disagrees() const;
  /// The second solver crashed or answered rubbish (exit 69).
  bool failed() const;
};

/// What the certificates of a report are about; `program` and `rlimit` are left to the caller.
smt::CertificateSubject certificate_subject(const theorems::ProveReport& report);
/// What certificates of that verification are about.
smt::CertificateSubject certificate_subject(const trace::VerifyReport& report);

/// `{directory, digest, files}`
nlohmann::ordered_json certificates_json(const Certified& certified);
/// `{solver, version, agrees, unknown[{file, said}], failed[…], disagrees[…], milliseconds}` over
/// all; null where it was not asked for.
nlohmann::ordered_json recheck_json(const Certified& certified);

/// Adds `certificate` (names of files) and `recheck` to each of `entries`, whose `key` names an
/// analysis and which stands for the claims of that analysis, and of its `subject` where it has
/// one.
void add_certificates(nlohmann::ordered_json& entries, const char* key, const Certified& certified);

/// For a terminal: how many certificates stand where, and what a second solver said of them.
std::string certified_text(const Certified& certified, bool colour);
/// What disagrees and what failed, a block a file, for stderr.
std::string disagreement_text(const Certified& certified);

}  // namespace capmarket::reports
