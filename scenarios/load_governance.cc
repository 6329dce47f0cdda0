// classes, authorities, reconciliation: what is governed, and by whom.
#include <fmt/format.h>

#include <algorithm>

#include "model/objects/governance.h"
#include "scenarios/keyed_map.h"

namespace capmarket::scenarios {
namespace {

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

/// At least two authorities, none of which is a part of another.
std::vector<std::string> read_jurisdictions(const yaml::YamlNode& node, const Scenario& scenario) {
  std::vector<std::string> out;
  std::set<std::string> seen;
  for (const yaml::YamlNode& n : node.items()) {
    auto name = read_reference(n, "authority", authority_names(scenario));
    if (!name) continue;
    const AuthoritySpec* a = scenario.find_authority(*name);
    if (a != nullptr && !a->parent.empty())
      n.complain(fmt::format("authority `{}` is a part of `{}`", *name, a->parent),
                 "jurisdictions: authorities without a parent");
    if (!seen.insert(*name).second)
      n.complain(fmt::format("authority `{}` twice", *name), "each once");
    out.push_back(*name);
  }
  if (node.is_list() && node.items().size() < 2)
    node.complain("a policy of less than two jurisdictions", "at least two authorities");
  return out;
}

}  // namespace

bool AuthoritySpec::governs(std::string_view class_name, const location::Location& location) const {
  return std::find(classes.begin(), classes.end(), class_name) != classes.end() &&
         location::any_contains(scope, location);
}

void read_classes(const yaml::YamlNode& node, Scenario& scenario) {
  std::set<std::string> names;
  for (const yaml::YamlNode& item : node.items()) {
    KeyedMap map(item, "classes[]");
    ClassSpec out;
    if (auto n = map.get("name")) out.name = read_unique_name(*n, names, "class", true);
    map.read("unit", out.unit);
    map.read("retention", out.retention);
    map.read("granularity", out.granularity);
    scenario.classes.push_back(out);
  }
  if (scenario.classes.empty()) node.complain("no classes", "at least one");
}

void read_authorities(const yaml::YamlNode& node, Scenario& scenario) {
  std::set<std::string> names;
  for (const yaml::YamlNode& item : node.items()) {
    KeyedMap map(item, "authorities[]");
    AuthoritySpec out;
    if (auto n = map.get("name")) out.name = read_unique_name(*n, names, "authority", true);
    if (auto n = map.get("scope")) out.scope = read_places(*n, scenario.locations);
    for (const yaml::YamlNode& n : map.items("classes"))
      if (auto name = read_reference(n, "class", class_names(scenario)))
        out.classes.push_back(*name);
    if (auto n = map.get("parent")) read_parent(*n, scenario, out);
    scenario.authorities.push_back(out);
  }
  if (scenario.authorities.empty()) node.complain("no authorities", "at least one");
}

void read_reconciliation(const yaml::YamlNode& node, Scenario& scenario) {
  std::set<std::string> names;
  for (const yaml::YamlNode& item : node.items()) {
    KeyedMap map(item, "reconciliation[]");
    ReconciliationSpec out;
    if (auto n = map.get("name")) out.name = read_unique_name(*n, names, "reconciliation policy");
    if (auto n = map.get("authorities")) out.authorities = read_jurisdictions(*n, scenario);
    auto rule = [&](std::string_view key, std::string& target) {
      if (auto n = map.get(key)) assign(target, read_reference(*n, "rule", rule_names(scenario)));
    };
    rule("tiers", out.tiers);
    rule("price", out.price);
    rule("fallback", out.fallback);
    scenario.reconciliation.push_back(std::move(out));
  }
}

}  // namespace capmarket::scenarios
