#include "scenarios/strategies_table.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "scenarios/strategies.h"

namespace capmarket::scenarios {
namespace {

struct RoleWords {
  StrategyRole role;
  std::string_view key;
};
constexpr std::array<RoleWords, 5> kRoleWords = {
    {{StrategyRole::ask, "holders[].pricing"},
     {StrategyRole::bid, "users[].bid"},
     {StrategyRole::protocol, "users[].protocol"},
     {StrategyRole::concession, "holders[].concession, users[].concession"},
     {StrategyRole::cosign, "coordinators[].strategy"}}};

}  // namespace

std::string strategies_table() {
  std::string out = "| key | strategy | parameters and defaults | meaning |\n|---|---|---|---|\n";
  for (const RoleWords& words : kRoleWords)
    for (const StrategyRow& row : strategies_of(words.role)) {
      std::string parameters;
      for (const StrategyParameter& p : row.parameters)
        parameters += fmt::format("{}`{}` `{}`: {}", parameters.empty() ? "" : "; ", p.key, p.value,
                                  p.about);
      out += fmt::format("| `{}` | `{}` | {} | {} |\n", words.key, row.name, parameters, row.about);
    }
  return out;
}

nlohmann::ordered_json strategies_json() {
  nlohmann::ordered_json out = nlohmann::ordered_json::array();
  for (const RoleWords& words : kRoleWords)
    for (const StrategyRow& row : strategies_of(words.role)) {
      nlohmann::ordered_json parameters = nlohmann::ordered_json::object();
      for (const StrategyParameter& p : row.parameters) parameters[std::string(p.key)] = p.value;
      out.push_back({{"key", words.key},
                     {"name", row.name},
                     {"parameters", parameters},
                     {"about", row.about}});
    }
  return out;
}

}  // namespace capmarket::scenarios
