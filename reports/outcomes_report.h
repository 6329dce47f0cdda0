// What came out for each group, as the summary and the terminal have it.
// Source: docs/spec/statistics.md#outcomes.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "sim/run/metrics.h"
#include "sim/run/statement.h"

namespace capmarket::reports {

/// By name of group: of users what they wanted, got and it is worth to them, of holders what they
/// declared, sold and it cost them, of both who owes whom.
nlohmann::ordered_json outcomes_json(const std::map<std::string, run::Outcome>& groups);

/// A table of the groups of users and one of the groups of holders, one line each; amounts are left
/// out where the rules have several currencies. Empty where nobody wanted and nobody declared.
std::string outcomes_text(const run::RunMetrics& metrics);

/// The obligations that nobody paid in time, and what is outstanding of them.
nlohmann::ordered_json defaults_json(const run::Defaults& defaults);
/// A line; empty where there are none.
std::string defaults_text(const run::Defaults& defaults);

/// A row a party and currency, under a head: docs/spec/statistics.md#statement.
std::string statement_csv(const std::vector<run::StatementRow>& rows);

}  // namespace capmarket::reports
