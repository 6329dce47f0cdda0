// Every certificate of a rule, decided again by cvc5.
#pragma once

#include <string>

#include "verify/smt/recheck.h"
#include "verify/analyses/promulgation_proof.h"

namespace capmarket::analyses {

struct Rechecked {
  smt::CertificateSet set;
  RuleReport report;
  smt::RecheckReport again;
};

inline Rechecked recheck_rule(const std::string& file, const std::string& solver,
                              std::chrono::milliseconds limit = std::chrono::seconds(20)) {
  auto files = question::load_rule_files(file);
  CHECK(files.has_value(), file);
  Rechecked out;
  smt::QuestionRecorder recorder;
  out.report = check_rule(files->front(), *files, {});
  smt::CertificateSubject about = certificate_subject(out.report);
  out.set = smt::certificates_of(recorder.take(), about);
  smt::RecheckOptions options;
  options.solver = solver;
  options.limit = limit;
  auto again = smt::recheck(out.set, options);
  CHECK(again.has_value(), to_text(again.error()));
  out.again = std::move(*again);
  return out;
}

/// The file and what was said of it, where that is not `outcome`.
inline std::string others(const Rechecked& r, smt::Recheck outcome) {
  std::string out;
  for (std::size_t k = 0; k < r.again.files.size(); ++k)
    if (r.again.files[k].outcome != outcome)
      out += r.set.files[k].name + ": " + r.again.files[k].said + "\n";
  return out;
}

}  // namespace capmarket::analyses
