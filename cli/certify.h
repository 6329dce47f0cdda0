// `--certificates DIR` and `--recheck SOLVER`, shared by the commands that prove.
#pragma once

#include <optional>
#include <string>

#include "cli/command.h"
#include "cli/stop.h"
#include "reports/certificate_report.h"

namespace capmarket::cli {

/// What becomes of the questions that a command asks of the solver.
struct CertifyOptions {
  std::string directory;  // empty: nothing is kept
  std::string solver;     // empty: nothing is decided again
  bool on() const { return !directory.empty() || !solver.empty(); }
};

/// Adds both options to a command.
void add_certify(CLI::App& command, CertifyOptions& options);

/// What could go wrong later, before minutes are spent: the solver is missing (kSolverFailed), the
/// directory taken.
Step<void> certify_ready(const CertifyOptions& options, const CommonOptions& common);

/// Decides again, where asked for, and writes into `directory` (empty: nowhere). What disagrees is
/// told on stderr, like what failed, and is written all the same: it is what has to be looked at.
Step<reports::Certified> certify(smt::Questions questions, smt::CertificateSubject subject,
                                 const CertifyOptions& options, const std::string& directory,
                                 const CommonOptions& common);

/// The exit status that a second solver brings, kSolverFailed or kInternal; else `status`.
int certified_status(const reports::Certified& certified, int status);

}  // namespace capmarket::cli
