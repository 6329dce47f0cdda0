// infrastructure: what holders share, and the edges between two of them.
#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "scenarios/keyed_map.h"

namespace capmarket::scenarios {
namespace {

bool knows_holder(const Scenario& scenario, const std::string& name) {
  if (auto member = parse_member(name))
    for (const HolderGroup& g : scenario.holders)
      if (g.name == member->first && member->second < g.count) return true;
  if (!scenario.trace) return false;
  const auto& holders = scenario.trace->holders;
  return std::any_of(holders.begin(), holders.end(),
                     [&](const TraceHolder& h) { return h.name == name; });
}

void read_schedule(const yaml::YamlNode& node, SharedInfrastructureSpec& out) {
  if (!node.is_list()) {
    const ScenarioKey& row = scenario_key("infrastructure[]", "capacity");
    if (auto n = read_value<Quantity>(node, row)) out.schedule.emplace_back(Duration(0), *n);
    return;
  }
  if (node.items().empty()) node.complain("an empty schedule", "at least one entry, from 0s");
  Duration last(-1);
  for (const yaml::YamlNode& item : node.items()) {
    KeyedMap map(item, "infrastructure[].capacity[]");
    auto from = map.get("from");
    auto quantity = map.get("quantity");
    if (!from || !quantity) continue;
    auto since = read_value<Duration>(*from, map.row("from"));
    auto n = read_value<Quantity>(*quantity, map.row("quantity"));
    if (!since || !n) continue;
    if (out.schedule.empty() && since->value != 0)
      from->complain("the schedule does not say what there is at the start", "0s");
    if (*since <= last)
      from->complain(fmt::format("{} is not after {}", to_text(*since), to_text(last)),
                     "an ascending schedule");
    last = *since;
    out.schedule.emplace_back(*since, *n);
  }
}

void read_peer(const yaml::YamlNode& node, const Scenario& scenario,
               std::vector<std::string>& peer) {
  std::vector<yaml::YamlNode> items = node.items();
  for (const yaml::YamlNode& item : items) {
    auto name = item.text();
    if (!name) continue;
    if (!knows_holder(scenario, *name))
      item.complain(fmt::format("there is no holder `{}`", *name),
                    "GROUP.N, N from 0, or a holder of the trace");
    if (std::find(peer.begin(), peer.end(), *name) != peer.end())
      item.complain(fmt::format("holder `{}` twice", *name), "two holders");
    peer.push_back(*name);
  }
  if (node.is_list() && items.size() != 2)
    node.complain(fmt::format("an edge between {} holders", items.size()), "exactly two");
}

/// Under peer coordination a resource has exactly two members, who must be known by name.
void expect_edge(const yaml::YamlNode& at, const Scenario& scenario,
                 const SharedInfrastructureSpec& added) {
  for (const ScenarioRule& r : scenario.rules) {
    auto meets = [&](const location::Location& l) {
      return r.rule.scope.contains(l) || l.contains(r.rule.scope);
    };
    if (r.rule.class_name == added.class_name &&
        r.rule.coordination.mode == rules::CoordinationMode::peer &&
        std::any_of(added.locations.begin(), added.locations.end(), meets)) {
      at.complain(fmt::format("rule `{}` coordinates `{}` between peers", r.rule.name, added.name),
                  "`peer: [HOLDER, HOLDER]` instead of `locations`");
      return;
    }
  }
}

/// A declaration names one infrastructure.
void expect_apart(const yaml::YamlNode& at, const SharedInfrastructureSpec& a,
                  const SharedInfrastructureSpec& b) {
  if (a.class_name != b.class_name) return;
  for (const location::Location& x : a.locations)
    for (const location::Location& y : b.locations)
      if (x.contains(y) || y.contains(x)) {
        at.complain(
            fmt::format("`{}` shares `{}` with `{}`", a.name, (x.contains(y) ? y : x).path, b.name),
            "one infrastructure of a class at a place");
        return;
      }
  for (const std::string& holder : a.peer)
    if (std::find(b.peer.begin(), b.peer.end(), holder) != b.peer.end())
      at.complain(fmt::format("holder `{}` is a member of `{}` already", holder, b.name),
                  "each holder in one edge of a class");
}

}  // namespace

void read_infrastructure(const yaml::YamlNode& node, Scenario& scenario) {
  std::set<std::string> names;
  for (const yaml::YamlNode& item : node.items()) {
    KeyedMap map(item, "infrastructure[]");
    SharedInfrastructureSpec out;
    if (auto n = map.get("name")) out.name = read_unique_name(*n, names, "infrastructure");
    out.class_name = read_class_name(map, item, scenario);
    if (auto n = map.get("locations")) {
      out.locations = read_places(*n, scenario.locations);
      std::sort(out.locations.begin(), out.locations.end());
      if (std::unique(out.locations.begin(), out.locations.end()) != out.locations.end())
        n->complain("a place twice", "each place once");
    }
    if (auto n = map.get("capacity")) read_schedule(*n, out);
    if (auto n = map.get("peer")) read_peer(*n, scenario, out.peer);
    if (map.has("peer") == map.has("locations"))
      item.complain(fmt::format("`{}` has {} `locations` and `peer`", out.name,
                                map.has("peer") ? "both" : "neither of"),
                    "its members either by place or, two of them, by name");
    map.read("split", out.split);
    if (auto n = map.find("split"); n && !map.has("peer"))
      n->complain("a split without an edge", "`peer: [HOLDER, HOLDER]`");
    out.authority = read_governing(map, item, scenario, out.class_name, out.locations);
    expect_edge(item, scenario, out);
    for (const SharedInfrastructureSpec& other : scenario.infrastructure)
      expect_apart(item, out, other);
    scenario.infrastructure.push_back(std::move(out));
  }
}

}  // namespace capmarket::scenarios
