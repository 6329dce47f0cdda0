#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "model/base/nearest.h"
#include "model/base/text.h"
#include "scenarios/keyed_map.h"

namespace capmarket::scenarios {
namespace {

std::vector<std::int64_t> read_branching(const yaml::YamlNode& node) {
  std::vector<std::int64_t> out;
  const ScenarioKey& row = scenario_key("locations", "branching");
  std::int64_t places = 1;
  for (const yaml::YamlNode& item : node.items()) {
    auto children = item.integer(row.least, row.most);
    if (!children) continue;
    if (places > kPlacesMax / *children) {
      item.complain("the tree has too many places", fmt::format("at most {}", kPlacesMax));
      return {};
    }
    places *= *children;
    out.push_back(*children);
  }
  return out;
}

std::vector<location::Location> grow(const location::Location& root,
                                     const std::vector<std::int64_t>& branching) {
  std::vector<location::Location> level{root};
  for (std::int64_t children : branching) {
    std::vector<location::Location> next;
    next.reserve(level.size() * static_cast<std::size_t>(children));
    for (const location::Location& parent : level)
      for (std::int64_t i = 0; i < children; ++i)
        next.push_back(location::Location{fmt::format("{}/{}", parent.path, i)});
    level = std::move(next);
  }
  return level;
}

}  // namespace

std::optional<std::string> read_name(const yaml::YamlNode& node) {
  auto text = node.text();
  if (!text) return std::nullopt;
  if (text->size() <= expr::kNameBytesMax && location::parse_location(*text)) return text;
  node.complain(fmt::format("`{}` is no name", *text),
                "at most 64 letters, digits, `.`, `_`, `-`, and `/` between them");
  return std::nullopt;
}

std::string read_unique_name(const yaml::YamlNode& node, std::set<std::string>& seen,
                             std::string_view what, bool of_rules) {
  auto name = of_rules ? read_kind(node) : read_name(node);
  if (!name) return {};
  if (!seen.insert(*name).second)
    node.complain(fmt::format("another {} is named `{}`", what, *name), "each name once");
  return *name;
}

std::optional<std::string> read_kind(const yaml::YamlNode& node) {
  auto text = node.text();
  if (!text || expr::is_name(*text)) return text;
  node.complain(fmt::format("`{}` is no name", *text),
                "1 to 64 bytes without quotes, backslash, comma, brackets or outer spaces");
  return std::nullopt;
}

std::vector<std::string> read_groups(const yaml::YamlNode& node) {
  std::vector<std::string> out;
  for (const yaml::YamlNode& item : node.items())
    if (auto name = read_kind(item)) out.push_back(*name);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::optional<Duration> read_duration(const yaml::YamlNode& node, Duration least) {
  auto value = node.duration();
  if (!value || *value >= least) return value;
  node.complain(fmt::format("{} is too short", to_text(*value)),
                fmt::format("at least {}", to_text(least)));
  return std::nullopt;
}

std::optional<std::int64_t> read_share(const yaml::YamlNode& node) {
  auto ratio = node.ratio();
  if (!ratio || (*ratio >= 0 && *ratio <= kFullRatio)) return ratio;
  node.complain("the share is out of range", "0% to 100%");
  return std::nullopt;
}

std::optional<std::int64_t> read_margin(const yaml::YamlNode& node) {
  auto ratio = node.ratio();
  if (!ratio || (*ratio >= 0 && *ratio <= kMarginMax)) return ratio;
  node.complain("the margin is out of range", "0% to 10000%");
  return std::nullopt;
}

std::optional<std::int64_t> read_rate(const yaml::YamlNode& node) {
  auto text = node.text();
  auto rate = text ? parse_rate(*text) : std::nullopt;
  if (text && !rate)
    node.complain(fmt::format("`{}` is no rate", *text), "more than 0 an hour, like 0.01/h");
  return rate;
}

std::optional<std::int64_t> parse_rate(std::string_view text) {
  constexpr std::string_view kUnit = "/h";
  if (!text.ends_with(kUnit)) return std::nullopt;
  auto rate = parse_money(text.substr(0, text.size() - kUnit.size()));  // the same form
  if (!rate || rate->value <= 0 || rate->value > kWireMax) return std::nullopt;
  return rate->value;
}

std::optional<Money> read_any_money(const yaml::YamlNode& node) {
  auto text = node.text();
  auto money = text ? parse_money(*text) : std::nullopt;
  if (text && !money)
    node.complain(fmt::format("`{}` is no amount", *text), "money, like 10.00 or -0.0001");
  return money;
}

std::optional<Money> read_sum(const yaml::YamlNode& node) {
  auto money = read_any_money(node);
  if (!money || money->value >= 0) return money;
  node.complain(fmt::format("{} is negative", to_text(*money)), "money, 0.00 or more");
  return std::nullopt;
}

std::optional<std::int64_t> read_weight(const yaml::YamlNode& node) {
  auto text = node.text();
  if (!text) return std::nullopt;
  auto weight = text->ends_with('%') ? parse_ratio(*text) : parse_integer(*text);
  if (weight && *weight >= 0 && *weight <= kFullRatio) return weight;
  node.complain(fmt::format("`{}` is no weight", *text), "0% to 100%, or 0 to 10000 basis points");
  return std::nullopt;
}

std::optional<location::Location> read_location(const yaml::YamlNode& node,
                                                const LocationSpec& locations) {
  auto location = node.location();
  if (location && !locations.knows(*location))
    node.complain(fmt::format("`{}` is not in the location tree", location->path),
                  "a path of `locations`, or an ancestor of one");
  return location;
}

std::vector<location::Location> read_places(const yaml::YamlNode& node,
                                            const LocationSpec& locations) {
  std::vector<yaml::YamlNode> items =
      node.is_list() ? node.items() : std::vector<yaml::YamlNode>{node};
  std::vector<location::Location> out;
  for (const yaml::YamlNode& item : items)
    if (auto location = read_location(item, locations)) out.push_back(*location);
  if (items.empty()) node.complain("an empty scope", "at least one path");
  return out;
}

std::optional<std::string> read_reference(const yaml::YamlNode& node, std::string_view what,
                                          const std::vector<std::string>& known) {
  auto name = node.text();
  if (name) expect_known(node, what, *name, known);
  return name;
}

std::vector<std::string> class_names(const Scenario& scenario) {
  std::vector<std::string> out;
  for (const ClassSpec& c : scenario.classes) out.push_back(c.name);
  return out;
}

std::vector<std::string> authority_names(const Scenario& scenario) {
  std::vector<std::string> out;
  for (const AuthoritySpec& a : scenario.authorities) out.push_back(a.name);
  return out;
}

std::vector<std::string> rule_names(const Scenario& scenario) {
  std::vector<std::string> out;
  for (const ScenarioRule& r : scenario.rules)
    if (std::find(out.begin(), out.end(), r.rule.name) == out.end()) out.push_back(r.rule.name);
  return out;
}

std::optional<std::pair<std::string, std::int64_t>> parse_member(std::string_view text) {
  std::size_t dot = text.rfind('.');
  if (dot == text.npos || dot == 0) return std::nullopt;
  auto number = parse_integer(text.substr(dot + 1));
  // Only as it is written elsewhere: no sign, no leading zeros.
  if (!number || *number < 0 || std::to_string(*number) != text.substr(dot + 1))
    return std::nullopt;
  return std::pair(std::string(text.substr(0, dot)), *number);
}

void expect_known(const yaml::YamlNode& node, std::string_view what, const std::string& name,
                  const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), name) != known.end()) return;
  std::vector<std::string_view> views(known.begin(), known.end());
  node.complain(
      fmt::format("unknown {} `{}`", what, name),
      known.empty() ? fmt::format("a {}, but there is none", what) : expected_one_of(name, views));
}

