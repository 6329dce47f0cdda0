// What `capmarket hunt` says. Keys: docs/spec/commands.md#hunt.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "verify/hunt/hunt.h"

namespace capmarket::reports {

/// One object for one rule; for several, `{verdict, rules: […]}`.
nlohmann::ordered_json hunt_json(const std::vector<hunt::HuntReport>& reports);
/// What holds, what is undecided, and last what is broken, step by step. `quiet`: without what
/// holds.
std::string hunt_text(const std::vector<hunt::HuntReport>& reports, bool colour, bool quiet);

}  // namespace capmarket::reports
