// users: groups of those who want capacity.
#include <fmt/format.h>

#include <algorithm>

#include "model/base/read_file.h"
#include "model/base/text.h"
#include "model/objects/governance.h"
#include "scenarios/csv.h"
#include "scenarios/eligibility.h"
#include "scenarios/load_money.h"
#include "scenarios/load_times.h"

namespace capmarket::scenarios {
namespace {

constexpr std::size_t kBundlePartsMax = objects::kLegsMax - 1;  // the main request has a leg too
/// In place of a tier, where none is named so.
constexpr std::string_view kCheapestEligible = "cheapest-eligible";
constexpr std::int64_t kPartShareMax = 100 * kFullRatio;

void read_burst(const yaml::YamlNode& node, Arrivals& out) {
  const KeyedMap map(node, "users[].arrivals.burst");
  map.read("at", out.at);
  map.read("size", out.size);
}

void read_bursty(const yaml::YamlNode& node, Arrivals& out) {
  const KeyedMap map(node, "users[].arrivals.bursty");
  map.read("calm", out.rate_per_hour);
  map.read("busy", out.busy_per_hour);
  map.read("calm_for", out.calm_for);
  map.read("busy_for", out.busy_for);
}

/// Empty where the step may follow those that are there; else what is expected of it.
std::string_view out_of_order(const std::vector<Arrivals::Step>& before, const Arrivals::Step& step) {
  constexpr Duration kDay{24 * kNanosPerHour};
  const bool in_order = before.empty() ? step.from.value == 0 : before.back().from < step.from;
  if (in_order && step.from < kDay) return {};
  return before.empty() ? "the first from 0s on" : "later than the one above, below 24h";
}

/// Rows `from,rate` below that header.
void read_profile_file(const yaml::YamlNode& node, const std::string& folder_of, Arrivals& out) {
  const std::string name = node.text().value_or("");
  const auto wrong = [&](int line, const std::string& what, std::string_view expected) {
    node.complain(fmt::format("`{}`, line {}: {}", name, line, what), std::string(expected));
  };
  auto text = read_file(beside(folder_of, name), InputKind::table);
  if (!text)
    return node.complain(fmt::format("`{}`: {}", name, text.error().front().what),
                         "a list of rates, or a CSV file of them, seen from the scenario's folder");
  CsvReader reader(name, *text);
  std::vector<TextCell> cells;
  const bool head = reader.next(cells) && cells.size() == 2 && cells[0].text == "from" &&
                    cells[1].text == "rate";
  if (!head) return wrong(1, "wrong columns", "from,rate");
  while (reader.next(cells)) {
    const int line = cells[0].line;
    if (cells.size() != 2) return wrong(line, fmt::format("{} cells", cells.size()), "2: from,rate");
    const auto from = parse_duration(cells[0].text);
    const auto rate = parse_rate(cells[1].text);
    if (!from || from->value < 0)
      return wrong(line, fmt::format("`{}` is no duration", printable(cells[0].text)), "18h, say");
    if (!rate)
      return wrong(line, fmt::format("`{}` is no rate", printable(cells[1].text)), "0.5/h, say");
    const Arrivals::Step step{*from, *rate};
    if (const auto expected = out_of_order(out.profile, step); !expected.empty())
      return wrong(line, fmt::format("a rate from {} on", to_text(*from)), expected);
    out.profile.push_back(step);
    if (out.profile.size() > static_cast<std::size_t>(kScheduleMax))
      return wrong(line, "too many rates", fmt::format("at most {}", kScheduleMax));
  }
  if (!reader.problems().empty())
    return wrong(reader.problems().front().line, reader.problems().front().what,
                 reader.problems().front().expected);
  if (out.profile.empty()) wrong(1, "no rate below the columns", "at least one, from 0s on");
}

void read_profile(const KeyedMap& arrivals, const std::string& folder_of, Arrivals& out) {
  const auto node = arrivals.get("profile");
  if (node && node->is_scalar()) return read_profile_file(*node, folder_of, out);
  for (const yaml::YamlNode& item : arrivals.items("profile")) {
    const KeyedMap map(item, "users[].arrivals.profile[]");
    Arrivals::Step step;
    map.read("from", step.from);
    map.read("rate", step.rate_per_hour);
    if (const auto expected = out_of_order(out.profile, step); !expected.empty())
      item.complain(fmt::format("a rate from {} on", to_text(step.from)), std::string(expected));
    out.profile.push_back(step);
  }
  if (node && node->is_list() && out.profile.empty())
    node->complain("an empty profile", "at least one rate, from 0s on");
}

/// Of a process that is a map.
Arrivals read_arrivals_map(const yaml::YamlNode& node, const std::string& folder_of) {
  Arrivals out;
  out.kind = ArrivalKind::burst;
  const KeyedMap map(node, "users[].arrivals");
  std::size_t given = 0;
  for (ArrivalKind kind : {ArrivalKind::burst, ArrivalKind::renewal, ArrivalKind::profile,
                           ArrivalKind::bursty})
    if (map.has(kArrivals[static_cast<std::size_t>(kind)])) out.kind = kind, ++given;
  if (given != 1) {
    node.complain(given == 0 ? "no arrival process" : "several arrival processes",
                  "one of burst, renewal, profile, bursty");
    return out;
  }
  if (auto n = map.find("burst")) read_burst(*n, out);
  if (auto n = map.find("bursty")) read_bursty(*n, out);
  map.read_given("renewal", out.gap);
  if (map.has("profile")) read_profile(map, folder_of, out);
  return out;
}

Arrivals read_arrivals(const yaml::YamlNode& node, const std::string& folder_of) {
  if (node.is_map()) return read_arrivals_map(node, folder_of);
  Arrivals out;
  constexpr std::string_view kForm =
      "poisson(0.5/h), per user, or { burst: { at: 2h, size: 200 } }, of the group, { renewal: "
      "DISTRIBUTION }, { profile: [...] }, { bursty: {...} }, or none";
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
    KeyedMap map(item, "users[].bundle[]");
    BundlePart out;
    if (auto n = map.get("class")) {
      auto name = read_reference(*n, "class", class_names(scenario));
      if (name && !classes.insert(*name).second)
        n->complain(fmt::format("class `{}` twice in a request", *name),
                    "a part for each further class");
      assign(out.class_name, name);
    }
    if (auto n = map.get("tier")) assign(out.tier, read_tier(*n, scenario, out.class_name));
    if (auto n = map.get("quantity")) read_part_quantity(*n, out);
    map.read("value", out.value);
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
void read_conduct(const KeyedMap& map, bool scripted, UserGroup& out) {
  map.read("partial", out.partial);
  const KeyedMap split(map.get("split"), "users[].split");
  split.read("holders", out.splits_holders);
  split.read("time", out.splits_time);
  map.read("start", out.start);
  map.read("start_within", out.start_within);
  map.read("bid", out.bid);
  map.read("protocol", out.protocol);
  map.read("concession", out.concession);
  map.read("bundle_tries", out.bundle_tries);
  map.read("surrender_ahead", out.surrender_ahead);
  map.read("surrender", out.surrender);
  map.read("withdraw", out.withdraw);
  map.read("over_consume", out.over_consume);
  map.read("displace_margin", out.displace_margin);
  map.read("patience", out.patience);
  const KeyedMap retry(map.get("retry"), "users[].retry");
  retry.read("times", out.retry_times);
  retry.read("after", out.retry_after);
  retry.read("factor", out.retry_factor);
  map.read("weight", out.weight);
  map.read("when_displaced", out.when_displaced);
  map.read("when_failed", out.when_failed);
  read_money(map, false, out.conduct);
  read_disputes(map, "users[].dispute", out.conduct);
  if (scripted && !map.has("dispute")) out.conduct.disputes = Disputes::never;
  if (scripted && !map.has("pays")) out.conduct.pays = Pays::never;  // but for steps
  map.read("adaptations", out.adaptations);
  map.read("report", out.report);
  const KeyedMap timeouts(map.get("timeouts"), "users[].timeouts");
  if (map.has("away")) out.away = read_absences(map, "users[].away[]");
  timeouts.read("payment", out.conduct.payment_timeout);
  timeouts.read("offer", out.offer_timeout);
  timeouts.read("answers", out.answers_timeout);
  timeouts.read("settlement", out.settlement_timeout);
  if (auto n = map.get("follow"))
    out.follow_lag = KeyedMap(*n, "users[].follow").value<Duration>("lag");
}

/// It holds the membership of every tier of the class that its credential may be eligible for.
void read_cheapest(const yaml::YamlNode& node, const Scenario& scenario, UserGroup& out) {
  out.cheapest_tier = true;
  for (const std::string& tier : tiers_of_class(scenario, out.class_name)) {
    const bool open = std::any_of(
        scenario.rules.begin(), scenario.rules.end(), [&](const ScenarioRule& r) {
          const rules::Tier* t = r.rule.class_name == out.class_name ? r.rule.tier(tier) : nullptr;
          return t != nullptr && false_for_all(r.rule, *t, out.kind, out.groups).empty();
        });
    if (!open) continue;
    if (out.tier.empty())
      out.tier = tier;
    else
      out.further_tiers.push_back(tier);
  }
  if (out.tier.empty() && !scenario.rules.empty())
    node.complain(fmt::format("no tier of class `{}` is open to kind `{}` and its groups",
                              out.class_name, out.kind),
                  "a kind and groups that some tier's `eligible` takes");
}

/// A tier; of a scripted user also a list of tiers, all of which it holds.
void read_tiers(const yaml::YamlNode& node, const Scenario& scenario, bool scripted,
                UserGroup& out) {
  const std::vector<std::string> tiers = tiers_of_class(scenario, out.class_name);
  const bool named = std::find(tiers.begin(), tiers.end(), kCheapestEligible) != tiers.end();
  if (!scripted && !named && node.is_scalar() && node.text() == kCheapestEligible)
    return read_cheapest(node, scenario, out);
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
  KeyedMap map(node, "users[]");
  UserGroup out;
  if (auto n = map.get("name")) out.name = read_unique_name(*n, names, "group");
  map.read("count", out.count);
  map.read("kind", out.kind);
  map.read("groups", out.groups);
  out.class_name = read_class_name(map, node, scenario);
  if (auto n = map.get("home")) read_home(*n, scenario, out);
  if (auto n = map.get("arrivals")) out.arrivals = read_arrivals(*n, scenario.file);
  map.set_mode(kArrivals[static_cast<std::size_t>(out.arrivals.kind)]);
  const bool scripted = out.arrivals.kind == ArrivalKind::none;
  if (auto n = map.get("tier")) read_tiers(*n, scenario, scripted, out);
  map.read("quantity", out.quantity);
  map.read("length", out.length);
  map.read("lead", out.lead);
  map.read("value", out.value);
  read_conduct(map, scripted, out);
  if (auto n = map.get("bundle")) read_bundle(*n, scenario, out);
  return out;
}

}  // namespace

void read_users(const yaml::YamlNode& node, Scenario& scenario) {
  std::set<std::string> names;
  for (const HolderGroup& g : scenario.holders) names.insert(g.name);
  for (const yaml::YamlNode& item : node.items())
    scenario.users.push_back(read_user_group(item, scenario, names));
  expect_population(node, scenario.users);
}

}  // namespace capmarket::scenarios
