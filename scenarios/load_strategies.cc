#include "scenarios/load_strategies.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "scenarios/keyed_map.h"

namespace capmarket::scenarios {
namespace {

void read_parameter(const KeyedMap& map, std::string_view key, std::int64_t& out) {
  if (map.row(key).form != KeyForm::duration) return map.read(key, out);
  Duration length(out);
  map.read(key, length);
  out = length.value;
}

}  // namespace

std::optional<Strategy> read_strategy(const yaml::YamlNode& node, const ScenarioKey& row) {
  const StrategyRole role = row.role.value();
  if (!node.is_map()) {
    auto number = node.choice(row.choices);
    return number ? std::optional(default_strategy(role, *number)) : std::nullopt;
  }
  const KeyedMap map(node, row.path);
  std::vector<const ScenarioKey*> given;
  for (const ScenarioKey* k : scenario_keys_at(row.path))
    if (map.has(k->key)) given.push_back(k);
  if (given.size() != 1) {
    node.complain(given.empty() ? "no strategy" : "several strategies",
                  fmt::format("one of {}", fmt::join(row.choices, ", ")));
    return std::nullopt;
  }
  const ScenarioKey& named = *given.front();
  const std::vector<StrategyRow>& all = strategies_of(role);
  auto of_that_name = [&](const StrategyRow& s) { return s.name == named.key; };
  const auto found = std::find_if(all.begin(), all.end(), of_that_name);
  Strategy out = default_strategy(role, static_cast<std::size_t>(found - all.begin()));
  if (found->parameters.size() == 1) {
    read_parameter(map, named.key, out.parameters.front());
    return out;
  }
  const KeyedMap below(map.find(named.key).value(), named.path);
  for (std::size_t i = 0; i < found->parameters.size(); ++i)
    read_parameter(below, found->parameters[i].key, out.parameters[i]);
  return out;
}

}  // namespace capmarket::scenarios
