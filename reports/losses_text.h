// What users wanted and did not get, in sentences. Source: docs/spec/statistics.md#losses.
#pragma once

#include <string>

#include "sim/run/metrics.h"

namespace capmarket::reports {

/// How much was granted of what users wanted, and the three largest losses with why and the
/// scenario's keys that bear on them; lines that end with a line break. Precondition: demanded > 0.
std::string losses_text(const run::Losses& losses);

/// All reasons as a Markdown table.
std::string losses_table();

}  // namespace capmarket::reports
