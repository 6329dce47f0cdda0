// discovery, network: how parties find each other, and what happens to their messages.
#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "scenarios/keyed_map.h"

namespace capmarket::scenarios {
namespace {

std::vector<std::string> reachable_names(const Scenario& scenario) {
  std::vector<std::string> out;
  for (const HolderGroup& g : scenario.holders) out.push_back(g.name);
  for (const UserGroup& g : scenario.users) out.push_back(g.name);
  for (const CoordinatorSpec& c : scenario.coordinators) out.push_back(c.name);
  out.emplace_back(kPartitionDirectories);
  out.emplace_back(kPartitionChain);
  return out;
}

PartitionSpec read_partition(const yaml::YamlNode& node, const std::vector<std::string>& known) {
  KeyedMap map(node, "network.partitions[]");
  PartitionSpec out;
  auto from = map.get("from");
  auto until = map.get("until");
  auto first = from ? read_value<Duration>(*from, map.row("from")) : std::nullopt;
  auto last = until ? read_value<Duration>(*until, map.row("until")) : std::nullopt;
  if (first && last && *last <= *first)
    until->complain(
        fmt::format("the partition ends at {}, but starts at {}", to_text(*last), to_text(*first)),
        "an end after the start");
  assign(out.from, first);
  assign(out.until, last);
  auto between = map.get("between");
  if (!between) return out;
  std::set<std::string> names;
  for (const yaml::YamlNode& item : between->items())
    if (auto name = read_reference(item, "group", known))
      if (!names.insert(*name).second)
        item.complain(fmt::format("group `{}` twice", *name), "each once");
  out.between.assign(names.begin(), names.end());
  if (between->is_list() && between->items().size() < 2)
    between->complain("a partition of less than two groups", "at least two");
  return out;
}

/// A place or an ancestor of one; complains otherwise.
std::optional<location::Location> read_end(const yaml::YamlNode& node, const Scenario& scenario) {
  return read_location(node, scenario.locations);
}

LinkSpec read_link(const yaml::YamlNode& node, const Scenario& scenario) {
  const KeyedMap map(node, "network.links[]");
  LinkSpec out;
  auto between = map.get("between");
  if (between && between->is_list()) {
    const std::vector<yaml::YamlNode> ends = between->items();
    if (ends.size() != 2)
      between->complain(fmt::format("a link between {} places", ends.size()), "two");
    if (!ends.empty()) assign(out.a, read_end(ends.front(), scenario));
    if (ends.size() > 1) assign(out.b, read_end(ends[1], scenario));
  } else if (between) {
    between->complain("no list", "a list of two places");
  }
  map.read("latency", out.latency);
  for (const LinkSpec& other : scenario.links)
    if ((other.a == out.a && other.b == out.b) || (other.a == out.b && other.b == out.a))
      node.complain(fmt::format("another link between `{}` and `{}`", out.a.path, out.b.path),
                    "each pair once");
  return out;
}

}  // namespace

void read_discovery(const std::optional<yaml::YamlNode>& node, Scenario& scenario) {
  KeyedMap map(node, "discovery");
  map.read("mode", scenario.discovery);
  map.read("directories", scenario.directories);
  map.read("lag", scenario.directory_lag);
  map.read("named", scenario.named);
  map.read("named_in_parts", scenario.named_in_parts);
  map.read("answers", scenario.answers);
  map.read("many", scenario.many);
  map.read("named_of_many", scenario.named_of_many);
  map.read("samples", scenario.samples);
}

void read_network(const std::optional<yaml::YamlNode>& node, Scenario& scenario) {
  KeyedMap map(node, "network");
  map.read("latency", scenario.latency);
  map.read("loss", scenario.loss);
  map.read("duplicate", scenario.duplicate);
  map.read("reorder", scenario.reorder);
  map.read("tries", scenario.tries);
  map.read("retry_after", scenario.retry_after);
  for (const yaml::YamlNode& item : map.items("links"))
    scenario.links.push_back(read_link(item, scenario));
  if (auto n = map.get("chain")) scenario.chain_place = read_end(*n, scenario);
  for (const yaml::YamlNode& item : map.items("partitions"))
    scenario.partitions.push_back(read_partition(item, reachable_names(scenario)));
}

}  // namespace capmarket::scenarios
