// Parts of a rule file that are read by themselves; private to model/rules.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/base/result.h"
#include "model/rules/rule.h"
#include "model/yaml/yaml.h"

namespace capmarket::rules {

/// Where parts of the rule stand, by Fault::place.
using PartNodes = std::map<std::string, yaml::YamlNode>;

/// `given` or `expect` of an example, sorted by name; `at` is its place.
std::vector<NamedValue> read_example_values(const yaml::YamlNode& node, const std::string& at,
                                            bool given, PartNodes& places);

/// The map of `zone`; its changes in the order of the file.
expr::Zone read_zone(const yaml::YamlNode& node, PartNodes& places);

/// `quota` of a tier, whose place is `at`: one map, or a list of one for each thing that it is of.
void read_quotas(const yaml::YamlNode& node, const std::string& at, Tier& tier, PartNodes& places);

/// One of `bands`, its expressions not read yet.
struct RawBand {
  std::string condition, compensation;
  std::optional<Money> at_most;
  std::optional<yaml::YamlNode> condition_node, compensation_node;  // where there is a text
};
/// `bands` of the tier of that index.
struct RawBands {
  std::size_t tier = 0;
  yaml::YamlNode node;
  std::vector<RawBand> all;
};
RawBands read_bands(const yaml::YamlNode& node, std::size_t tier);

/// Puts the bands and the compensation of their tier, whose texts are read by themselves first,
/// together into one expression, which stands in place of the compensation: a band is
/// `IF ? min(COMPENSATION, AT_MOST) : …`. False, and nothing is changed, where a text is wrong;
/// what is wrong in the bands is added to `problems`.
bool compose_bands(const RawBands& bands, Rule& rule, Problems& problems);

}  // namespace capmarket::rules
