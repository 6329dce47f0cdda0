#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "model/base/nearest.h"
#include "model/base/text.h"
#include "scenarios/load_internal.h"

namespace capmarket {
namespace {

constexpr std::int64_t kPlacesMax = 1'000'000;

std::vector<std::int64_t> read_branching(const YamlNode& node) {
  std::vector<std::int64_t> out;
  std::int64_t places = 1;
  for (const YamlNode& item : node.items()) {
    auto children = item.integer(1, kPlacesMax);
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

std::vector<Location> grow(const Location& root, const std::vector<std::int64_t>& branching) {
  std::vector<Location> level{root};
  for (std::int64_t children : branching) {
    std::vector<Location> next;
    next.reserve(level.size() * static_cast<std::size_t>(children));
    for (const Location& parent : level)
      for (std::int64_t i = 0; i < children; ++i)
        next.push_back(Location{fmt::format("{}/{}", parent.path, i)});
    level = std::move(next);
  }
  return level;
}

}  // namespace

std::optional<std::string> read_name(const YamlNode& node) {
  auto text = node.text();
  if (!text) return std::nullopt;
  if (text->size() <= kNameBytesMax && parse_location(*text)) return text;
  node.complain(fmt::format("`{}` is no name", *text),
                "at most 64 letters, digits, `.`, `_`, `-`, and `/` between them");
  return std::nullopt;
}

std::string read_unique_name(const YamlNode& node, std::set<std::string>& seen,
                             std::string_view what) {
  auto name = read_name(node);
  if (!name) return {};
  if (!seen.insert(*name).second)
    node.complain(fmt::format("another {} is named `{}`", what, *name), "each name once");
  return *name;
}

std::vector<std::string> read_names(const YamlNode& node) {
  std::vector<std::string> out;
  for (const YamlNode& item : node.items())
    if (auto name = read_name(item)) out.push_back(*name);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::optional<Duration> read_duration(const YamlNode& node, Duration least) {
  auto value = node.duration();
  if (!value || *value >= least) return value;
  node.complain(fmt::format("{} is too short", to_text(*value)),
                fmt::format("at least {}", to_text(least)));
  return std::nullopt;
}

void expect_known(const YamlNode& node, std::string_view what, const std::string& name,
                  const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), name) != known.end()) return;
  std::vector<std::string_view> views(known.begin(), known.end());
  node.complain(
      fmt::format("unknown {} `{}`", what, name),
      known.empty() ? fmt::format("a {}, but there is none", what) : expected_one_of(name, views));
}

LocationSpec read_locations(const YamlNode& node) {
  LocationSpec out;
  if (node.is_list()) {
    for (const YamlNode& item : node.items())
      if (auto location = item.location()) out.leaves.push_back(*location);
    if (out.leaves.empty()) node.complain("no locations", "at least one path");
  } else {
    YamlMap map = node.map({"tree", "branching"});
    auto root = map.require("tree");
    auto branching = map.require("branching");
    auto location = root ? root->location() : std::nullopt;
    if (location && branching) out.leaves = grow(*location, read_branching(*branching));
    if (!out.leaves.empty() && !parse_location(out.leaves.back().path))
      branching->complain("the tree is too deep", "paths of at most 16 segments, 255 characters");
  }
  std::sort(out.leaves.begin(), out.leaves.end());
  out.leaves.erase(std::unique(out.leaves.begin(), out.leaves.end()), out.leaves.end());
  return out;
}

bool LocationSpec::knows(const Location& location) const {
  // Everything below `location` starts with its path and a slash, and stands together in the order.
  auto has_prefix = [&](const std::string& prefix) {
    auto it = std::lower_bound(leaves.begin(), leaves.end(), Location{prefix});
    return it != leaves.end() && it->path.starts_with(prefix);
  };
  return std::binary_search(leaves.begin(), leaves.end(), location) ||
         has_prefix(location.path + "/");
}

std::string read_class_name(const YamlMap& group, const YamlNode& at, const Scenario& scenario) {
  if (auto node = group.find("class")) {
    auto name = node->text();
    if (!name) return {};
    std::vector<std::string> known;
    for (const ClassSpec& c : scenario.classes) known.push_back(c.name);
    expect_known(*node, "class", *name, known);
    return *name;
  }
  if (scenario.classes.size() > 1)
    at.complain("missing key `class`", "the class, because the scenario has several");
  return scenario.classes.empty() ? "" : scenario.classes.front().name;
}

std::vector<std::string> tiers_of_class(const Scenario& scenario, std::string_view class_name) {
  std::vector<std::string> out;
  for (const ScenarioRule& r : scenario.rules)
    if (r.rule.class_name == class_name)
      for (const Tier& tier : r.rule.tiers)
        if (std::find(out.begin(), out.end(), tier.name) == out.end()) out.push_back(tier.name);
  return out;
}

std::string beside(const std::string& file, const std::string& path) {
  return (std::filesystem::path(file).parent_path() / path).lexically_normal().string();
}

}  // namespace capmarket
