// discovery, network: how parties find each other, and what happens to their messages.
#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "scenarios/load_internal.h"

namespace capmarket::scenarios {
namespace {

constexpr std::int64_t kDirectoriesMax = 1000;

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
  yaml::YamlMap map = node.map({"from", "until", "between"});
  PartitionSpec out;
  auto from = map.require("from");
  auto until = map.require("until");
  auto first = from ? read_duration(*from, Duration(0)) : std::nullopt;
  auto last = until ? read_duration(*until, Duration(0)) : std::nullopt;
  if (first && last && *last <= *first)
    until->complain(
        fmt::format("the partition ends at {}, but starts at {}", to_text(*last), to_text(*first)),
        "an end after the start");
  assign(out.from, first);
  assign(out.until, last);
  auto between = map.require("between");
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

}  // namespace

void read_discovery(const yaml::YamlNode& node, Scenario& scenario) {
  yaml::YamlMap map = node.map({"mode", "directories", "lag"});
  if (auto n = map.find("mode")) read_enum(*n, scenario.discovery, kDiscoveryModes);
  if (auto n = map.find("directories"))
    assign(scenario.directories, n->integer(0, kDirectoriesMax));
  if (auto n = map.find("lag"))
    assign(scenario.directory_lag, read_distribution(*n, DistributionUnit::duration));
}

void read_network(const yaml::YamlNode& node, Scenario& scenario) {
  yaml::YamlMap map = node.map({"latency", "loss", "duplicate", "reorder", "partitions"});
  if (auto n = map.find("latency"))
    assign(scenario.latency, read_distribution(*n, DistributionUnit::duration));
  if (auto n = map.find("loss")) assign(scenario.loss, read_share(*n));
  if (auto n = map.find("duplicate")) assign(scenario.duplicate, read_share(*n));
  if (auto n = map.find("reorder")) assign(scenario.reorder, read_share(*n));
  if (auto n = map.find("partitions"))
    for (const yaml::YamlNode& item : n->items())
      scenario.partitions.push_back(read_partition(item, reachable_names(scenario)));
}

}  // namespace capmarket::scenarios
