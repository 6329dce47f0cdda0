// What `capmarket prove` says. Keys: docs/spec/commands.md#prove.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "verify/theorems/prove.h"

namespace capmarket::reports {

nlohmann::ordered_json prove_json(const theorems::ProveReport& report);
std::string prove_text(const theorems::ProveReport& report, bool colour);

}  // namespace capmarket::reports
