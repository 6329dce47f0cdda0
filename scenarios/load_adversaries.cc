#include "scenarios/load_adversaries.h"

#include <fmt/format.h>

#include "model/base/text.h"
#include "scenarios/adversaries.h"
#include "scenarios/keyed_map.h"

namespace capmarket::scenarios {
namespace {

/// What is left to turn, by who turns.
struct Left {
  std::int64_t users = 0, publishers = 0, directories = 0, coordinators = 0, log = 1;

  std::int64_t& of(Turns who) {
    switch (who) {
      case Turns::users:
        return users;
      case Turns::publishers:
        return publishers;
      case Turns::directories:
        return directories;
      case Turns::coordinators:
        return coordinators;
      case Turns::log:
        return log;
    }
    return log;
  }
};

std::string_view words_for(Turns who) {
  switch (who) {
    case Turns::users:
      return "users who ask by themselves";
    case Turns::publishers:
      return "publishers";
    case Turns::directories:
      return "directories";
    case Turns::coordinators:
      return "coordinators";
    case Turns::log:
      return "logs";
  }
  return "";
}

Left all_of(const Scenario& scenario) {
  std::set<std::string> names;
  if (scenario.trace)
    for (const TraceRequest& r : scenario.trace->requests) names.insert(r.user);
  Left out;
  out.users = static_cast<std::int64_t>(names.size());
  for (const UserGroup& g : scenario.users) out.users += askers(g);
  out.publishers = static_cast<std::int64_t>(scenario.publishers.size());
  out.directories = scenario.directories;
  for (const CoordinatorSpec& c : scenario.coordinators)
    out.coordinators += static_cast<std::int64_t>(c.scopes.size());
  return out;
}

/// Whether the attack takes the key, and must have it.
struct Takes {
  bool at_all = false, needs = false;
};
Takes takes(const AttackRow& row, std::string_view key) {
  const std::string all = fmt::format(" {} ", row.keys);
  const bool needs = all.find(fmt::format(" {}! ", key)) != all.npos;
  return {needs || all.find(fmt::format(" {} ", key)) != all.npos, needs};
}

std::vector<std::string> names_of(const std::vector<UserGroup>& groups) {
  std::vector<std::string> out;
  for (const UserGroup& g : groups) out.push_back(g.name);
  return out;
}
std::vector<std::string> names_of(const std::vector<HolderGroup>& groups) {
  std::vector<std::string> out;
  for (const HolderGroup& g : groups) out.push_back(g.name);
  return out;
}

std::vector<std::string> coordinators_of(const Scenario& s) {
  std::vector<std::string> out;
  for (const CoordinatorSpec& c : s.coordinators) out.push_back(c.name);
  return out;
}

std::vector<std::string> auditors_of(const Scenario& s) {
  std::vector<std::string> out;
  for (const AuditorSpec& a : s.auditors) out.push_back(a.name);
  return out;
}

std::vector<std::string> both_of(const Scenario& s) {
  std::vector<std::string> out = names_of(s.users);
  for (const std::string& name : names_of(s.holders)) out.push_back(name);
  return out;
}

/// Whom the attack may favour.
std::vector<std::string> favoured_by(Attack attack, const Scenario& s) {
  if (attack == Attack::hiding_directory) return names_of(s.holders);
  return attack == Attack::partial_coordinator ? names_of(s.users) : both_of(s);
}

std::vector<std::string> accomplices_of(Attack attack, const Scenario& s) {
  if (attack == Attack::wash_trades) return names_of(s.holders);
  return attack == Attack::false_claims ? auditors_of(s) : names_of(s.users);
}

/// The groups that the entry names.
void read_names(KeyedMap& map, const AttackRow& row, const Scenario& s, AdversarySpec& out) {
  if (auto n = map.find("group"))
    assign(out.group,
           row.who == Turns::coordinators ? read_reference(*n, "coordinators", coordinators_of(s))
                                          : read_reference(*n, "group of users", names_of(s.users)));
  if (auto n = map.find("favours"))
    assign(out.favours, read_reference(*n, "group", favoured_by(row.attack, s)));
  if (auto n = map.find("accomplice"))
    assign(out.accomplice, read_reference(*n, "group", accomplices_of(row.attack, s)));
}

/// Keys that the attack does not take, or lacks.
void check_keys(const yaml::YamlNode& item, KeyedMap& map, const AttackRow& row, bool twin) {
  const std::string_view name = to_text(row.attack);
  for (const char* key : {"group", "favours", "accomplice", "factor", "share", "each", "delay"}) {
    const Takes what = takes(row, key);
    if (auto n = map.find(key); n && !what.at_all)
      n->complain(fmt::format("`{}` of `{}`", key, name), "a key that this attack takes");
    else if (!n && what.needs)
      item.complain(fmt::format("`{}` without `{}`", name, key), fmt::format("`{}`", key));
  }
  if (auto n = map.find("twin"); n && twin && !row.fraud)
    n->complain(fmt::format("`twin` of `{}`", name),
                "a fraud: what the chain refuses gains nothing");
}

}  // namespace

void read_quota(const std::optional<yaml::YamlNode>& node, Scenario& scenario) {
  KeyedMap map(node, "quota");
  map.read("refusals", scenario.quota.refusals);
  map.read("period", scenario.quota.period);
}

void read_adversaries(const yaml::YamlNode& node, Scenario& scenario) {
  Left left = all_of(scenario);
  for (const yaml::YamlNode& item : node.items()) {
    KeyedMap map(item, "adversaries[]");
    AdversarySpec out;
    const auto attack = map.get("attack");
    const auto known =
        attack ? read_value<Attack>(*attack, map.row("attack")) : std::optional<Attack>();
    assign(out.attack, known);
    map.read("count", out.count);
    map.read("twin", out.twin);
    map.read("factor", out.factor);
    map.read("share", out.share);
    map.read("each", out.each);
    map.read("delay", out.delay);
    if (!known) continue;
    const AttackRow& row = row_of(out.attack);
    read_names(map, row, scenario, out);
    check_keys(item, map, row, out.twin);
    std::int64_t& of = left.of(row.who);
    if (auto n = map.find("count"); n && out.count > of)
      n->complain(fmt::format("{} adversaries among {} {} left", out.count, of, words_for(row.who)),
                  fmt::format("at most as many as there are {}", words_for(row.who)));
    of -= out.count;
    scenario.adversaries.push_back(std::move(out));
  }
}

}  // namespace capmarket::scenarios
