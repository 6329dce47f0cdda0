// `capmarket check`: every analysis of a rule. Source: docs/spec/analyses.md#analyses-of-a-rule,
// docs/spec/analyses.md#how-a-proof-can-fail, docs/spec/analyses.md#witnesses. No solver
// stands in this header.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/executor.h"
#include "scenarios/scenario.h"
#include "verify/analyses/catalogue.h"
#include "verify/question/rule_set.h"
#include "verify/smt/effort.h"

namespace capmarket::analyses {

/// `info`: nothing to hold against the rule, and nothing proved: a figure, or why it is not asked.
enum class AnalysisVerdict : std::uint8_t { proved, refuted, unknown, vacuous, info };
/// The verdict as reports say it.
std::string_view to_text(AnalysisVerdict verdict);

/// A part of a file that a finding is about.
struct Provision {
  std::string file;
  std::string place;  // `tiers[0].displaces.when`; tiers by rank
  int line = 0, column = 0;
};

/// What one analysis says of one subject.
struct Finding {
  AnalysisId row = AnalysisId::schema_inhabited;
  std::string analysis;  // the row's id, or `goal:NAME`
  std::string subject;   // a tier, a goal, an expression, or the rule
  Severity severity = Severity::error;
  AnalysisVerdict verdict = AnalysisVerdict::unknown;
  std::string bound;      // of a bounded analysis: `4 steps`
  std::string judged_at;  // of a goal: the steps that it speaks of, `displacements`
  std::string sentence;   // of a refutation: what goes wrong; else what is worth knowing
  std::string label;      // of a witness: `single decision`, `inductive step`
  std::vector<std::pair<std::string, std::string>> witness;  // variable and value; the rest: any
  std::vector<std::vector<std::pair<std::string, std::string>>> more;  // further cases
  /// Of a witness of one request: what each variable may be, together; an empty text: anything.
  std::vector<std::pair<std::string, std::string>> region;
  std::vector<rules::Example> golden;  // the witness as golden cases: what comes of it now
  std::string no_golden;               // of a witness that is none: why
  std::vector<std::string> conjuncts;  // what decides the witness, each part with its truth
  std::vector<Provision> provisions;   // the first is the finding's own
  std::string reason;                  // of an unknown or a vacuous one
  /// Of a counterexample: scripted scenarios that may show it, the plainest first. Whoever runs
  /// them keeps the first that does (`scenario`, its file).
  std::vector<scenarios::Scenario> scripted_scenarios;
  std::string scenario;
  std::int64_t milliseconds = 0;

  /// Refuted or vacuous.
  bool fails() const {
    return verdict == AnalysisVerdict::refuted || verdict == AnalysisVerdict::vacuous;
  }
};

/// How hard the solver tries, and what is asked beside the verdicts.
struct CheckOptions {
  std::uint32_t rlimit = 50'000'000;  // the solver's own steps a query: decides
  smt::Effort effort{};               // the other limits: decide too
  std::uint32_t timeout_ms =
      60'000;  // guard a query: what it ends is `unknown`, never another answer
  const scenarios::Scenario* against =
      nullptr;                     // whose infrastructure `coordination-scope` is judged on
  int more = 0;                    // further witnesses of each refutation
  bool scripted_scenarios = true;  // what shows each counterexample: scenarios, golden cases
  std::uint32_t seed = 0;          // of the solver's own choices
  /// Rows of the framework are proved again with the rule's constants; else each is `info`.
  bool framework = false;
  /// No query begins after this instant: what is left is `unknown`. Absent: none.
  std::optional<std::chrono::steady_clock::time_point> until{};
  /// On which golden cases are played; without one they are `unknown`.
  scenarios::MakeExecutor executor{};
};

/// Everything that was found out about one rule.
struct RuleReport {
  std::string file, rule, id;
  std::int64_t version = 1;
  std::vector<std::string> schema;  // what every verdict assumes, a line each
  std::vector<Finding> findings;
  bool internal_error = false;  // a witness did not reproduce: nothing here is to be believed
  std::string mismatch;         // and which
  /// Golden cases that no market implies: wrong input. Then nothing was asked.
  Problems problems;

  /// The worst of the E-analyses: refuted (or vacuous), unknown, proved.
  AnalysisVerdict verdict() const;
  /// Some W-analysis fails.
  bool warned() const;
};

/// Every analysis of `own`, whose earlier versions are looked for in `files`. Deterministic but for
/// `milliseconds` within the budget.
RuleReport check_rule(const question::RuleFile& own, const std::vector<question::RuleFile>& files,
                      const CheckOptions& options);

}  // namespace capmarket::analyses
