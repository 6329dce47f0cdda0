#include "scenarios/keys.h"

#include <algorithm>
#include <map>

#include "model/base/check.h"
#include "scenarios/key_rows.h"

namespace capmarket::scenarios {
namespace {

constexpr std::string_view kComputed = "who gives way is computed, not listed",
                           kCeilings =
                               "`displace: { compensation: MONEY, refund: MONEY }`: the most that "
                               "displacing may cost";
constexpr FormerKey kFormerKeys[] = {{"steps[]", "displaces", kComputed, kCeilings},
                                     {"steps[].legs[]", "displaces", kComputed, kCeilings}};

bool holds(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::string ScenarioKey::below() const {
  if (!like.empty()) return std::string(like);
  bool items = form == KeyForm::list || form == KeyForm::rules ||
               form == KeyForm::schedule || form == KeyForm::steps;
  return std::string(path) + (items ? "[]" : "");
}

bool ScenarioKey::used_in(std::string_view mode) const {
  return modes.empty() || mode.empty() || holds(modes, mode);
}

bool ScenarioKey::required_in(std::string_view mode) const {
  return need == KeyNeed::required || holds(needed_in, mode);
}

const FormerKey* former_key(std::string_view place, std::string_view key) {
  for (const FormerKey& k : kFormerKeys)
    if (k.place == place && k.key == key) return &k;
  return nullptr;
}

const std::vector<ScenarioKey>& scenario_keys() {
  static const std::vector<ScenarioKey> kKeys = [] {
    std::vector<ScenarioKey> out;
    add_market_keys(out);
    add_party_keys(out);
    add_other_keys(out);
    add_script_keys(out);
    return out;
  }();
  return kKeys;
}

const std::vector<const ScenarioKey*>& scenario_keys_at(std::string_view place) {
  static const std::map<std::string_view, std::vector<const ScenarioKey*>> kByPlace = [] {
    std::map<std::string_view, std::vector<const ScenarioKey*>> out;
    for (const ScenarioKey& k : scenario_keys()) out[k.place].push_back(&k);
    return out;
  }();
  auto found = kByPlace.find(place);
  CHECK(found != kByPlace.end(), place);
  return found->second;
}

const ScenarioKey& scenario_key(std::string_view place, std::string_view key,
                                std::string_view mode) {
  const std::vector<const ScenarioKey*>& all = scenario_keys_at(place);
  auto found = std::find_if(all.begin(), all.end(), [&](const ScenarioKey* k) {
    return k->key == key && k->used_in(mode);
  });
  CHECK(found != all.end(), place, key);
  return **found;
}

}  // namespace capmarket::scenarios
