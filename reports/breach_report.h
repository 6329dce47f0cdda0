// Breaches of edges, as `capmarket verify` lists them. Keys: docs/spec/commands.md#verify.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "verify/audit/peer_breach.h"

namespace capmarket::reports {

/// All of them. Keys: docs/spec/commands.md#verify, `peer_breaches`.
nlohmann::ordered_json breaches_json(const std::vector<audit::PeerBreach>& breaches);
/// A line for each of the first 20, and how many more there are; nothing where there is none.
std::string breaches_text(const std::vector<audit::PeerBreach>& breaches, bool colour);

}  // namespace capmarket::reports
