// Whether what the rule asks coordinators to sign is what they can answer for: on the
// infrastructure of one scenario, place by place. Source:
// docs/spec/analyses.md#coordination-scope.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "model/location/shard.h"
#include "scenarios/scenario.h"
#include "verify/analyses/checker.h"

namespace capmarket::analyses {
namespace {

/// The scenario as one class under one rule meets it.
class ScenarioPlaces {
 public:
  ScenarioPlaces(const scenarios::Scenario& scenario, const rules::Rule& rule)
      : scenario_(scenario), rule_(rule) {
    for (const location::Location& l : scenario.locations.leaves)
      if (rule.scope.contains(l) && holder_may_stand(l)) places_.push_back(l);
  }

  /// Places in the rule's scope where a holder of the class may stand, in order.
  const std::vector<location::Location>& places() const { return places_; }

  /// The infrastructure of the class there; null for none. At most one stands at a place.
  const scenarios::SharedInfrastructureSpec* infrastructure(const location::Location& place) const {
    for (const scenarios::SharedInfrastructureSpec& i : scenario_.infrastructure)
      if (i.class_name == rule_.class_name && location::any_contains(i.locations, place)) return &i;
    return nullptr;
  }

  /// A region that some coordinator may sign for, and who.
  struct Region {
    location::Location location;
    std::string coordinator;
  };

  /// What must be signed for at that place: the jurisdictions of its coordinators, any of whom may
  /// sign; or its shards, all of which must be signed. A shard that nobody can sign has no name.
  std::vector<Region> regions(const location::Location& place) const {
    std::vector<Region> out;
    if (rule_.coordination.mode == rules::CoordinationMode::single) {
      each_scope([&](const std::string& name, const location::Location& scope) {
        if (scope.contains(place)) out.push_back({scope, name});
      });
      return out;
    }
    auto shard = location::at_depth(place, rule_.coordination.by);
    std::set<std::string> below;
    if (shard) below.insert(shard->path);
    each_scope([&](const std::string&, const location::Location& scope) {
      auto one = location::at_depth(scope, rule_.coordination.by);
      if (!shard && one && place.contains(*one)) below.insert(one->path);
    });
    for (const std::string& path : below) {
      Region r{location::Location{path}, ""};
      each_scope([&](const std::string& name, const location::Location& scope) {
        if (scope.contains(r.location) && r.coordinator.empty()) r.coordinator = name;
      });
      out.push_back(std::move(r));
    }
    return out;
  }

 private:
  bool holder_may_stand(const location::Location& leaf) const {
    auto group = [&](const scenarios::HolderGroup& g) {
      return g.class_name == rule_.class_name && g.count > 0 &&
             (!g.place || g.place->contains(leaf));
    };
    if (std::any_of(scenario_.holders.begin(), scenario_.holders.end(), group)) return true;
    return scenario_.trace && std::any_of(scenario_.trace->holders.begin(),
                                          scenario_.trace->holders.end(), [&](const auto& h) {
                                            return h.class_name == rule_.class_name &&
                                                   h.location == leaf;
                                          });
  }

  template <class Visit>
  void each_scope(Visit visit) const {
    for (const scenarios::CoordinatorSpec& c : scenario_.coordinators)
      for (std::size_t i = 0; c.class_name == rule_.class_name && i < c.scopes.size(); ++i)
        visit(fmt::format("{}.{}", c.name, i), c.scopes[i].location);
  }

  const scenarios::Scenario& scenario_;
  const rules::Rule& rule_;
  std::vector<location::Location> places_;
};

/// The first thing that is wrong, in words, with what shows it; empty where nothing is.
struct Fault {
  std::string sentence;
  std::vector<std::pair<std::string, std::string>> witness;
};

Fault fault_at(const ScenarioPlaces& terrain, const location::Location& place) {
  const scenarios::SharedInfrastructureSpec* own = terrain.infrastructure(place);
  if (own == nullptr)
    return {
        fmt::format("a leg at `{}` needs a coordinator's signature, and nothing is shared there",
                    place.path),
        {{"location", place.path}}};
  std::vector<ScenarioPlaces::Region> regions = terrain.regions(place);
  for (const ScenarioPlaces::Region& r : regions)
    if (r.coordinator.empty())
      return {fmt::format("no coordinator can sign for `{}`, which a leg at `{}` needs",
                          r.location.path, place.path),
              {{"location", place.path}, {"region", r.location.path}}};
  if (regions.empty())
    return {fmt::format("no coordinator's scope contains `{}`", place.path),
            {{"location", place.path}, {"infrastructure", own->name}}};
  for (const ScenarioPlaces::Region& r : regions)
    for (const location::Location& other : terrain.places()) {
      const scenarios::SharedInfrastructureSpec* theirs = terrain.infrastructure(other);
      if (!r.location.contains(other) || theirs == own || theirs == nullptr) continue;
      return {fmt::format("one signature of `{}` speaks for `{}`, which holds `{}` and `{}`: they "
                          "share nothing",
                          r.coordinator, r.location.path, own->name, theirs->name),
              {{"region", r.location.path},
               {"coordinator", r.coordinator},
               {"location", place.path},
               {"infrastructure", own->name},
               {"other location", other.path},
               {"other infrastructure", theirs->name}}};
    }
  return {};
}

}  // namespace

void Checker::coordination_scope() {
  Finding f = begin(AnalysisId::coordination_scope, "coordination", "coordination");
  rules::CoordinationMode mode = rule().coordination.mode;
  if (mode != rules::CoordinationMode::single && mode != rules::CoordinationMode::sharded)
    return end(std::move(f), AnalysisVerdict::info, "nobody's signature is shared in this mode");
  if (against_ == nullptr)
    return end(std::move(f), AnalysisVerdict::info,
               "not asked: needs a scenario's infrastructure (--against)");
  ScenarioPlaces terrain(*against_, rule());
  if (terrain.places().empty()) {
    f.reason = fmt::format("in `{}` no holder of class `{}` stands in `{}`", against_->name,
                           rule().class_name, rule().scope.path);
    return end(std::move(f), AnalysisVerdict::vacuous);
  }
  for (const location::Location& place : terrain.places()) {
    Fault fault = fault_at(terrain, place);
    if (fault.sentence.empty()) continue;
    f.witness = std::move(fault.witness);
    f.label = "infrastructure of " + against_->name;
    return end(std::move(f), AnalysisVerdict::refuted, std::move(fault.sentence));
  }
  f.bound = fmt::format("the {} places of {}", terrain.places().size(), against_->name);
  end(std::move(f), AnalysisVerdict::proved);
}

}  // namespace capmarket::analyses
