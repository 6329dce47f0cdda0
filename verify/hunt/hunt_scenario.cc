#include "verify/hunt/hunt_scenario.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/location/path.h"
#include "verify/witness/scenario_parts.h"

namespace capmarket::hunt {
namespace {

class TraceScenario {
 public:
  TraceScenario(const question::RuleSubject& subject, const HuntTrace& trace)
      : subject_(subject), trace_(trace) {}

  scenarios::Scenario set(const std::string& goal, const scenarios::Scenario* market) {
    const rules::Rule& r = subject_.rule();
    s_.name = witness::scenario_name("hunt-" + r.name + "-" + goal);
    s_.about = fmt::format("Which steps break `{}` of {} version {}?", goal, r.name, r.version);
    place_ = trace_.place;
    if (market != nullptr)
      take(*market);
    else
      least();
    s_.signatures = crypto::Scheme::ed25519;
    parties();
    steps();
    return std::move(s_);
  }

 private:
  /// The least that the rule asks for.
  void least() {
    const rules::Rule& r = subject_.rule();
    scenarios::AuthoritySpec authority{r.authority, {r.scope}, {r.class_name}, ""};
    scenarios::ClassSpec of_class{r.class_name, r.unit, r.retention, witness::class_granularity(r)};
    for (auto f = subject_.earlier.rbegin(); f != subject_.earlier.rend(); ++f) {
      s_.rules.push_back({(*f)->file, (*f)->rule});
      if (!location::any_contains(authority.scope, (*f)->rule.scope))
        authority.scope.push_back((*f)->rule.scope);
      if (witness::class_granularity((*f)->rule) != of_class.granularity)
        of_class.granularity = Duration(1);
    }
    s_.rules.push_back({subject_.own->file, r});
    s_.authorities = {authority};
    s_.classes = {of_class};
    s_.locations.leaves = {place_};
    auto desk = witness::desk_for(r, place_);
    if (!desk) return;
    scenarios::CoordinatorSpec& c = s_.coordinators.emplace_back();
    c.name = "desk", c.class_name = r.class_name, c.scopes = {{*desk, r.authority}};
    if (!desk->contains(place_)) s_.locations.leaves.push_back(*desk);
    std::sort(s_.locations.leaves.begin(), s_.locations.leaves.end());
  }

  /// What the scenario has of the rule's class.
  void take(const scenarios::Scenario& market) {
    const std::string& of_class = subject_.rule().class_name;
    s_.locations = market.locations;
    for (scenarios::AuthoritySpec a : market.authorities) {
      bool governs = std::find(a.classes.begin(), a.classes.end(), of_class) != a.classes.end();
      a.classes = {of_class};
      if (governs) s_.authorities.push_back(std::move(a));
    }
    s_.classes = {*market.find_class(of_class)};
    for (const scenarios::ScenarioRule& rule : market.rules)
      if (rule.rule.class_name == of_class) s_.rules.push_back(rule);
    for (const scenarios::CoordinatorSpec& c : market.coordinators)
      if (c.class_name == of_class) s_.coordinators.push_back(c);
    // A site that the rule's expressions cannot tell from the trace's place.
    auto same = [&](const location::Location& leaf) {
      return subject_.rule().scope.contains(leaf) &&
             std::all_of(subject_.world.paths.begin(), subject_.world.paths.end(),
                         [&](const location::Location& p) {
                           return p.contains(leaf) == p.contains(trace_.place);
                         });
    };
    const auto& leaves = s_.locations.leaves;
    auto leaf = std::find_if(leaves.begin(), leaves.end(), same);
    if (leaf != leaves.end()) place_ = *leaf;
  }

  void parties() {
    scenarios::HolderGroup h;
    h.name = trace_.holder.name;
    h.count = 1;
    h.kind = trace_.holder.kind;
    h.groups = trace_.holder.groups;
    h.place = place_;
    h.class_name = subject_.rule().class_name;
    h.strategy = scenarios::HolderStrategy::scripted;
    h.quantity.a = trace_.declared.value;
    s_.holders.push_back(std::move(h));
    for (const HuntParty& p : trace_.users) {
      scenarios::UserGroup u;
      u.name = p.name;
      u.count = 1;
      u.kind = p.kind;
      u.groups = p.groups;
      u.tier = p.tier;
      // Of several jurisdictions, the rule's own.
      if (s_.authorities.size() > 1) u.home = subject_.rule().scope;
      u.class_name = subject_.rule().class_name;
      u.arrivals.kind = scenarios::ArrivalKind::none;
      u.conduct.pays = scenarios::Pays::never;
      s_.users.push_back(std::move(u));
    }
  }

  void steps() {
    s_.script = trace_.script;
    s_.start = trace_.begin;
    Duration grain = s_.classes.front().granularity;
    Instant last = trace_.end;
    for (scenarios::ScriptStep& step : s_.script.steps) {
      if (step.kind != scenarios::StepKind::declare) continue;
      step.window = Window{witness::floor_to_grain(step.window->from, grain),
                           witness::ceil_to_grain(step.window->until, grain)};
      last = std::max(last, step.window->until);
    }
    s_.duration = last - s_.start + Duration(kNanosPerSecond);
  }

  const question::RuleSubject& subject_;
  const HuntTrace& trace_;
  location::Location place_;
  scenarios::Scenario s_;
};

}  // namespace

scenarios::Scenario hunt_scenario(const question::RuleFile& own,
                                  const std::vector<question::RuleFile>& files,
                                  const std::string& goal, const HuntTrace& trace,
                                  const scenarios::Scenario* market) {
  const question::RuleSubject subject = question::subject_of(own, files);
  return TraceScenario(subject, trace).set(goal, market);
}

std::string hunt_file_name(const std::string& goal) {
  return witness::scenario_name(goal) + ".yaml";
}

}  // namespace capmarket::hunt
