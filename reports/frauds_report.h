// What frauds gained against their honest twins. Source: docs/spec/statistics.md#frauds.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "scenarios/scenario.h"
#include "sim/run/metrics.h"

namespace capmarket::reports {

/// What the fraud's ring has more than its honest twins, and all others have more than beside those:
/// in ten-thousandths of money by currency, in unit-seconds of what they had use for or sold, in
/// entries of the chain. Precondition: it has a twin.
struct FraudGain {
  std::map<std::string, Int128> money, others_money;
  Volume used, others_used, sold, others_sold;
  Int128 surplus = 0, others_surplus = 0;  // only where there is one currency
  std::int64_t entries = 0;
};
FraudGain gain_of(const run::FraudMetric& fraud);

/// A list of {attack, turned, gain{money, used, sold, surplus}, harm{…}, entries}; null figures where
/// the twin's run was interrupted.
nlohmann::ordered_json frauds_json(const run::RunMetrics& metrics);

/// A sentence a fraud; empty without one.
std::string frauds_text(const run::RunMetrics& metrics, const scenarios::Scenario& scenario);

}  // namespace capmarket::reports
