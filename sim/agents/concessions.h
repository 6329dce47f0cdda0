// How far a party has come towards the other one, by the share of the rounds that is over: a
// function a strategy, in a file of its own (concede_*.h). Time-dependent tactics, after Faratin,
// Sierra and Jennings 1998. Source: docs/spec/scenarios.md#strategies.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "scenarios/strategies.h"

namespace capmarket::agents {

/// From a share of the rounds to a share of the way, both in ten-thousandths; 0 to 0, all to all.
using Concession = std::int64_t (*)(std::int64_t over, std::span<const std::int64_t> parameters);

/// A row has the name and the place of one of scenarios/strategies.cc.
struct ConcessionStrategy {
  std::string_view name;
  Concession concede;
};
std::span<const ConcessionStrategy> concession_strategies();

/// In round `round` of `rounds`, from 1; in the last one all of the way.
std::int64_t conceded(const scenarios::Strategy& own, std::int64_t round, std::int64_t rounds);

}  // namespace capmarket::agents
