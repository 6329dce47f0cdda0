// The table of strategies for people. Source: docs/spec/scenarios.md#strategies.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace capmarket::scenarios {

/// Markdown: a row each, as docs/spec/scenarios.md#strategies lists them.
std::string strategies_table();
/// What `capmarket scenario strategies --format json` prints: a map each of key, name, parameters
/// with their defaults, and meaning.
nlohmann::ordered_json strategies_json();

}  // namespace capmarket::scenarios
