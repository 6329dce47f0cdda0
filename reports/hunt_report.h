// What `capmarket hunt` says. Keys: docs/spec/commands.md#hunt.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "verify/hunt/hunt.h"

namespace capmarket::reports {

/// One object for one rule; for several, `{verdict, rules: […]}`.
nlohmann::ordered_json hunt_json(const std::vector<hunt::HuntReport>& reports);
/// What is broken first, step by step. `quiet`: only that and what is undecided.
std::string hunt_text(const std::vector<hunt::HuntReport>& reports, bool colour, bool quiet);

}  // namespace capmarket::reports
