// A case that the solver found, as a golden case that a rule file can hold; private to
// verify/analyses.
#pragma once

#include "scenarios/executor.h"
#include "verify/question/query.h"

namespace capmarket::analyses {

/// The case of a question as an example: `given` what makes the case, `expect` what comes of it on
/// a chain now. A problem where no example says the case (its outcome is then another), or nothing
/// plays it.
Result<rules::Example> example_of(const question::RuleSubject& subject,
                                  const question::RequestCase& request_case,
                                  const question::CaseRole& role,
                                  const scenarios::MakeExecutor& executor);

}  // namespace capmarket::analyses
