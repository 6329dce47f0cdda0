// JUnit and SARIF of `diff`, `hunt`, `fuzz`, `prove` and `verify`; those of `check` stand with its
// report. Source: docs/spec/commands.md#junit, docs/spec/commands.md#sarif.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "reports/fuzz_report.h"
#include "reports/unread.h"
#include "verify/diff/diff.h"
#include "verify/hunt/hunt.h"
#include "verify/theorems/prove.h"
#include "verify/trace/verify.h"

namespace capmarket::reports {

/// A test a comparison and a gate. With gates they decide, and a difference passes with its text.
/// `reports`: one or, where a file cannot be read, none.
std::string diff_junit(const std::vector<diff::DiffReport>& reports,
                       const std::vector<Unread>& unread);
/// A result a difference, a violated gate and what is undecided.
nlohmann::ordered_json diff_sarif(const std::vector<diff::DiffReport>& reports,
                                  const std::vector<Unread>& unread, const std::string& version);

/// A suite a rule, a test a goal or invariant.
std::string hunt_junit(const std::vector<hunt::HuntReport>& reports,
                       const std::vector<Unread>& unread);
/// A result a goal or invariant that is broken or undecided.
nlohmann::ordered_json hunt_sarif(const std::vector<hunt::HuntReport>& reports,
                                  const std::vector<Unread>& unread, const std::string& version);

/// A suite a file, a test a goal, and one for the audit of all histories. `audited`: it was asked
/// for.
std::string fuzz_junit(const std::vector<FuzzOutcome>& outcomes, const std::vector<Unread>& unread,
                       bool audited);

/// A test a theorem; its mutations are part of it.
std::string prove_junit(const theorems::ProveReport& report);

/// A test for the audit, one for the receipt of a run, one a theorem. `directory` names the suite.
std::string verify_junit(const trace::VerifyReport& report, const std::string& directory);

}  // namespace capmarket::reports
