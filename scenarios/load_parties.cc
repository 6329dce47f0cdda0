// Those who take part beside holders and users: coordinators, auditors, publishers; and what is
// done to parties: adversaries, revocations.
#include <fmt/format.h>

#include <algorithm>

#include "scenarios/keyed_map.h"

namespace capmarket::scenarios {
namespace {

/// One coordinator for each place of the list.
void read_coordinator_scope(const yaml::YamlNode& node, const KeyedMap& map,
                            const Scenario& scenario, CoordinatorSpec& out) {
  std::set<location::Location> seen;
  std::vector<yaml::YamlNode> items = node.items();
  if (node.is_list() && items.empty()) node.complain("an empty scope", "at least one path");
  for (const yaml::YamlNode& item : items) {
    auto location = read_location(item, scenario.locations);
    if (!location) continue;
    if (!seen.insert(*location).second)
      item.complain(fmt::format("`{}` twice", location->path), "each scope once");
    std::string authority = read_governing(map, item, scenario, out.class_name, {*location});
    out.scopes.push_back({std::move(*location), std::move(authority)});
  }
}

/// How many there are of the group that a revocation names; nothing where there is no such group.
std::optional<std::int64_t> members(const Scenario& scenario, const RevocationSpec& spec) {
  auto count = [&](const auto& groups, auto size) -> std::optional<std::int64_t> {
    for (const auto& g : groups)
      if (g.name == spec.group) return static_cast<std::int64_t>(size(g));
    return std::nullopt;
  };
  switch (spec.owner) {
    case CredentialOwner::holder:
      return count(scenario.holders, [](const HolderGroup& g) { return g.count; });
    case CredentialOwner::user:
      return count(scenario.users, [](const UserGroup& g) { return g.count; });
    case CredentialOwner::coordinator:
      return count(scenario.coordinators, [](const CoordinatorSpec& c) { return c.scopes.size(); });
  }
  CHECK(false);
  return std::nullopt;
}

void read_revoked(const yaml::YamlNode& node, const Scenario& scenario, RevocationSpec& out) {
  auto text = node.text();
  if (!text) return;
  std::size_t dot = text->find('.');
  auto owner = std::find(std::begin(kCredentialOwners), std::end(kCredentialOwners),
                         std::string_view(*text).substr(0, dot));
  auto member = dot == text->npos ? std::nullopt : parse_member(text->substr(dot + 1));
  if (owner == std::end(kCredentialOwners) || !member) {
    node.complain(fmt::format("`{}` names no credential", *text),
                  "holders.GROUP.N, users.GROUP.N or coordinators.NAME.N, N from 0");
    return;
  }
  out.owner = static_cast<CredentialOwner>(owner - std::begin(kCredentialOwners));
  out.group = member->first;
  out.number = member->second;
  auto count = members(scenario, out);
  if (!count)
    node.complain(fmt::format("there is no `{}` among the {}", out.group, *owner),
                  "the name of a group or coordinator");
  else if (out.number >= *count)
    node.complain(fmt::format("`{}` has {} members, counted from 0", out.group, *count),
                  "one of them");
}

/// Names that steps and partitions may mean already.
std::set<std::string> party_names(const Scenario& scenario) {
  std::set<std::string> out;
  for (const HolderGroup& g : scenario.holders) out.insert(g.name);
  for (const UserGroup& g : scenario.users) out.insert(g.name);
  for (const CoordinatorSpec& c : scenario.coordinators) out.insert(c.name);
  return out;
}

/// Whom a partial one favours; nobody else has that key.
void read_favours(const yaml::YamlNode& node, const KeyedMap& map, const Scenario& scenario,
                  CoordinatorSpec& out) {
  const bool partial =
      strategies_of(StrategyRole::cosign).at(out.strategy.number).name == "partial";
  auto named = map.find("favours");
  if (named && !partial) named->complain("`favours` without `strategy: partial`", "both, or neither");
  if (!named && partial) node.complain("`partial` without `favours`", "the group that it favours");
  if (!named) return;
  std::vector<std::string> groups;
  for (const UserGroup& g : scenario.users) groups.push_back(g.name);
  assign(out.favours, read_reference(*named, "group", groups));
}

}  // namespace

void read_coordinators(const yaml::YamlNode& node, Scenario& scenario) {
  std::set<std::string> names = party_names(scenario);
  for (const yaml::YamlNode& item : node.items()) {
    KeyedMap map(item, "coordinators[]");
    CoordinatorSpec out;
    if (auto n = map.get("name")) out.name = read_unique_name(*n, names, "coordinator");
    out.class_name = read_class_name(map, item, scenario);
    if (auto n = map.get("scope")) read_coordinator_scope(*n, map, scenario, out);
    map.read("delay", out.delay);
    map.read("strategy", out.strategy);
    read_favours(item, map, scenario, out);
    map.read("outage", out.outage);
    KeyedMap(map.get("timeouts"), "coordinators[].timeouts")
        .read("settlement", out.settlement_timeout);
    if (auto n = map.get("follow"))
      out.follow_lag = KeyedMap(*n, "coordinators[].follow").value<Duration>("lag");
    scenario.coordinators.push_back(std::move(out));
  }
}

void expect_coordinators(const yaml::YamlNode& node, const Scenario& scenario) {
  for (const ScenarioRule& r : scenario.rules) {
    rules::CoordinationMode mode = r.rule.coordination.mode;
    if (mode != rules::CoordinationMode::single && mode != rules::CoordinationMode::sharded)
      continue;
    auto serves = [&](const CoordinatorSpec& c) {
      return c.class_name == r.rule.class_name &&
             std::any_of(c.scopes.begin(), c.scopes.end(), [&](const CoordinatorSpec::Scope& s) {
               return s.location.contains(r.rule.scope) || r.rule.scope.contains(s.location);
             });
    };
    if (std::none_of(scenario.coordinators.begin(), scenario.coordinators.end(), serves))
      node.complain(fmt::format("rule `{}` asks for a coordinator's signature, and class `{}` has "
                                "no coordinator in `{}`",
                                r.rule.name, r.rule.class_name, r.rule.scope.path),
                    "`coordinators` with a scope there");
  }
}

void read_auditors(const yaml::YamlNode& node, Scenario& scenario) {
  std::set<std::string> names = party_names(scenario);
  for (const yaml::YamlNode& item : node.items()) {
    KeyedMap map(item, "auditors[]");
    AuditorSpec out;
    if (auto n = map.get("name")) out.name = read_unique_name(*n, names, "auditor");
    if (auto n = map.get("authority"))
      assign(out.authority, read_reference(*n, "authority", authority_names(scenario)));
    map.read("sample", out.sample);
    map.read("before_end", out.before_end);
    scenario.auditors.push_back(std::move(out));
  }
}

void read_publishers(const yaml::YamlNode& node, Scenario& scenario) {
  std::set<std::string> names;
  for (const yaml::YamlNode& item : node.items()) {
    KeyedMap map(item, "publishers[]");
    PublisherSpec out;
    if (auto n = map.get("name")) out.name = read_unique_name(*n, names, "publisher");
    map.read("every", out.every);
    if (auto n = map.get("rule"))
      assign(out.rule, read_reference(*n, "rule", rule_names(scenario)));
    scenario.publishers.push_back(std::move(out));
  }
}

void read_revocations(const yaml::YamlNode& node, Scenario& scenario) {
  for (const yaml::YamlNode& item : node.items()) {
    KeyedMap map(item, "revocations[]");
    RevocationSpec out;
    map.read("at", out.at);
    out.effective = out.at;
    if (auto n = map.get("credential")) read_revoked(*n, scenario, out);
    map.read("effective", out.effective);
    map.read("reason", out.reason);
    scenario.revocations.push_back(std::move(out));
  }
}

std::string_view to_text(Attack attack) { return kAttacks[static_cast<std::size_t>(attack)]; }

}  // namespace capmarket::scenarios
