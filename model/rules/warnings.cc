#include "model/rules/warnings.h"

#include <fmt/format.h>

#include "model/base/text.h"
#include "model/rules/keys.h"
#include "model/yaml/look_alikes.h"

namespace capmarket::rules {
namespace {

/// Whether that key of maps at `place` takes a ratio that may exceed 100 %.
bool takes_ratio(std::string_view place, std::string_view key) {
  for (const RuleKey& row : rule_keys())
    if (row.place == place && row.key == key) return row.form == KeyForm::ratio;
  return false;
}

void warn_of_ratio(const yaml::YamlNode& value, const std::string& key, Problems& out) {
  auto text = value.text();
  if (!text || text->ends_with('%')) return;
  auto ratio = parse_ratio(*text);
  if (!ratio || *ratio <= kFullRatio) return;
  std::string percent = percent_text(*ratio);
  if (percent.ends_with(".00%")) percent = percent.substr(0, percent.size() - 4) + "%";
  out.push_back(value.problem(
      fmt::format("`{}: {}` is {} of the value", key, *text, percent),
      fmt::format("`{}: {}%`, or `{}: {}` where so much is meant", key, *text, key, percent)));
}

/// Every ratio of the map and of what stands in it; `place` as the table of keys has it.
void warn_of_ratios(const yaml::YamlNode& node, const std::string& place, Problems& out) {
  if (node.is_list()) {
    for (const yaml::YamlNode& item : node.items()) warn_of_ratios(item, place + "[]", out);
    return;
  }
  if (!node.is_map()) return;
  for (const auto& [key, value] : node.entries()) {
    const std::string name = key.text().value_or("");
    if (value.is_scalar() && takes_ratio(place, name)) warn_of_ratio(value, name, out);
    if (!value.is_scalar()) warn_of_ratios(value, place.empty() ? name : place + "." + name, out);
  }
}

}  // namespace

Problems file_warnings(const yaml::YamlNode& root) {
  Problems out = yaml::look_alikes(root);
  warn_of_ratios(root, "", out);
  return out;
}

}  // namespace capmarket::rules
