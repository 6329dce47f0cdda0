// `capmarket fuzz`: random legal and illegal histories of a rule or scenario, against its goals and
// against every invariant. Source: docs/spec/analyses.md#fuzz.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/executor.h"
#include "verify/fuzz/market.h"

namespace capmarket::fuzz {

/// How many histories of what length, and what they run on.
struct FuzzOptions {
  int histories = 200;
  std::uint64_t seed = 1;
  int commands = 50;               // of a history, on average
  std::vector<std::string> goals;  // those that count; empty: all
  scenarios::MakeExecutor executor;
  /// Runs a script to its end and audits the chain that it leaves from its bytes: what is wrong, or
  /// nothing. Without one, goals alone are judged.
  std::function<std::string(const scenarios::Scenario&)> audited;
};

/// What broke, and the shortest history that breaks it.
struct FuzzFailure {
  std::string what;              // `goal:NAME`, or `audit`
  std::string detail;            // in words
  scenarios::Scenario scenario;  // the shortest history found, each step with what comes of it
};

/// What all histories came to.
struct FuzzReport {
  std::int64_t histories = 0, commands = 0, steps = 0;  // of those that were played to their end
  std::map<std::string, std::int64_t> counts;           // steps by kind and decision
  std::vector<std::string> never;     // what no history reached, by clause, kind, tier, strategy
  std::vector<std::string> unplayed;  // what of the scenario took part in none
  std::vector<chain::GoalReport> goals;                 // over all histories; `first` is none's
  std::optional<FuzzFailure> failure;

  /// Nothing broke and nothing was tried: no settlement was admitted, or there are goals and none
  /// was reached. Then nothing held either.
  bool vacuous() const;
};

/// Deterministic in the market and the options. Stops at the first failing history, which it
/// shrinks.
FuzzReport fuzz(const FuzzMarket& market, const FuzzOptions& options);

/// What breaks when the script of `scenario` is executed by an executor: the first broken goal as
/// `goal:NAME`, else what `audited` says as `audit`, else nothing. The set-up must be admitted.
std::string complaint_of(const scenarios::Scenario& scenario, const FuzzOptions& options,
                         std::string* detail = nullptr);

}  // namespace capmarket::fuzz
