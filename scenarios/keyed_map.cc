#include "scenarios/keyed_map.h"

#include <fmt/format.h>

#include <algorithm>

namespace capmarket::scenarios {
namespace {

std::vector<std::string_view> known_keys(std::string_view place, std::string_view mode) {
  std::vector<std::string_view> out;
  for (const ScenarioKey* k : scenario_keys_at(place))
    if (k->used_in(mode)) out.push_back(k->key);
  return out;
}

/// The map's entries; a former key is answered by what replaces it, an unknown one by what there
/// is.
yaml::YamlMap entries_of(const yaml::YamlNode& node, std::string_view place,
                         std::string_view mode) {
  std::vector<std::string_view> known = known_keys(place, mode);
  for (const auto& [key, value] : node.is_map() ? node.entries() : decltype(node.entries())()) {
    auto name = key.text();
    const FormerKey* former = name ? former_key(place, *name) : nullptr;
    if (former == nullptr) continue;
    key.complain(fmt::format("`{}` is no key any more: {}", former->key, former->why),
                 std::string(former->now));
    known.push_back(former->key);
  }
  return node.map(known);
}

/// Whether the mode has the key. CHECKs that some mode of the place has it: for our own code.
bool has_key(std::string_view place, std::string_view key, std::string_view mode) {
  bool known = false;
  for (const ScenarioKey* k : scenario_keys_at(place)) {
    if (k->key != key) continue;
    known = true;
    if (k->used_in(mode)) return true;
  }
  CHECK(known, place, key);
  return false;
}

}  // namespace

DistributionUnit unit_of(const ScenarioKey& row) {
  CHECK(row.form == KeyForm::durations || row.form == KeyForm::quantities ||
            row.form == KeyForm::prices,
        row.path);
  return row.form == KeyForm::durations    ? DistributionUnit::duration
         : row.form == KeyForm::quantities ? DistributionUnit::quantity
                                           : DistributionUnit::money;
}

KeyedMap::KeyedMap(const yaml::YamlNode& node, std::string_view place, std::string_view mode)
    : place_(place), mode_(mode), map_(entries_of(node, place, mode)) {}

KeyedMap::KeyedMap(const std::optional<yaml::YamlNode>& node, std::string_view place)
    : place_(place) {
  if (node) map_ = entries_of(*node, place, {});
}

std::optional<yaml::YamlNode> KeyedMap::find(std::string_view key) const {
  if (!map_ || !has_key(place_, key, mode_)) return std::nullopt;
  return map_->find(key);
}

std::optional<yaml::YamlNode> KeyedMap::get(std::string_view key) const {
  if (!map_ || !has_key(place_, key, mode_)) return std::nullopt;
  return row(key).required_in(mode_) ? map_->require(key) : map_->find(key);
}

std::optional<yaml::YamlNode> KeyedMap::require(std::string_view key) const {
  return map_ ? map_->require(row(key).key) : std::nullopt;
}

std::vector<yaml::YamlNode> KeyedMap::items(std::string_view key) const {
  auto node = get(key);
  if (!node) return {};
  std::vector<yaml::YamlNode> out = node->items();
  const ScenarioKey& k = row(key);
  auto count = static_cast<std::int64_t>(out.size());
  if (node->is_list() && k.form == KeyForm::list && (count < k.least || count > k.most)) {
    node->complain(fmt::format("{} items in `{}`", count, k.key),
                   k.most == kWireMax
                       ? fmt::format("at least {}", k.least)
                       : fmt::format("{} to {}", std::max<std::int64_t>(0, k.least), k.most));
    return {};
  }
  return out;
}

}  // namespace capmarket::scenarios
