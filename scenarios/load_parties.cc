// The parts of a scenario that say who takes part: holders, users, adversaries.
#include <fmt/format.h>

#include "model/base/check.h"
#include "model/base/text.h"
#include "scenarios/load_internal.h"

namespace capmarket {
namespace {

constexpr Duration kDefaultLead{10 * kNanosPerSecond};
constexpr Duration kDefaultPatience{600 * kNanosPerSecond};
constexpr std::int64_t kBasis = 10'000;

/// The place of a holder group; `uniform` is everywhere.
std::optional<Location> read_place(const YamlNode& node, const LocationSpec& locations) {
  auto text = node.text();
  if (!text || *text == "uniform") return std::nullopt;
  auto location = node.location();
  if (location && !locations.knows(*location))
    node.complain(fmt::format("`{}` is not in the location tree", location->path),
                  "uniform, or a path of `locations`");
  return location;
}

HolderStrategy read_strategy(const YamlNode& node) {
  constexpr HolderStrategy kAll[] = {HolderStrategy::prepublish, HolderStrategy::over_sell,
                                     HolderStrategy::double_declare};
  auto index = node.choice({"prepublish", "over-sell", "double-declare"});
  return index ? kAll[*index] : HolderStrategy::prepublish;
}

/// A group that says little takes the rest from the group above it: `{ name: double-sellers,
/// count: 5, strategy: over-sell }` is a holder like the others that misbehaves.
template <class Read>
void read_or_inherit(const YamlMap& map, const YamlNode& at, std::string_view key, bool inherits,
                     Read read) {
  if (auto node = map.find(key))
    read(*node);
  else if (!inherits)
    at.complain(fmt::format("missing key `{}`", key),
                "it, or a group above to take it from, in a misbehaving group");
}

HolderGroup read_holder_group(const YamlNode& node, const Scenario& scenario,
                              std::set<std::string>& names) {
  YamlMap map = node.map({"name", "count", "kind", "groups", "place", "class", "strategy",
                          "quantity", "window", "ask", "pricing"});
  HolderStrategy strategy = HolderStrategy::prepublish;
  if (auto n = map.require("strategy")) strategy = read_strategy(*n);
  const HolderGroup* above = strategy != HolderStrategy::prepublish && !scenario.holders.empty()
                                 ? &scenario.holders.back()
                                 : nullptr;
  HolderGroup out = above != nullptr ? *above : HolderGroup{};
  out.strategy = strategy;
  if (auto n = map.require("name")) out.name = read_unique_name(*n, names, "group");
  if (auto n = map.require("count")) assign(out.count, n->integer(0, kPopulationMax));
  if (auto n = map.find("kind")) assign(out.kind, read_name(*n));
  if (out.kind.empty()) out.kind = "holder";
  if (auto n = map.find("groups")) out.groups = read_names(*n);
  if (auto n = map.find("place")) out.place = read_place(*n, scenario.locations);
  if (map.has("class") || above == nullptr) out.class_name = read_class_name(map, node, scenario);
  if (auto n = map.find("pricing")) n->choice({"cost-plus"});
  bool inherits = above != nullptr;
  read_or_inherit(map, node, "quantity", inherits, [&](const YamlNode& n) {
    assign(out.quantity, read_distribution(n, DistributionUnit::quantity));
  });
  read_or_inherit(map, node, "window", inherits,
                  [&](const YamlNode& n) { assign(out.window, read_duration(n, Duration(1))); });
  read_or_inherit(map, node, "ask", inherits, [&](const YamlNode& n) {
    assign(out.ask, read_distribution(n, DistributionUnit::money));
  });
  return out;
}

Arrivals read_arrivals(const YamlNode& node) {
  Arrivals out;
  constexpr std::string_view kForm =
      "poisson(0.5/h), per user, or { burst: { at: 2h, size: 200 } }, of the group";
  if (node.is_map()) {
    out.kind = ArrivalKind::burst;
    auto burst = node.map({"burst"}).require("burst");
    if (!burst) return out;
    YamlMap map = burst->map({"at", "size"});
    if (auto n = map.require("at")) assign(out.at, read_duration(*n, Duration(0)));
    if (auto n = map.require("size")) assign(out.size, n->integer(0, kPopulationMax));
    return out;
  }
  auto text = node.text();
  if (!text) return out;
  std::string_view view = *text;
  constexpr std::string_view kOpen = "poisson(", kClose = "/h)";
  if (view.starts_with(kOpen) && view.ends_with(kClose) &&
      view.size() > kOpen.size() + kClose.size()) {
    view = view.substr(kOpen.size(), view.size() - kOpen.size() - kClose.size());
    auto rate = parse_money(view);  // the same form: at most four decimals
    if (rate && rate->value > 0) {
      out.rate_per_hour = rate->value;
      return out;
    }
  }
  node.complain(fmt::format("`{}` is no arrival process", *text), std::string(kForm));
  return out;
}

void read_tier(const YamlNode& node, const Scenario& scenario, UserGroup& group) {
  auto name = node.text();
  if (!name) return;
  group.tier = *name;
  if (scenario.find_class(group.class_name) != nullptr && !scenario.rules.empty())
    expect_known(node, "tier", *name, tiers_of_class(scenario, group.class_name));
}

std::int64_t read_partial(const YamlNode& node) {
  auto ratio = node.ratio();
  if (!ratio) return 0;
  if (*ratio >= 0 && *ratio <= kBasis) return *ratio;
  node.complain("the share is out of range", "0% to 100%");
  return 0;
}

UserGroup read_user_group(const YamlNode& node, const Scenario& scenario,
                          std::set<std::string>& names) {
  YamlMap map = node.map({"name", "count", "kind", "groups", "tier", "class", "arrivals",
                          "quantity", "length", "lead", "value", "partial", "patience"});
  UserGroup out;
  out.kind = "user";
  out.lead = Distribution::constant(kDefaultLead.value);
  out.patience = kDefaultPatience;
  if (auto n = map.require("name")) out.name = read_unique_name(*n, names, "group");
  if (auto n = map.require("count")) assign(out.count, n->integer(0, kPopulationMax));
  if (auto n = map.find("kind")) assign(out.kind, read_name(*n));
  if (auto n = map.find("groups")) out.groups = read_names(*n);
  out.class_name = read_class_name(map, node, scenario);
  if (auto n = map.require("tier")) read_tier(*n, scenario, out);
  if (auto n = map.require("arrivals")) out.arrivals = read_arrivals(*n);
  auto draw = [](Distribution& target, const std::optional<YamlNode>& n, DistributionUnit unit) {
    if (n) assign(target, read_distribution(*n, unit));
  };
  draw(out.quantity, map.require("quantity"), DistributionUnit::quantity);
  draw(out.length, map.require("length"), DistributionUnit::duration);
  draw(out.lead, map.find("lead"), DistributionUnit::duration);
  draw(out.value, map.require("value"), DistributionUnit::money);
  if (auto n = map.find("partial")) out.partial = read_partial(*n);
  if (auto n = map.find("patience")) assign(out.patience, read_duration(*n, Duration(0)));
  return out;
}

template <class Group>
void expect_population(const YamlNode& node, const std::vector<Group>& groups) {
  std::int64_t total = 0;
  for (const Group& g : groups) total += g.count;
  if (total > kPopulationMax)
    node.complain(fmt::format("{} members altogether", total),
                  fmt::format("at most {}", kPopulationMax));
}

}  // namespace

void read_holders(const YamlNode& node, Scenario& scenario) {
  std::set<std::string> names;
  for (const YamlNode& item : node.items())
    scenario.holders.push_back(read_holder_group(item, scenario, names));
  expect_population(node, scenario.holders);
}

void read_users(const YamlNode& node, Scenario& scenario) {
  std::set<std::string> names;
  for (const YamlNode& item : node.items())
    scenario.users.push_back(read_user_group(item, scenario, names));
  expect_population(node, scenario.users);
}

void read_adversaries(const YamlNode& node, Scenario& scenario) {
  std::set<std::string> users;
  if (scenario.trace)
    for (const TraceRequest& r : scenario.trace->requests) users.insert(r.user);
  auto population = static_cast<std::int64_t>(users.size());
  for (const UserGroup& g : scenario.users) population += g.count;
  for (const YamlNode& item : node.items()) {
    YamlMap map = item.map({"attack", "count"});
    AdversarySpec out;
    if (auto n = map.require("attack")) n->choice({"tier-inflation"});
    auto count = map.require("count");
    if (count) assign(out.count, count->integer(0, kPopulationMax));
    if (out.count > population)
      count->complain(fmt::format("{} adversaries among {} users left", out.count, population),
                      "at most as many as there are users");
    population -= out.count;
    scenario.adversaries.push_back(out);
  }
}

std::string_view to_text(HolderStrategy strategy) {
  switch (strategy) {
    case HolderStrategy::prepublish:
      return "prepublish";
    case HolderStrategy::over_sell:
      return "over-sell";
    case HolderStrategy::double_declare:
      return "double-declare";
  }
  CHECK(false);
  return {};
}

std::string_view to_text(Attack attack) {
  switch (attack) {
    case Attack::tier_inflation:
      return "tier-inflation";
  }
  CHECK(false);
  return {};
}

}  // namespace capmarket
