// What `capmarket prove` says. Keys: docs/spec/commands.md#prove.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "verify/theorems/prove.h"

namespace capmarket::reports {

/// `{theorems[{name, statement, verdict, milliseconds, cover, mutations[], reason, certificate,
/// recheck}]}`; names and statements alone where they were listed.
nlohmann::ordered_json prove_json(const theorems::ProveReport& report);
/// The same for a terminal.
std::string prove_text(const theorems::ProveReport& report, bool colour);

}  // namespace capmarket::reports
