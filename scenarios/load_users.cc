// users: groups of those who want capacity.
#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "model/objects/governance.h"
#include "scenarios/load_internal.h"

namespace capmarket::scenarios {
namespace {

constexpr Duration kDefaultLead{10 * kNanosPerSecond};
constexpr Duration kDefaultPatience{600 * kNanosPerSecond};
constexpr Duration kDefaultReport{900 * kNanosPerSecond};
constexpr std::int64_t kAdaptationsMax = 16;
constexpr std::size_t kBundlePartsMax = objects::kLegsMax - 1;  // the main request has a leg too
constexpr std::int64_t kPartShareMax = 100 * kBasis;

Arrivals read_arrivals(const yaml::YamlNode& node) {
  Arrivals out;
  constexpr std::string_view kForm =
      "poisson(0.5/h), per user, or { burst: { at: 2h, size: 200 } }, of the group, or none";
  if (node.is_map()) {
    out.kind = ArrivalKind::burst;
    auto burst = node.map({"burst"}).require("burst");
    if (!burst) return out;
    yaml::YamlMap map = burst->map({"at", "size"});
    if (auto n = map.require("at")) assign(out.at, read_duration(*n, Duration(0)));
    if (auto n = map.require("size")) assign(out.size, n->integer(0, kPopulationMax));
    return out;
  }
  auto text = node.text();
  if (!text) return out;
  std::string_view view = *text;
  if (view == "none") {
    out.kind = ArrivalKind::none;
    return out;
  }
  constexpr std::string_view kOpen = "poisson(";
  if (view.starts_with(kOpen) && view.ends_with(')')) {
    if (auto rate = parse_rate(view.substr(kOpen.size(), view.size() - kOpen.size() - 1))) {
      out.rate_per_hour = *rate;
      return out;
    }
  }
  node.complain(fmt::format("`{}` is no arrival process", *text), std::string(kForm));
  return out;
}

/// `50%` or `0.5` of the main request's quantity, or whole units.
void read_part_quantity(const yaml::YamlNode& node, BundlePart& out) {
  auto text = node.text();
  if (!text) return;
  if (text->find_first_of("%.") == text->npos) {
    if (auto n = node.integer(1, kWireMax)) out.quantity = Quantity(*n);
    return;
  }
  auto share = node.ratio();
  if (share && (*share <= 0 || *share > kPartShareMax))
    node.complain("the share is out of range", "more than 0%, at most 10000%");
  else
    assign(out.share, share);
}

void read_bundle(const yaml::YamlNode& node, const Scenario& scenario, UserGroup& group) {
  std::set<std::string> classes{group.class_name};
  for (const yaml::YamlNode& item : node.items()) {
    yaml::YamlMap map = item.map({"class", "tier", "quantity", "value"});
    BundlePart out;
    if (auto n = map.require("class")) {
      auto name = read_reference(*n, "class", class_names(scenario));
      if (name && !classes.insert(*name).second)
        n->complain(fmt::format("class `{}` twice in a request", *name),
                    "a part for each further class");
      assign(out.class_name, name);
    }
    if (auto n = map.require("tier")) assign(out.tier, read_tier(*n, scenario, out.class_name));
    if (auto n = map.require("quantity")) read_part_quantity(*n, out);
    if (auto n = map.require("value"))
      assign(out.value, read_distribution(*n, DistributionUnit::money));
    group.bundle.push_back(std::move(out));
  }
  if (group.bundle.size() > kBundlePartsMax)
    node.complain(fmt::format("a bundle of {} parts", group.bundle.size()),
                  fmt::format("at most {}", kBundlePartsMax));
}

/// Where the user belongs; some authority must be able to issue its credential.
void read_home(const yaml::YamlNode& node, const Scenario& scenario, UserGroup& group) {
  group.home = read_location(node, scenario.locations);
  if (!group.home || !scenario.locations.knows(*group.home)) return;
  if (scenario.find_class(group.class_name) != nullptr && !scenario.authorities.empty() &&
      scenario.authority_for(group.class_name, *group.home) == nullptr)
    node.complain(
        fmt::format("no authority governs class `{}` in {}", group.class_name, group.home->path),
        "a home inside the scope of an authority");
}

/// What the user does with what it gets.
void read_conduct(const yaml::YamlMap& map, UserGroup& out) {
  auto share = [&](std::string_view key, std::int64_t& target) {
    if (auto n = map.find(key)) assign(target, read_share(*n));
  };
  share("partial", out.partial);
  share("surrender", out.surrender);
  share("withdraw", out.withdraw);
  share("over_consume", out.over_consume);
  if (auto n = map.find("patience")) assign(out.patience, read_duration(*n, Duration(0)));
  if (auto n = map.find("weight")) assign(out.weight, read_weight(*n));
  if (auto n = map.find("pays")) read_enum(*n, out.pays, kPays);
  if (auto n = map.find("adaptations")) assign(out.adaptations, n->integer(0, kAdaptationsMax));
  if (auto n = map.find("report")) assign(out.report, read_duration(*n, Duration(1)));
}

/// A tier; of a scripted user also a list of tiers, all of which it holds.
void read_tiers(const yaml::YamlNode& node, const Scenario& scenario, bool scripted, UserGroup& out) {
  if (!scripted || !node.is_list()) {
    assign(out.tier, read_tier(node, scenario, out.class_name));
    return;
  }
  for (const yaml::YamlNode& item : node.items()) {
    auto tier = read_tier(item, scenario, out.class_name);
    if (!tier) continue;
    if (out.tier.empty())
      out.tier = *tier;
    else
      out.further_tiers.push_back(*tier);
  }
  if (out.tier.empty()) node.complain("no tier", "at least one");
}

UserGroup read_user_group(const yaml::YamlNode& node, const Scenario& scenario,
                          std::set<std::string>& names) {
  yaml::YamlMap map =
      node.map({"name",    "count",       "kind",     "groups",      "home",      "tier",
                "class",   "arrivals",    "quantity", "length",      "lead",      "value",
                "partial", "patience",    "weight",   "bundle",      "surrender", "withdraw",
                "pays",    "adaptations", "report",   "over_consume"});
  UserGroup out;
  out.kind = "user";
  out.lead = Distribution::constant(kDefaultLead.value);
  out.patience = kDefaultPatience;
  out.report = kDefaultReport;
  if (auto n = map.require("name")) out.name = read_unique_name(*n, names, "group");
  if (auto n = map.require("count")) assign(out.count, n->integer(0, kPopulationMax));
  if (auto n = map.find("kind")) assign(out.kind, read_kind(*n));
  if (auto n = map.find("groups")) out.groups = read_groups(*n);
  out.class_name = read_class_name(map, node, scenario);
  if (auto n = map.find("home")) read_home(*n, scenario, out);
  if (auto n = map.require("arrivals")) out.arrivals = read_arrivals(*n);
  const bool scripted = out.arrivals.kind == ArrivalKind::none;
  if (auto n = map.require("tier")) read_tiers(*n, scenario, scripted, out);
  if (scripted) out.pays = Pays::never;  // but for steps
  auto draw = [](Distribution& target, const std::optional<yaml::YamlNode>& n, DistributionUnit unit) {
    if (n) assign(target, read_distribution(*n, unit));
  };
  auto demand = [&](std::string_view key) { return scripted ? map.find(key) : map.require(key); };
  draw(out.quantity, demand("quantity"), DistributionUnit::quantity);
  draw(out.length, demand("length"), DistributionUnit::duration);
  draw(out.lead, map.find("lead"), DistributionUnit::duration);
  draw(out.value, demand("value"), DistributionUnit::money);
  read_conduct(map, out);
  if (auto n = map.find("bundle")) read_bundle(*n, scenario, out);
  return out;
}

}  // namespace

void read_users(const yaml::YamlNode& node, Scenario& scenario) {
  std::set<std::string> names;
  for (const yaml::YamlNode& item : node.items())
    scenario.users.push_back(read_user_group(item, scenario, names));
  expect_population(node, scenario.users);
}

}  // namespace capmarket::scenarios
