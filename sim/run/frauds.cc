#include "sim/run/frauds.h"

#include <algorithm>

#include "sim/run/outcomes.h"
#include "sim/world/world.h"

namespace capmarket::run {
namespace {

/// The ring's members are set 0, all others set 1.
Sets ring_and_others(const world::World& w, std::size_t entry) {
  const world::Ring& ring = w.rings[entry];
  return {2,
          [&](party::HolderIndex h) { return ring.holders.contains(h) ? 0U : 1U; },
          [&](party::UserIndex u) { return ring.users.contains(u) ? 0U : 1U; }};
}

}  // namespace

bool wants_twins(const scenarios::Scenario& s) {
  return std::any_of(s.adversaries.begin(), s.adversaries.end(),
                     [](const scenarios::AdversarySpec& a) { return a.twin; });
}

std::vector<FraudMetric> frauds_of(const world::World& w) {
  std::vector<FraudMetric> out;
  for (std::size_t entry = 0; entry < w.scenario->adversaries.size(); ++entry) {
    const scenarios::AdversarySpec& spec = w.scenario->adversaries[entry];
    if (!spec.twin) continue;
    const std::vector<Outcome> both = outcomes_of(w, ring_and_others(w, entry));
    FraudMetric f;
    f.entry = entry;
    f.attack = spec.attack;
    f.turned = w.rings[entry].turned;
    f.with = {both[0], both[1], w.chain->size()};
    out.push_back(std::move(f));
  }
  return out;
}

scenarios::Scenario honest_twin(const scenarios::Scenario& s, std::size_t entry) {
  scenarios::Scenario out = s;
  for (scenarios::AdversarySpec& a : out.adversaries) a.twin = false;
  out.adversaries.at(entry).twin = true;
  out.adversaries.at(entry).honest = true;
  return out;
}

void set_against(FraudMetric& fraud, const FraudMetric& twin) {
  CHECK(fraud.attack == twin.attack && fraud.entry == twin.entry);
  fraud.without = twin.with;
}

}  // namespace capmarket::run
