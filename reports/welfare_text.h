// What a run's grants were worth, in a sentence. Source: docs/spec/statistics.md#welfare.
#pragma once

#include <optional>
#include <string>

#include "sim/run/metrics.h"

namespace capmarket::reports {

/// Ten-thousandths as money, with four decimals; of any size.
std::string money_text(Int128 ten_thousandths);
/// The optimum as money: rounded down where it is exact, else up, so that it is a bound.
std::string optimum_text(const run::Optimum& optimum);
/// What was achieved of the optimum, rounded down to six decimals. Empty where either is not there,
/// the optimum is zero, or what was achieved is negative.
std::optional<double> welfare_ratio(const run::WelfareMetric& welfare);
/// One line that says what is exact, what is a bound, and why something is not there.
/// Precondition: it has a currency.
std::string welfare_text(const run::WelfareMetric& welfare);

}  // namespace capmarket::reports
