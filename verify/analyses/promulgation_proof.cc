#include "verify/analyses/promulgation_proof.h"

#include <fmt/format.h>

#include <algorithm>

namespace capmarket::analyses {
namespace {

/// Another seed's report beside the first one's: a rule is asked the same things under each.
void compare(PromulgationProof& proof, const RuleReport& other, int seed) {
  auto& first = proof.report.findings;
  if (other.internal_error) {
    proof.disagreements.push_back(
        fmt::format("seed {}: a counterexample does not reproduce: {}", seed, other.mismatch));
    return;
  }
  if (other.findings.size() != first.size()) {
    proof.disagreements.push_back(fmt::format("seed {}: another set of analyses", seed));
    return;
  }
  for (std::size_t i = 0; i < first.size(); ++i) {
    Finding& a = first[i];
    const Finding& b = other.findings[i];
    if (a.verdict == b.verdict || a.verdict == AnalysisVerdict::unknown) continue;
    if (b.verdict == AnalysisVerdict::unknown) {
      a.verdict = AnalysisVerdict::unknown;
      a.reason = fmt::format("under solver seed {}: {}", seed, b.reason);
      continue;
    }
    // `info` decides nothing: whether a question is asked at all may hang on another's answer.
    if (a.verdict == AnalysisVerdict::info || b.verdict == AnalysisVerdict::info) {
      if (a.verdict != AnalysisVerdict::proved) continue;
      a.verdict = AnalysisVerdict::unknown;
      a.reason = fmt::format("not asked under solver seed {}", seed);
      continue;
    }
    proof.disagreements.push_back(fmt::format("{} [{}]: {} under seed 0, {} under seed {}",
                                              a.analysis, a.subject, to_text(a.verdict),
                                              to_text(b.verdict), seed));
  }
}

/// What a second solver does not confirm is not proved at this grade.
void confirm(PromulgationProof& proof, const smt::RecheckReport& again) {
  for (std::size_t k = 0; k < again.files.size(); ++k)
    if (again.files[k].outcome == smt::Recheck::disagrees)
      proof.disagreements.push_back(fmt::format("{}: {} {} says {}", proof.set.files[k].name,
                                                again.solver, again.version, again.files[k].said));
  for (std::size_t k = 0; k < again.files.size(); ++k)
    if (again.files[k].outcome == smt::Recheck::failed)
      proof.failures.push_back(fmt::format("{}: {}", proof.set.files[k].name, again.files[k].said));
  for (std::size_t i = 0; i < proof.subject.claims.size(); ++i) {
    Finding& f = proof.report.findings[i];
    if (f.verdict != AnalysisVerdict::proved) continue;
    for (std::size_t k : proof.set.rests_on[i]) {
      if (again.files[k].outcome == smt::Recheck::agrees) continue;
      f.verdict = AnalysisVerdict::unknown;
      f.reason = fmt::format("{} does not confirm {}: {}", again.solver, proof.set.files[k].name,
                             again.files[k].said);
      break;
    }
  }
}

}  // namespace

smt::CertificateSubject certificate_subject(const RuleReport& report) {
  smt::CertificateSubject out;
  out.rule = report.rule;
  out.version = report.version;
  out.id = report.id;
  for (const Finding& f : report.findings)
    out.claims.push_back({f.analysis, f.subject, std::string(to_text(f.verdict))});
  return out;
}

Result<PromulgationProof> prove_for_promulgation(const question::RuleFile& own,
                                                 const std::vector<question::RuleFile>& files,
                                                 const PromulgationProofOptions& options) {
  const auto until = std::chrono::steady_clock::now() + options.total;
  for (const char* solver : {"z3", "cvc5"})
    if (auto there = smt::recheck_version(solver); !there) return tl::unexpected(there.error());
  PromulgationProof out;
  CheckOptions check = options.check;
  check.scripted_scenarios = false;
  check.framework = true;
  check.until = until;
  smt::Questions questions;
  {
    smt::QuestionRecorder recorder;
    out.report = check_rule(own, files, check);
    questions = recorder.take();
  }
  if (!out.report.problems.empty()) {
    out.problems = out.report.problems;
    return out;
  }
  if (out.report.internal_error) {
    out.disagreements.push_back(out.report.mismatch);
    return out;
  }
  out.subject = certificate_subject(out.report);
  out.subject.program = options.program;
  out.subject.rlimit = check.rlimit;
  out.set = smt::certificates_of(std::move(questions), out.subject);
  for (int seed = 1; seed < options.seeds; ++seed) {
    check.seed = static_cast<std::uint32_t>(seed);
    compare(out, check_rule(own, files, check), seed);
  }
  for (const char* solver : {"z3", "cvc5"}) {
    auto again = smt::recheck(out.set, {solver, options.file, options.threads, until});
    if (!again) return tl::unexpected(again.error());
    confirm(out, *again);
    out.rechecks.push_back(std::move(*again));
  }
  return out;
}

}  // namespace capmarket::analyses
