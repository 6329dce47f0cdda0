// The strategies that parties may follow, once: their keys, the editor's schema and the reference
// page come from here, and a strategy is what sim/agents has under the same name.
// Source: docs/spec/scenarios.md#strategies.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "scenarios/keys.h"

namespace capmarket::scenarios {

/// A number that a strategy is set by; ratios are in ten-thousandths, durations in nanoseconds.
struct StrategyParameter {
  std::string_view key;
  KeyForm form;            // integer, share, margin or duration
  std::string_view value;  // where the file does not say
  std::string_view about;
  std::int64_t least = 0, most = kWireMax;  // of an integer
};

/// One that has a single parameter is written `{ name: VALUE }`, one with several as a map of them,
/// and by its name alone with all defaults.
struct StrategyRow {
  StrategyRole role;
  std::string_view name;
  std::vector<StrategyParameter> parameters;
  std::string_view about;
};

/// All of a role, in the order of the table.
const std::vector<StrategyRow>& strategies_of(StrategyRole role);
/// Their names, likewise.
std::span<const std::string_view> strategy_names(StrategyRole role);

/// One of its role's strategies, by place among them, and its parameters in their order.
struct Strategy {
  std::size_t number = 0;
  std::vector<std::int64_t> parameters;

  bool operator==(const Strategy&) const = default;
};

/// With the table's parameters. Precondition: there are so many.
Strategy default_strategy(StrategyRole role, std::size_t number = 0);

}  // namespace capmarket::scenarios
