// What `capmarket check` says. Keys: docs/spec/commands.md#check.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "reports/unread.h"
#include "verify/analyses/check.h"

namespace capmarket::reports {

/// What was given beside the rules that have a report.
struct CheckRest {
  std::vector<Unread> unread;
  bool several = false;        // more than one file was asked for: reports have a summary
  std::size_t others = 0;      // files of folders that are no rules
  bool warnings_fail = false;  // as `--fail-level warning`
  /// By file of a report: what it says and hardly means.
  std::map<std::string, Problems> as_written;

  const Problems& as_written_of(const std::string& file) const;
};

/// How much text shows.
struct CheckView {
  bool colour = false;
  bool quiet = false;    // only what fails or is undecided
  bool explain = false;  // with the conjuncts that decide each case
  bool all = false;      // a line for each finding that holds, in place of their number
  std::size_t more = 0;  // further cases that were asked for
};

/// What says so in JUnit and SARIF.
inline constexpr const char* kAsWritten = "as-written";

/// One object for one rule; for several, `{verdict, rules: […], unreadable: […], summary}`.
nlohmann::ordered_json check_json(const std::vector<analyses::RuleReport>& reports,
                                  const CheckRest& rest = {});
/// For a policy designer: what holds, then what is undecided, then what fails, each with its
/// sentence, its case and its place; the worst last. Of several rules a summary in the last line.
std::string check_text(const std::vector<analyses::RuleReport>& reports, const CheckView& view,
                       const CheckRest& rest = {});
/// `20 rules: 17 proved, 2 refuted, 1 unreadable`, with a line end. `others`: files of folders that
/// are no rules.
std::string rules_summary(const std::vector<analyses::AnalysisVerdict>& verdicts,
                          const std::vector<Unread>& unread, std::size_t others);
/// The same of the rules of a check.
std::string check_summary(const std::vector<analyses::RuleReport>& reports, const CheckRest& rest);
/// JUnit XML: a suite a rule, a test an analysis and subject.
std::string check_junit(const std::vector<analyses::RuleReport>& reports,
                        const CheckRest& rest = {});
/// SARIF 2.1.0: a result a finding that fails or is undecided, at its line.
nlohmann::ordered_json check_sarif(const std::vector<analyses::RuleReport>& reports,
                                   const std::string& version, const CheckRest& rest = {});

}  // namespace capmarket::reports
