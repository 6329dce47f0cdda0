// What `capmarket check --over` says. Keys: docs/spec/commands.md#check.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "verify/analyses/flip_points.h"

namespace capmarket::reports {

/// Keys: docs/spec/commands.md#check, `--over`.
nlohmann::ordered_json flip_json(const analyses::FlipReport& report);
/// What flips first, with its stretches; then what says the same throughout, unless `quiet`.
std::string flip_text(const analyses::FlipReport& report, bool colour, bool quiet);

}  // namespace capmarket::reports
