// `capmarket check --over PATH=A..B`: where verdicts flip as one value of a rule file varies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "verify/analyses/check.h"

namespace capmarket::analyses {

/// Values next to each other, of those that were checked, under which one analysis says the same.
struct Stretch {
  std::string from, until;  // both checked; the same where there is one
  AnalysisVerdict verdict = AnalysisVerdict::unknown;
  std::string sentence;  // of the first value
};

/// One analysis of one subject over the range.
struct FlipRow {
  std::string analysis, subject;
  Severity severity = Severity::error;
  std::vector<Stretch> stretches;  // in order; not over values under which it is not asked
};

/// Where the verdict of one analysis changes between two neighbours of the range.
struct FlipPoint {
  std::string analysis, subject;
  std::string last, at;  // neighbours: the last value of the old verdict, the first of the new one
  AnalysisVerdict before = AnalysisVerdict::unknown, after = AnalysisVerdict::unknown;
};

/// Verdicts over a range of one value of a rule file.
struct FlipReport {
  std::string file, rule;
  std::string path, from, until, step;
  std::int64_t values = 0;                          // of the range
  std::int64_t checked = 0;                         // of those
  std::vector<std::string> unreadable;              // checked ones under which the file is no rule
  std::vector<FlipRow> rows;                        // in the order of the report of a check
  AnalysisVerdict worst = AnalysisVerdict::proved;  // of the E-analyses, over the checked values
  bool warned = false;
  bool internal_error = false;
  std::string mismatch;

  /// Every change of a verdict, by row, then in order of the range.
  std::vector<FlipPoint> flips() const;
};

/// Checks the rule of `file` at both ends of the range `PATH=A..B` and at values evenly between,
/// `samples` in all (at least 2), then halves every gap between two whose verdicts differ down to
/// neighbours. Where two values next to each other agree, those between are not checked. Problems:
/// of the argument (varied.h), and of the file at an end of the range. Deterministic within the
/// budget.
Result<FlipReport> check_over(const std::string& file, const std::string& argument, int samples,
                              const CheckOptions& options);

}  // namespace capmarket::analyses
