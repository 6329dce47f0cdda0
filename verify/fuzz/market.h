// Who takes part in random histories of a rule, and the numbers worth trying.
#pragma once

#include <string>
#include <vector>

#include "scenarios/scenario.h"
#include "verify/analyses/check.h"

namespace capmarket::fuzz {

/// A market that random histories take place in.
struct FuzzMarket {
  scenarios::Scenario scenario;  // scripted parties, no steps
  std::vector<std::string> rules;
  struct User {
    std::string name;
    std::vector<std::string> tiers;
  };
  std::vector<std::string> holders;
  std::vector<User> users;
  std::vector<std::string> auditors;  // who disputes and witnesses; coordinators witness too
  std::vector<std::string> unplayed;  // what of the scenario takes part in no history, in words
  // Sorted, each once: what the rules' limits and expressions mention, and what lies beside it.
  std::vector<std::int64_t> quantities;
  std::vector<std::int64_t> prices;   // ten-thousandths; empty under a tariff
  std::vector<std::int64_t> lengths;  // multiples of the granularity
  std::vector<std::int64_t> spans;    // nanoseconds: leads, notices, what time may pass
};

/// For a rule with its earlier versions: for each tier somebody eligible, found by the solver, and
/// somebody else. Problems: a rule under which nothing can be settled (no strategy, an empty
/// window, a predecessor that is not here).
Result<FuzzMarket> market_of_rule(const question::RuleFile& own,
                                  const std::vector<question::RuleFile>& files,
                                  const analyses::CheckOptions& options);

/// For a scenario: one or two of each of its groups, under its rules, coordinators, infrastructure.
Result<FuzzMarket> market_of_scenario(const scenarios::Scenario& scenario);

}  // namespace capmarket::fuzz
