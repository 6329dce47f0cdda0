// What `capmarket verify` says. Keys: cli.md.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "verify/verify.h"

namespace capmarket {

nlohmann::ordered_json verify_json(const VerifyReport& report);
std::string verify_text(const VerifyReport& report, bool colour);

}  // namespace capmarket