LocationSpec read_locations(const yaml::YamlNode& node) {
  LocationSpec out;
  if (node.is_list()) {
    for (const yaml::YamlNode& item : node.items())
      if (auto location = item.location()) out.leaves.push_back(*location);
    if (out.leaves.empty()) node.complain("no locations", "at least one path");
  } else {
    KeyedMap map(node, "locations");
    auto root = map.get("tree");
    auto branching = map.get("branching");
    auto location = root ? root->location() : std::nullopt;
    if (location && branching) out.leaves = grow(*location, read_branching(*branching));
    if (!out.leaves.empty() && !location::parse_location(out.leaves.back().path))
      branching->complain("the tree is too deep", "paths of at most 16 segments, 255 characters");
  }
  std::sort(out.leaves.begin(), out.leaves.end());
  out.leaves.erase(std::unique(out.leaves.begin(), out.leaves.end()), out.leaves.end());
  return out;
}

bool LocationSpec::knows(const location::Location& location) const {
  // Everything below `location` starts with its path and a slash, and stands together in the order.
  auto has_prefix = [&](const std::string& prefix) {
    auto it = std::lower_bound(leaves.begin(), leaves.end(), location::Location{prefix});
    return it != leaves.end() && it->path.starts_with(prefix);
  };
  return std::binary_search(leaves.begin(), leaves.end(), location) ||
         has_prefix(location.path + "/");
}

