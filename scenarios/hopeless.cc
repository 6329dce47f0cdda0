#include "scenarios/hopeless.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "scenarios/hopeless_terms.h"
#include "scenarios/hopeless_times.h"
#include "scenarios/hopeless_windows.h"

namespace capmarket::scenarios {
namespace {

using Kind = Hope (*)(const Prospect&);
constexpr Kind kKinds[] = {no_supply,       always_away,       asks_too_late,      outside_windows,  outside_leads,
                           outside_lengths, outside_quantities, pays_too_little,  never_listed,
                           sells_at_no_tariff, beyond_its_means, beyond_horizon,
                           impatient,       answers_too_late,   offers_too_short, outside_skew,
                           no_coordinator,  always_cut_off};

/// Who asks at the cheapest of several tiers may ask at each.
Hope of_all_tiers(Kind kind, const Prospect& p) {
  Hope out = kind(p);
  if (!p.group->cheapest_tier || !p.part.empty()) return out;
  Prospect other = p;
  for (const std::string& tier : p.group->further_tiers) {
    other.tier = tier;
    if (!kind(other)) return std::nullopt;
  }
  return out;
}

/// At the key, or at what holds it where the file leaves it out.
yaml::YamlNode place_of(const yaml::YamlNode& root, const Prospect& p, const std::string& key) {
  for (const std::string& path : {p.at + p.part + key, p.at + key, p.at + "name"})
    if (auto node = yaml::node_at(root, path)) return *node;
  return root;
}

/// What it signs may be granted all the same; it asks somebody else meanwhile.
Hope gives_up(const Prospect& p) {
  const Int128 known = p.settles + p.message;
  const Int128 waited =
      Int128{p.group->settlement_timeout.value} + p.scenario->chain_interval.value;
  if (known <= waited) return std::nullopt;
  return Hopeless{
      "timeouts.settlement",
      fmt::format("`timeouts.settlement` {} and `chain.interval` {} are less than the {} until the "
                  "chain's answer is there at the earliest",
                  to_text(p.group->settlement_timeout), to_text(p.scenario->chain_interval),
                  duration_text(known)),
      fmt::format("together at least {}", duration_text(known))};
}

void add(const yaml::YamlNode& root, const Prospect& p, const char* what, const Hope& hope,
         Problems& out) {
  if (!hope) return;
  Problem one = place_of(root, p, hope->key)
                    .problem(fmt::format("`users.{}` {}: {}", p.group->name, what, hope->why),
                             hope->expected);
  const bool known =
      std::any_of(out.begin(), out.end(), [&](const Problem& o) { return o.what == one.what; });
  if (!known) out.push_back(std::move(one));
}

}  // namespace

Problems hopeless_groups(const yaml::YamlNode& root, const Scenario& scenario) {
  Problems out;
  for (std::size_t i = 0; i < scenario.users.size(); ++i)
    for (const Prospect& p : prospects_of(scenario, i)) {
      for (Kind kind : kKinds)
        add(root, p, "is never granted anything", of_all_tiers(kind, p), out);
      add(root, p, "gives up every settlement before it can know of it", gives_up(p), out);
    }
  return out;
}

}  // namespace capmarket::scenarios
