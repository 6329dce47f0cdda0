// holders: groups of those who have capacity.
#include <fmt/format.h>

#include "model/base/text.h"
#include "scenarios/load_money.h"
#include "scenarios/load_times.h"

namespace capmarket::scenarios {
namespace {

/// The place of a holder group; `uniform` is everywhere.
std::optional<location::Location> read_place(const yaml::YamlNode& node,
                                             const LocationSpec& locations) {
  auto text = node.text();
  if (!text || *text == "uniform") return std::nullopt;
  auto location = node.location();
  if (location && !locations.knows(*location))
    node.complain(fmt::format("`{}` is not in the location tree", location->path),
                  "uniform, or a path of `locations`");
  return location;
}

HolderFailure read_failure(const yaml::YamlNode& node) {
  KeyedMap map(node, "holders[].failure");
  HolderFailure out;
  map.read("rate", out.rate_per_hour);
  map.read("notice", out.notice);
  map.read("detect", out.detect);
  map.read("repair", out.repair);
  map.read("late", out.late);
  return out;
}

HolderCurtailment read_curtail(const yaml::YamlNode& node) {
  KeyedMap map(node, "holders[].curtail");
  HolderCurtailment out;
  map.read("at", out.at);
  map.read("by", out.by);
  return out;
}

RollingWindow read_rolling(const yaml::YamlNode& node) {
  const KeyedMap map(node, "holders[].rolling");
  RollingWindow out;
  map.read("horizon", out.horizon);
  map.read("every", out.every);
  if (out.every > out.horizon)
    node.complain(fmt::format("every {}, up to {} ahead: what lies between is declared when it is over",
                              to_text(out.every), to_text(out.horizon)),
                  "`every` of at most `horizon`");
  return out;
}

std::vector<PlannedOutage> read_outages(const KeyedMap& holder) {
  std::vector<PlannedOutage> out;
  for (const yaml::YamlNode& item : holder.items("outages")) {
    const KeyedMap map(item, "holders[].outages[]");
    PlannedOutage one;
    read_time_of(item, map, out, "an outage", one);
    map.read("share", one.share);
    out.push_back(one);
  }
  return out;
}

/// A group that says little takes the rest from the group above it: `{ name: double-sellers,
/// count: 5, strategy: over-sell }` is a holder like the others that misbehaves.
template <class T>
void read_or_inherit(const KeyedMap& map, const yaml::YamlNode& at, std::string_view key,
                     bool inherits, T& target) {
  if (map.has(key))
    map.read_given(key, target);
  else if (!inherits)
    at.complain(fmt::format("missing key `{}`", key),
                "it, or a group above to take it from, in a misbehaving group");
}

/// What every holder has to say, and what only some say: `below` takes it from the group above.
void read_capacity(const KeyedMap& map, const yaml::YamlNode& node, bool below, bool scripted,
                   HolderGroup& out) {
  read_or_inherit(map, node, "quantity", below || scripted, out.quantity);
  read_or_inherit(map, node, "window", below || scripted, out.window);
  read_or_inherit(map, node, "ask", below || scripted, out.ask);
  auto read = [&](std::string_view key, auto& target) {
    below ? map.read_given(key, target) : map.read(key, target);
  };
  read("pricing", out.pricing);
  read("concession", out.concession);
  read("weight", out.weight);
  read("share_reactive", out.share_reactive);
  read("pieces", out.pieces);
  read("displace_margin", out.displace_margin);
  read("batch", out.batch);
  const KeyedMap timeouts(map.get("timeouts"), "holders[].timeouts");
  for (auto [key, target] : {std::pair("offer", &out.offer_timeout),
                             std::pair("signatures", &out.signatures_timeout),
                             std::pair("payment", &out.conduct.payment_timeout)})
    below ? timeouts.read_given(key, *target) : timeouts.read(key, *target);
  if (map.has("debtors") || !below) {
    Debtors debtors = Debtors::serve;
    map.read("debtors", debtors);
    out.serves_debtors = debtors == Debtors::serve;
  }
  read_money(map, below, out.conduct);
  read_disputes(map, "holders[].dispute", out.conduct);
  if (scripted && !map.has("pays")) out.conduct.pays = Pays::never;  // but for steps
  if (scripted && !map.has("dispute")) out.conduct.disputes = Disputes::never;
  if (auto n = map.get("follow"))
    out.follow_lag = KeyedMap(*n, "holders[].follow").value<Duration>("lag");
  if (auto n = map.get("rolling")) out.rolling = read_rolling(*n);
  if (map.has("outages")) out.outages = read_outages(map);
  if (map.has("away")) out.away = read_absences(map, "holders[].away[]");
  if (auto leaves = map.value<Duration>("leaves")) out.leaves = leaves;
  if (auto n = map.get("failure")) out.failure = read_failure(*n);
  if (auto n = map.get("curtail")) out.curtail = read_curtail(*n);
}

HolderGroup read_holder_group(const yaml::YamlNode& node, const Scenario& scenario,
                              std::set<std::string>& names) {
  KeyedMap map(node, "holders[]");
  HolderStrategy strategy = HolderStrategy::prepublish;
  map.read("strategy", strategy);
  const bool scripted = strategy == HolderStrategy::scripted;
  const HolderGroup* above =
      strategy != HolderStrategy::prepublish && !scripted && !scenario.holders.empty()
          ? &scenario.holders.back()
          : nullptr;
  HolderGroup out = above != nullptr ? *above : HolderGroup{};
  out.strategy = strategy;
  if (auto n = map.get("name")) out.name = read_unique_name(*n, names, "group");
  map.read("count", out.count);
  above != nullptr ? map.read_given("kind", out.kind) : map.read("kind", out.kind);
  map.read_given("groups", out.groups);
  if (auto n = map.get("place")) out.place = read_place(*n, scenario.locations);
  if (map.has("class") || above == nullptr) out.class_name = read_class_name(map, node, scenario);
  if (scripted && !map.has("quantity"))
    node.complain("missing key `quantity`", "how much the holder's asset has");
  read_capacity(map, node, above != nullptr, scripted, out);
  bool tells = strategy != HolderStrategy::no_notice && strategy != HolderStrategy::late_notice;
  if (!tells && !out.failure)
    map.find("strategy")
        ->complain(fmt::format("`{}` without failures", to_text(strategy)),
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
