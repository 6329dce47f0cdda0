// How long, how dear and how evenly, as the summary has it: seconds, money as text, ratios.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "sim/run/metrics.h"

namespace capmarket::reports {

double seconds_of(Int128 nanoseconds);
/// The mean of so many, rounded down to a nanosecond; 0 of none.
nlohmann::ordered_json mean_seconds(Volume sum, std::int64_t count);
/// Count and quantiles of each tier.
nlohmann::ordered_json settle_times_json(const std::map<std::string, run::DurationQuantiles>& tiers);
/// By class, then by currency; null where a sum left 128 bits.
nlohmann::ordered_json prices_json(const run::Prices& prices,
                                   std::optional<Money> run::PriceSpread::*which);
double jain(const run::Equality& equality);
double gini(const run::Equality& equality);
/// Users and both of each tier.
nlohmann::ordered_json fairness_json(const std::map<std::string, run::Equality>& tiers);

}  // namespace capmarket::reports
