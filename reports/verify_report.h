// What `capmarket verify` says. Keys: docs/spec/commands.md#verify.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "verify/trace/verify.h"

namespace capmarket::reports {

/// Keys: docs/spec/commands.md#verify, `verify`.
nlohmann::ordered_json verify_json(const trace::VerifyReport& report);
/// The same for a terminal.
std::string verify_text(const trace::VerifyReport& report, bool colour);

}  // namespace capmarket::reports
