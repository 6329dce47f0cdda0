// Every certificate of a rule, decided again by cvc5.
#pragma once

#include <string>

#include "verify/certificate/recheck.h"
#include "verify/rules/grade.h"

namespace capmarket::testing {

struct Rechecked {
  CertificateSet set;
  RuleReport report;
  RecheckReport again;
};

inline Rechecked recheck_rule(const std::string& file, const std::string& solver) {
  auto files = load_rule_files(file);
  CHECK(files.has_value(), file);
  Rechecked out;
  QuestionRecorder recorder;
  out.report = check_rule(files->front(), *files, {});
  CertificateSubject about = certificate_subject(out.report);
  out.set = certificates_of(recorder.take(), about);
  RecheckOptions options;
  options.solver = solver;
  auto again = recheck(out.set, options);
  CHECK(again.has_value(), solver);
  out.again = std::move(*again);
  return out;
}

/// The file and what was said of it, where that is not `outcome`.
inline std::string others(const Rechecked& r, Recheck outcome) {
  std::string out;
  for (std::size_t k = 0; k < r.again.files.size(); ++k)
    if (r.again.files[k].outcome != outcome)
      out += r.set.files[k].name + ": " + r.again.files[k].said + "\n";
  return out;
}

}  // namespace capmarket::testing
