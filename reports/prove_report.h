// What `capmarket prove` says. Keys: cli.md.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "verify/induction/prove.h"

namespace capmarket {

nlohmann::ordered_json prove_json(const ProveReport& report);
std::string prove_text(const ProveReport& report, bool colour);

}  // namespace capmarket
