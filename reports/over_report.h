// What `capmarket check --over` says. Keys: docs/reference/check.md.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "verify/rules/over.h"

namespace capmarket {

nlohmann::ordered_json over_json(const OverReport& report);
/// What flips first, with its stretches; then what says the same throughout, unless `quiet`.
std::string over_text(const OverReport& report, bool colour, bool quiet);

}  // namespace capmarket
