// A golden case, decided by the code that admission runs; private to verify/analyses.
#pragma once

#include <map>
#include <string>

#include "verify/analyses/check.h"
#include "verify/question/query.h"

namespace capmarket::analyses {

/// What comes of a golden case.
struct GoldenOutcome {
  std::map<std::string, std::string> values;  // what an example may expect, as NamedValue says
  const rules::Tier* tier =
      nullptr;  // that it asks for, or the best that it reaches; null for none
  bool displaced = false;
  /// As a case that a scenario can hold, where its numbers of the victim are those of a whole
  /// grant.
  std::optional<question::RequestCase> request_case;
};

/// What comes of the example, with everything that it does not give filled in:
/// docs/spec/analyses.md#golden-cases.
GoldenOutcome decide_example(const question::RuleSubject& subject, const rules::Example& example);

/// The case of a question as an example: `given` what makes the case, `expect` what comes of it
/// now. A problem where no example says the case: its outcome is then another.
Result<rules::Example> example_of(const question::RuleSubject& subject,
                                  const question::RequestCase& request_case,
                                  const question::CaseRole& role);

}  // namespace capmarket::analyses
