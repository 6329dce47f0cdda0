#include "cli/certify.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <thread>
#include "cli/version.h"

namespace capmarket::cli {
namespace {

constexpr std::int64_t kFileSecondsMax = 20;

}  // namespace

void add_certify(CLI::App& command, CertifyOptions& options) {
  command.add_option("--certificates", options.directory,
                     "leaves the solver's questions there as SMT-LIB files, with a manifest");
  command
      .add_option("--recheck", options.solver,
                  "decides each of them again by this solver: cvc5, z3")
      ->check(CLI::IsMember({"cvc5", "z3"}));
}

Step<void> certify_ready(const CertifyOptions& options, const CommonOptions& common) {
  if (!options.solver.empty())
    if (auto version = smt::recheck_version(options.solver); !version)
      return stop(kSolverFailed, version.error());
  if (options.directory.empty()) return {};
  if (auto room = smt::can_write_certificates(options.directory, common.force); !room)
    return stop(kBadInput, room.error());
  return {};
}

int certified_status(const reports::Certified& certified, int status) {
  return certified.disagrees() ? kInternal : certified.failed() ? kSolverFailed : status;
}

Step<reports::Certified> certify(smt::Questions questions, smt::CertificateSubject subject,
                                 const CertifyOptions& options, const std::string& directory,
                                 const CommonOptions& common) {
  reports::Certified out;
  subject.program = version_text();
  subject.rlimit = static_cast<std::uint32_t>(common.rlimit);
  out.set = smt::certificates_of(std::move(questions), subject);
  out.subject = std::move(subject);
  out.directory = directory;
  if (!directory.empty())
    if (auto w = smt::write_certificates(out.set, directory, common.force); !w)
      return stop(kBadInput, w.error());
  if (options.solver.empty()) return out;
  smt::RecheckOptions again;
  again.solver = options.solver;
  again.limit = std::chrono::seconds(std::min(common.timeout_seconds, kFileSecondsMax));
  again.threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  auto report = smt::recheck(out.set, again);
  if (!report) return stop(kSolverFailed, report.error());
  out.recheck = std::move(*report);
  std::fputs(reports::disagreement_text(out).c_str(), stderr);
  return out;
}

}  // namespace capmarket::cli
