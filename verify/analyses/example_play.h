// A golden case, played: the smallest market that implies it on a chain of its own, and what that
// chain decides. Private to verify/analyses. Source: docs/spec/analyses.md#golden-cases.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "scenarios/executor.h"
#include "verify/analyses/example_case.h"
#include "verify/smt/effort.h"

namespace capmarket::analyses {

/// What came of a golden case.
struct ExampleOutcome {
  std::map<std::string, std::string> values;  // what an example may expect, as NamedValue says
  std::size_t tier = 0;                       // that was asked for, or the best that is eligible
  bool displaced = false;
  std::vector<admission::ClauseId> refused_by;  // failed or unresolved; empty: admitted
  /// What was played, the decisive step with what came of it: a run does the same.
  scenarios::Scenario scenario;

  /// Refused because of these clauses, in words; empty where it was admitted.
  std::string because() const;
  /// The clause of eligibility did not refuse it.
  bool is_eligible() const;
};

/// Plays the example: at the tier that it gives, else at the best at which the chain finds it
/// eligible. Where a displacement has more than one market, the smallest whose chain has every
/// value that is given. `title` becomes the scenario's name; `tries`: as of case_of_example.
/// Deterministic; at most five chains a tier. Problems, of the variable: no market has what is
/// given.
tl::expected<ExampleOutcome, NoMarket> play_example(
    const question::RuleSubject& subject, const rules::Example& example,
    const scenarios::MakeExecutor& executor, const std::string& title = "example",
    std::uint32_t tries = smt::Effort{}.value_tries);

}  // namespace capmarket::analyses
