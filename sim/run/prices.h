// What was paid a unit and hour, and how far that was spread. Source:
// docs/spec/statistics.md#prices.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "model/chain/state.h"

namespace capmarket::run {

/// Prices of grants, each weighted by its volume. Empty where a sum leaves 128 bits.
struct PriceSpread {
  std::optional<Money> mean;  // floor of the mean, in ten-thousandths
  std::optional<Money> sd;    // floor of the root of the mean square distance from that mean
};
/// By class, then by currency.
using Prices = std::map<std::string, std::map<std::string, PriceSpread>>;

/// A price with its weight.
struct WeightedPrice {
  Money price;
  Volume volume;  // not negative
};
/// Zero where all weights are. The order does not matter. O(n).
PriceSpread spread_of(const std::vector<WeightedPrice>& prices);

/// Of every grant, whatever became of it: price and volume of its leg. O(grants).
Prices prices_of(const chain::ChainState& state);

}  // namespace capmarket::run
