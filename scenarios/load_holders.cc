// holders: groups of those who have capacity.
#include <fmt/format.h>

#include "scenarios/load_internal.h"

namespace capmarket::scenarios {
namespace {

constexpr std::int64_t kPiecesMax = 1000;

/// The place of a holder group; `uniform` is everywhere.
std::optional<location::Location> read_place(const yaml::YamlNode& node, const LocationSpec& locations) {
  auto text = node.text();
  if (!text || *text == "uniform") return std::nullopt;
  auto location = node.location();
  if (location && !locations.knows(*location))
    node.complain(fmt::format("`{}` is not in the location tree", location->path),
                  "uniform, or a path of `locations`");
  return location;
}

HolderFailure read_failure(const yaml::YamlNode& node) {
  yaml::YamlMap map = node.map({"rate", "notice", "detect", "late"});
  HolderFailure out;
  if (auto n = map.require("rate")) {
    auto text = n->text();
    auto rate = text ? parse_rate(*text) : std::nullopt;
    if (text && !rate)
      n->complain(fmt::format("`{}` is no rate of failures", *text), "0.01/h, per holder");
    assign(out.rate_per_hour, rate);
  }
  if (auto n = map.find("notice"))
    assign(out.notice, read_distribution(*n, DistributionUnit::duration));
  if (auto n = map.require("detect")) assign(out.detect, read_duration(*n, Duration(0)));
  if (auto n = map.find("late")) assign(out.late, read_share(*n));
  return out;
}

HolderCurtailment read_curtail(const yaml::YamlNode& node) {
  yaml::YamlMap map = node.map({"at", "by"});
  HolderCurtailment out;
  if (auto n = map.require("at")) assign(out.at, read_duration(*n, Duration(0)));
  if (auto n = map.require("by")) assign(out.by, read_share(*n));
  return out;
}

/// A group that says little takes the rest from the group above it: `{ name: double-sellers,
/// count: 5, strategy: over-sell }` is a holder like the others that misbehaves.
template <class Read>
void read_or_inherit(const yaml::YamlMap& map, const yaml::YamlNode& at, std::string_view key, bool inherits,
                     Read read) {
  if (auto node = map.find(key))
    read(*node);
  else if (!inherits)
    at.complain(fmt::format("missing key `{}`", key),
                "it, or a group above to take it from, in a misbehaving group");
}

/// What every holder has to say, and what only some say.
void read_capacity(const yaml::YamlMap& map, const yaml::YamlNode& node, bool inherits, HolderGroup& out) {
  read_or_inherit(map, node, "quantity", inherits, [&](const yaml::YamlNode& n) {
    assign(out.quantity, read_distribution(n, DistributionUnit::quantity));
  });
  read_or_inherit(map, node, "window", inherits,
                  [&](const yaml::YamlNode& n) { assign(out.window, read_duration(n, Duration(1))); });
  read_or_inherit(map, node, "ask", inherits, [&](const yaml::YamlNode& n) {
    assign(out.ask, read_distribution(n, DistributionUnit::money));
  });
  if (auto n = map.find("pricing")) read_enum(*n, out.pricing, kHolderPricings);
  if (auto n = map.find("weight")) assign(out.weight, read_weight(*n));
  if (auto n = map.find("share_reactive")) assign(out.share_reactive, read_share(*n));
  if (auto n = map.find("pieces")) assign(out.pieces, n->integer(1, kPiecesMax));
  if (auto n = map.find("batch")) assign(out.batch, n->boolean());
  if (auto n = map.find("failure")) out.failure = read_failure(*n);
  if (auto n = map.find("curtail")) out.curtail = read_curtail(*n);
}

HolderGroup read_holder_group(const yaml::YamlNode& node, const Scenario& scenario,
                              std::set<std::string>& names) {
  yaml::YamlMap map = node.map({"name", "count", "kind", "groups", "place", "class", "strategy",
                          "quantity", "window", "ask", "pricing", "weight", "share_reactive",
                          "pieces", "batch", "failure", "curtail"});
  HolderStrategy strategy = HolderStrategy::prepublish;
  auto strategy_node = map.require("strategy");
  if (strategy_node) read_enum(*strategy_node, strategy, kHolderStrategies);
  const bool scripted = strategy == HolderStrategy::scripted;
  const HolderGroup* above =
      strategy != HolderStrategy::prepublish && !scripted && !scenario.holders.empty()
          ? &scenario.holders.back()
          : nullptr;
  HolderGroup out = above != nullptr ? *above : HolderGroup{};
  out.strategy = strategy;
  if (auto n = map.require("name")) out.name = read_unique_name(*n, names, "group");
  if (auto n = map.require("count")) assign(out.count, n->integer(0, kPopulationMax));
  if (auto n = map.find("kind")) assign(out.kind, read_kind(*n));
  if (out.kind.empty()) out.kind = "holder";
  if (auto n = map.find("groups")) out.groups = read_groups(*n);
  if (auto n = map.find("place")) out.place = read_place(*n, scenario.locations);
  if (map.has("class") || above == nullptr) out.class_name = read_class_name(map, node, scenario);
  if (scripted && !map.has("quantity"))
    node.complain("missing key `quantity`", "how much the holder's asset has");
  read_capacity(map, node, above != nullptr || scripted, out);
  bool tells = strategy != HolderStrategy::no_notice && strategy != HolderStrategy::late_notice;
  if (!tells && !out.failure)
    strategy_node->complain(fmt::format("`{}` without failures", to_text(strategy)),
                            "`failure`, here or in the group above");
  return out;
}

}  // namespace

void read_holders(const yaml::YamlNode& node, Scenario& scenario) {
  std::set<std::string> names;
  for (const yaml::YamlNode& item : node.items())
    scenario.holders.push_back(read_holder_group(item, scenario, names));
  expect_population(node, scenario.holders);
}

std::string_view to_text(HolderStrategy strategy) {
  return kHolderStrategies[static_cast<std::size_t>(strategy)];
}

}  // namespace capmarket::scenarios