std::string read_class_name(const KeyedMap& group, const yaml::YamlNode& at,
                            const Scenario& scenario) {
  if (auto node = group.find("class")) {
    auto name = node->text();
    if (!name) return {};
    expect_known(*node, "class", *name, class_names(scenario));
    return *name;
  }
  if (scenario.classes.size() > 1)
    at.complain("missing key `class`", "the class, because the scenario has several");
  return scenario.classes.empty() ? "" : scenario.classes.front().name;
}

std::optional<std::string> read_tier(const yaml::YamlNode& node, const Scenario& scenario,
                                     std::string_view class_name) {
  auto name = node.text();
  if (name && scenario.find_class(class_name) != nullptr && !scenario.rules.empty())
    expect_known(node, "tier", *name, tiers_of_class(scenario, class_name));
  return name;
}

std::string read_governing(const KeyedMap& map, const yaml::YamlNode& at, const Scenario& scenario,
                           const std::string& class_name,
                           const std::vector<location::Location>& places) {
  auto governs = [&](const AuthoritySpec& a) {
    if (places.empty())
      return std::find(a.classes.begin(), a.classes.end(), class_name) != a.classes.end();
    return std::all_of(places.begin(), places.end(),
                       [&](const location::Location& l) { return a.governs(class_name, l); });
  };
  std::string where;
  for (const location::Location& l : places) where += (where.empty() ? " in " : ", ") + l.path;
  if (auto node = map.find("authority")) {
    auto name = read_reference(*node, "authority", authority_names(scenario));
    const AuthoritySpec* named = name ? scenario.find_authority(*name) : nullptr;
    if (named == nullptr) return {};
    if (!governs(*named))
      node->complain(
          fmt::format("authority `{}` does not govern class `{}`{}", *name, class_name, where),
          "an authority for both");
    return *name;
  }
  for (const AuthoritySpec& a : scenario.authorities)
    if (governs(a)) return a.name;
  if (scenario.find_class(class_name) != nullptr && !scenario.authorities.empty())
    at.complain(fmt::format("no authority governs class `{}`{}", class_name, where),
                "an authority for both");
  return {};
}

std::vector<std::string> tiers_of_class(const Scenario& scenario, std::string_view class_name) {
  std::vector<std::string> out;
  for (const ScenarioRule& r : scenario.rules)
    if (r.rule.class_name == class_name)
      for (const rules::Tier& tier : r.rule.tiers)
        if (std::find(out.begin(), out.end(), tier.name) == out.end()) out.push_back(tier.name);
  return out;
}

std::string beside(const std::string& file, const std::string& path) {
  return (std::filesystem::path(file).parent_path() / path).lexically_normal().string();
}

}  // namespace capmarket::scenarios
