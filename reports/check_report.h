// What `capmarket check` says. Keys: docs/spec/commands.md#check.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "verify/analyses/check.h"

namespace capmarket::reports {

/// One object for one rule; for several, `{verdict, rules: […]}`.
nlohmann::ordered_json check_json(const std::vector<analyses::RuleReport>& reports);
/// For a policy designer: what fails first, each with its sentence, its case and its place.
/// `explain`: with the conjuncts that decide each case.
std::string check_text(const std::vector<analyses::RuleReport>& reports, bool colour, bool quiet,
                       bool explain);
/// JUnit XML: a suite a rule, a test an analysis and subject.
std::string check_junit(const std::vector<analyses::RuleReport>& reports);
/// SARIF 2.1.0: a result a finding that fails or is undecided, at its line.
nlohmann::ordered_json check_sarif(const std::vector<analyses::RuleReport>& reports,
                                   const std::string& version);

}  // namespace capmarket::reports
