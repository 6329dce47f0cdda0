// What an answer of `capmarket verify` rests on, and who vouches for it. Keys:
// docs/spec/commands.md#what-an-answer-rests-on.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "verify/trace/verify.h"

namespace capmarket::reports {

/// The value of `rests_on`.
nlohmann::ordered_json rests_on_json(const trace::VerifyReport& report);
/// The same as indented lines.
std::string rests_on_text(const trace::VerifyReport& report);

}  // namespace capmarket::reports
