// A rule at promulgation grade: under several solver seeds, and every certificate decided again in
// fresh processes of two solvers. Source: docs/spec/analyses.md#effort. No solver stands in this
// header.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "verify/analyses/check.h"
#include "verify/smt/recheck.h"

namespace capmarket::analyses {

/// How much is tried, and for how long.
struct PromulgationProofOptions {
  CheckOptions check;
  int seeds = 5;
  int threads = 2;                          // of the second solvers
  std::chrono::milliseconds total{60'000};  // for all of it; what is left over is unknown
  std::chrono::milliseconds file{20'000};   // for each file and solver
  std::string program;                      // version of capmarket, for the manifest
};

/// The report of a rule with the certificates that it rests on, each decided again.
struct PromulgationProof {
  /// Of the first seed; an analysis that another seed, or a second solver, leaves undecided is
  /// `unknown` here, with the reason.
  RuleReport report;
  smt::CertificateSubject subject;
  smt::CertificateSet set;  // of the first seed: what `check --certificates` leaves
  std::vector<smt::RecheckReport> rechecks;  // Z3 in fresh processes, then cvc5
  /// Two answers to one question: an error of ours or of a solver. Nothing here is to be believed.
  std::vector<std::string> disagreements;
  /// Golden cases that no market implies: wrong input. Then nothing was proved.
  Problems problems;
  /// A second solver that crashed or answered rubbish: the file, the command line, the answer.
  std::vector<std::string> failures;
};

/// Problems: a second solver that cannot be started, or does not tell its version. Deterministic
/// but for times, within them.
Result<PromulgationProof> prove_for_promulgation(const question::RuleFile& own,
                                                 const std::vector<question::RuleFile>& files,
                                                 const PromulgationProofOptions& options);

/// What certificates of this report are about; `program` and `rlimit` are left to the caller.
smt::CertificateSubject certificate_subject(const RuleReport& report);

}  // namespace capmarket::analyses
