#include "scenarios/hopeless_times.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"

namespace capmarket::scenarios {
namespace {

/// Adversaries among users find holders that sign whatever they are sent.
bool has_accomplices(const Scenario& s) {
  return std::any_of(s.adversaries.begin(), s.adversaries.end(), [](const AdversarySpec& a) {
    return a.attack != Attack::cherry_picked_index && a.count > 0;
  });
}

/// The coordinator answers no question about a request of the group.
bool never_answers(const Prospect& p, const CoordinatorSpec& c) {
  const std::string_view name = strategies_of(StrategyRole::cosign).at(c.strategy.number).name;
  return c.outage >= kFullRatio || name == "down" ||
         (name == "partial" && c.favours != p.group->name && c.strategy.parameters.front() == 0);
}

/// The coordinator signs what the holder sends, before that gives the draft up.
bool signs_for(const Prospect& p, const CoordinatorSpec& c, const Supply& h) {
  return !never_answers(p, c) && 2 * p.message + least_delay(c) <= h.signatures_timeout.value;
}

/// The coordinator can be reached by the holder, and knows the chain.
bool is_reached(const Scenario& s, const CoordinatorSpec& c, const Supply& h) {
  return !cut_off(s, c.name, h.zone) && !cut_off(s, c.name, std::string(kPartitionChain));
}

std::string between(const std::string& a, const std::string& b) {
  return fmt::format("`network.partitions` cut `{}` off from `{}`", a, b);
}

/// What keeps the group from dealing with the holder, all the time; empty where nothing does.
std::string barrier(const Prospect& p, const Supply& h) {
  const Scenario& s = *p.scenario;
  const std::string chain(kPartitionChain);
  if (cut_off(s, p.group->name, h.zone)) return between(p.group->name, h.zone);
  if (cut_off(s, h.zone, chain)) return between(h.zone, chain);
  if (!p.coordinated || s.coordinators.empty()) return {};
  if (std::any_of(s.coordinators.begin(), s.coordinators.end(),
                  [&](const CoordinatorSpec& c) { return is_reached(s, c, h); }))
    return {};
  const CoordinatorSpec& c = s.coordinators.front();
  return cut_off(s, c.name, chain) ? between(c.name, chain) : between(c.name, h.zone);
}

}  // namespace

Hope impatient(const Prospect& p) {
  if (p.takes() < p.group->patience.value) return std::nullopt;
  return Hopeless{"patience",
                  fmt::format("`patience` is {}, and the first settlement reaches the chain {} "
                              "after it asks at the earliest (`network.latency`, `follow.lag`, "
                              "`coordinators[].delay`)",
                              to_text(p.group->patience), duration_text(p.takes())),
                  fmt::format("a patience of more than {}", duration_text(p.takes()))};
}

Hope answers_too_late(const Prospect& p) {
  const Int128 round = 2 * p.message;
  if (round <= p.group->offer_timeout.value) return std::nullopt;
  return Hopeless{"timeouts.offer",
                  fmt::format("`timeouts.offer` is {}, and a holder's answer takes {} or more "
                              "(twice `network.latency`)",
                              to_text(p.group->offer_timeout), duration_text(round)),
                  fmt::format("at least {}", duration_text(round))};
}

Hope offers_too_short(const Prospect& p) {
  const Int128 round = 2 * p.message;
  if (p.supplies.empty() || has_accomplices(*p.scenario) ||
      std::any_of(p.supplies.begin(), p.supplies.end(),
                  [&](const Supply& h) { return round < h.offer_timeout.value; }))
    return std::nullopt;
  const Supply& h = p.supplies.front();
  return Hopeless{"",
                  fmt::format("`{}.timeouts.offer` is {}, and a draft comes back {} after the "
                              "offer at the earliest (twice `network.latency`)",
                              h.at, to_text(h.offer_timeout), duration_text(round)),
                  fmt::format("more than {}", duration_text(round))};
}

Hope outside_skew(const Prospect& p) {
  const Int128 age = p.settles - p.scenario->clock_error.value;
  if (std::any_of(p.rules.begin(), p.rules.end(),
                  [&](const rules::Rule* r) { return age <= r->limits.skew.value; }))
    return std::nullopt;
  const rules::Rule& r = *p.rules.front();
  return Hopeless{"",
                  fmt::format("`limits.skew` of rule `{}` is {}, and a settlement reaches the "
                              "chain {} or more after it is signed (`network.latency`, "
                              "`coordinators[].delay`, `chain.clock_error`)",
                              r.name, to_text(r.limits.skew), duration_text(age)),
                  fmt::format("a skew of at least {}", duration_text(age))};
}

Hope no_coordinator(const Prospect& p) {
  const auto& all = p.scenario->coordinators;
  if (!p.coordinated || all.empty() || p.supplies.empty()) return std::nullopt;
  for (const CoordinatorSpec& c : all)
    for (const Supply& h : p.supplies)
      if (signs_for(p, c, h)) return std::nullopt;
  auto later = [&](const CoordinatorSpec& a, const CoordinatorSpec& b) {
    return std::pair(never_answers(p, a), least_delay(a)) <
           std::pair(never_answers(p, b), least_delay(b));
  };
  const CoordinatorSpec& c = *std::min_element(all.begin(), all.end(), later);
  const Supply& h = *std::max_element(
      p.supplies.begin(), p.supplies.end(),
      [](const Supply& a, const Supply& b) { return a.signatures_timeout < b.signatures_timeout; });
  if (c.outage >= kFullRatio)
    return Hopeless{"",
                    fmt::format("rule `{}` asks for a coordinator, and `coordinators.{}.outage` is "
                                "100%",
                                p.rules.front()->name, c.name),
                    "a coordinator that answers"};
  if (never_answers(p, c))
    return Hopeless{"",
                    fmt::format("rule `{}` asks for a coordinator, and `coordinators.{}.strategy` "
                                "answers nobody of the group",
                                p.rules.front()->name, c.name),
                    "a coordinator that answers"};
  return Hopeless{"",
                  fmt::format("`{}.timeouts.signatures` is {} at most, and the answer of "
                              "coordinator `{}` takes {} or more (`coordinators.{}.delay` {}, and "
                              "twice `network.latency`)",
                              h.at, to_text(h.signatures_timeout), c.name,
                              duration_text(2 * p.message + least_delay(c)), c.name,
                              duration_text(least_delay(c))),
                  "a shorter delay, or a longer time-out"};
}

Hope always_cut_off(const Prospect& p) {
  const Scenario& s = *p.scenario;
  const std::string chain(kPartitionChain), listing(kPartitionDirectories);
  auto because = [](const std::string& why) {
    return Hopeless{"", why + " from the start to the end", "a time at which messages pass"};
  };
  if (s.loss >= kFullRatio)
    return Hopeless{"", "`network.loss` is 100%: no message arrives", "a loss of less than 100%"};
  if (cut_off(s, p.group->name, chain)) return because(between(p.group->name, chain));
  if (s.discovery == DiscoveryMode::prepublished && cut_off(s, p.group->name, listing))
    return because(between(p.group->name, listing));
  std::string first;
  for (const Supply& h : p.supplies) {
    std::string why = barrier(p, h);
    if (why.empty()) return std::nullopt;
    if (first.empty()) first = std::move(why);
  }
  if (first.empty()) return std::nullopt;
  return because(first);
}

}  // namespace capmarket::scenarios
