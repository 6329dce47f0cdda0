// classes, authorities, reconciliation: what is governed, and by whom.
#include <fmt/format.h>

#include <algorithm>

#include "model/objects/governance.h"
#include "scenarios/load_internal.h"

namespace capmarket::scenarios {
namespace {

constexpr Duration kDefaultGranularity{kNanosPerSecond};
/// Authorities from a jurisdiction down: a root above and a credential below make two more links.
constexpr std::size_t kAuthoritiesDeepMax = objects::kLinksMax - 2;

std::size_t depth_of(const AuthoritySpec& authority, const Scenario& scenario) {
  std::size_t depth = 1;
  for (const AuthoritySpec* a = &authority; !a->parent.empty(); ++depth)
    a = scenario.find_authority(a->parent);
  return depth;
}

/// The parent stands before its children, so that no circle can be written.
void read_parent(const yaml::YamlNode& node, const Scenario& scenario, AuthoritySpec& authority) {
  auto name =
      read_reference(node, "parent (an authority above this one):", authority_names(scenario));
  const AuthoritySpec* parent = name ? scenario.find_authority(*name) : nullptr;
  if (parent == nullptr) return;
  authority.parent = *name;
  if (!location::covers(parent->scope, authority.scope))
    node.complain(fmt::format("authority `{}` reaches beyond the scope of its parent `{}`",
                              authority.name, *name),
                  "a scope inside its parent's");
  for (const std::string& c : authority.classes)
    if (std::find(parent->classes.begin(), parent->classes.end(), c) == parent->classes.end())
      node.complain(fmt::format("authority `{}` has class `{}`, its parent `{}` has not",
                                authority.name, c, *name),
                    "classes of its parent");
  if (depth_of(authority, scenario) > kAuthoritiesDeepMax)
    node.complain("too many authorities below one another",
                  fmt::format("at most {}", kAuthoritiesDeepMax));
}

}  // namespace

bool AuthoritySpec::governs(std::string_view class_name, const location::Location& location) const {
  return std::find(classes.begin(), classes.end(), class_name) != classes.end() &&
         location::any_contains(scope, location);
}

void read_classes(const yaml::YamlNode& node, Scenario& scenario) {
  std::set<std::string> names;
  for (const yaml::YamlNode& item : node.items()) {
    yaml::YamlMap map = item.map({"name", "unit", "retention", "granularity"});
    ClassSpec out;
    out.granularity = kDefaultGranularity;
    if (auto n = map.require("name")) out.name = read_unique_name(*n, names, "class", true);
    if (auto n = map.require("unit")) assign(out.unit, read_kind(*n));
    if (auto n = map.require("retention")) assign(out.retention, read_duration(*n, Duration(0)));
    if (auto n = map.find("granularity")) assign(out.granularity, read_duration(*n, Duration(1)));
    scenario.classes.push_back(out);
  }
  if (scenario.classes.empty()) node.complain("no classes", "at least one");
}

void read_authorities(const yaml::YamlNode& node, Scenario& scenario) {
  std::set<std::string> names;
  for (const yaml::YamlNode& item : node.items()) {
    yaml::YamlMap map = item.map({"name", "scope", "classes", "parent"});
    AuthoritySpec out;
    if (auto n = map.require("name")) out.name = read_unique_name(*n, names, "authority", true);
    if (auto n = map.require("scope")) out.scope = read_places(*n, scenario.locations);
    if (auto list = map.require("classes"))
      for (const yaml::YamlNode& n : list->items())
        if (auto name = read_reference(n, "class", class_names(scenario)))
          out.classes.push_back(*name);
    if (auto n = map.find("parent")) read_parent(*n, scenario, out);
    scenario.authorities.push_back(out);
  }
  if (scenario.authorities.empty()) node.complain("no authorities", "at least one");
}

void read_reconciliation(const yaml::YamlNode& node, Scenario& scenario) {
  std::set<std::string> names;
  for (const yaml::YamlNode& item : node.items()) {
    yaml::YamlMap map = item.map({"name", "authorities", "tiers", "price", "fallback"});
    ReconciliationSpec out;
    if (auto n = map.require("name"))
      out.name = read_unique_name(*n, names, "reconciliation policy");
    std::set<std::string> seen;
    if (auto list = map.require("authorities")) {
      for (const yaml::YamlNode& n : list->items()) {
        auto name = read_reference(n, "authority", authority_names(scenario));
        if (!name) continue;
        const AuthoritySpec* a = scenario.find_authority(*name);
        if (a != nullptr && !a->parent.empty())
          n.complain(fmt::format("authority `{}` is a part of `{}`", *name, a->parent),
                     "jurisdictions: authorities without a parent");
        if (!seen.insert(*name).second)
          n.complain(fmt::format("authority `{}` twice", *name), "each once");
        out.authorities.push_back(*name);
      }
      if (list->is_list() && list->items().size() < 2)
        list->complain("a policy of less than two jurisdictions", "at least two authorities");
    }
    auto rule = [&](std::string_view key, std::string& target) {
      if (auto n = map.find(key)) assign(target, read_reference(*n, "rule", rule_names(scenario)));
    };
    rule("tiers", out.tiers);
    rule("price", out.price);
    rule("fallback", out.fallback);
    scenario.reconciliation.push_back(std::move(out));
  }
}

}  // namespace capmarket::scenarios
