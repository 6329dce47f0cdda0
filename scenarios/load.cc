// The scenario file as a whole: its own keys here, the parts in the other load_*.cc.
#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "model/yaml/look_alikes.h"
#include "scenarios/eligibility.h"
#include "scenarios/hopeless.h"
#include "scenarios/keyed_map.h"
#include "scenarios/load_adversaries.h"
#include "scenarios/load_reach.h"
#include "scenarios/load_vocabulary.h"

namespace capmarket::scenarios {
namespace {

void append(Problems& to, const Problems& from) { to.insert(to.end(), from.begin(), from.end()); }

void read_seed(const std::optional<yaml::YamlNode>& node, Scenario& scenario) {
  KeyedMap map(node, "seed");
  map.read("population", scenario.seed_population);
  map.read("dynamics", scenario.seed_dynamics);
}

void read_signatures(const KeyedMap& map, Scenario& scenario) {
  // The names of the table, in its order.
  constexpr crypto::Scheme kAll[] = {crypto::Scheme::ed25519, crypto::Scheme::mac};
  if (auto n = map.get("signatures"))
    if (auto index = n->choice(map.row("signatures").choices)) scenario.signatures = kAll[*index];
}

/// A scenario in which nothing happens is ticked through to its end.
constexpr std::int64_t kTicksMax = 1'000'000;

void read_chain(const std::optional<yaml::YamlNode>& node, Scenario& scenario) {
  KeyedMap map(node, "chain");
  map.read("interval", scenario.chain_interval);
  map.read("clock_error", scenario.clock_error);
  map.read("rule_ahead", scenario.rule_ahead);
  KeyedMap(map.get("follow"), "chain.follow").read("lag", scenario.follow_lag);
  map.read("promises", scenario.promises);
  map.read("merge_delay", scenario.merge_delay);
  if (auto n = map.find("merge_delay"); n && !scenario.promises)
    n->complain("a delay without promises", "`promises: true` beside it");
  scenario.tick_ahead = map.value<Duration>("tick_ahead");
  if (scenario.tick_ahead && scenario.duration.value / scenario.tick_ahead->value >= kTicksMax)
    map.find("tick_ahead")
        ->complain("the run would take too many ticks",
                   fmt::format("more than a {}th of `duration`", kTicksMax));
}

void read_time(const KeyedMap& map, Scenario& scenario) {
  auto start = map.get("start");
  auto duration = map.get("duration");
  if (start) assign(scenario.start, read_value<Instant>(*start, map.row("start")));
  if (duration) assign(scenario.duration, read_value<Duration>(*duration, map.row("duration")));
  if (start && scenario.start.value < 0)
    start->complain("the start is before 1970", "a time from 1970-01-01T00:00:00Z on");
  else if (duration && scenario.start.value > kWireMax - scenario.duration.value)
    duration->complain("the end is out of range", "an end before the year 2116");
}

/// What is governed: classes before authorities before rules, each checked against those above.
void read_market(const KeyedMap& map, Scenario& scenario, std::vector<ScenarioRule> replacements,
                 Problems& problems) {
  if (auto n = map.get("locations")) scenario.locations = read_locations(*n);
  if (auto n = map.get("classes")) read_classes(*n, scenario);
  if (auto n = map.get("authorities")) read_authorities(*n, scenario);
  if (auto n = map.get("rules")) read_rules(*n, scenario, std::move(replacements), problems);
  if (auto n = map.get("reconciliation")) read_reconciliation(*n, scenario);
}

/// Who takes part, before what is done to them and names them.
void read_parties(const KeyedMap& map, Scenario& scenario, Problems& problems) {
  if (auto n = map.find("trace")) read_trace(*n, scenario, problems);
  if (auto n = map.find("holders")) read_holders(*n, scenario);
  if (auto n = map.find("users")) read_users(*n, scenario);
  if (auto n = map.find("coordinators")) read_coordinators(*n, scenario);
  if (auto n = map.find("coordinators"); n || (n = map.find("rules")))
    expect_coordinators(*n, scenario);
  if (auto n = map.find("auditors")) read_auditors(*n, scenario);
  if (auto n = map.find("publishers")) read_publishers(*n, scenario);
  if (auto n = map.find("infrastructure")) read_infrastructure(*n, scenario);
  if (auto n = map.find("adversaries")) read_adversaries(*n, scenario);
  if (auto n = map.find("revocations")) read_revocations(*n, scenario);
  auto steps = map.find("steps"), watch = map.find("watch");
  read_script(steps ? &*steps : nullptr, watch ? &*watch : nullptr, scenario);
  // A trace stands instead of, or beside, synthetic parties.
  if (!map.has("trace")) map.require("users");
  if (!map.has("trace") || (scenario.trace && scenario.trace->holders_file.empty()))
    map.require("holders");
}

void read_all(const yaml::YamlNode& root, Scenario& scenario,
              std::vector<ScenarioRule> replacements, Problems& problems) {
  KeyedMap map(root, "");
  read_quota(map.get("quota"), scenario);
  map.read("scenario", scenario.name);
  map.read("about", scenario.about);
  map.read("study", scenario.study);
  read_time(map, scenario);
  read_seed(map.get("seed"), scenario);
  read_signatures(map, scenario);
  read_market(map, scenario, std::move(replacements), problems);
  read_discovery(map.get("discovery"), scenario);
  read_parties(map, scenario, problems);
  read_network(map.get("network"), scenario);
  read_chain(map.get("chain"), scenario);
  expect_vocabulary(root, scenario);
  expect_in_time(root, scenario);
}

}  // namespace

const ClassSpec* Scenario::find_class(std::string_view class_name) const {
  for (const ClassSpec& c : classes)
    if (c.name == class_name) return &c;
  return nullptr;
}

const AuthoritySpec* Scenario::find_authority(std::string_view authority_name) const {
  for (const AuthoritySpec& a : authorities)
    if (a.name == authority_name) return &a;
  return nullptr;
}

const AuthoritySpec* Scenario::authority_for(std::string_view class_name,
                                             const location::Location& location) const {
  for (const AuthoritySpec& a : authorities)
    if (a.governs(class_name, location)) return &a;
  return nullptr;
}

Result<Scenario> load_scenario(const std::string& file,
                               const std::vector<std::pair<std::string, std::string>>& sets,
                               const std::vector<std::string>& rule_files) {
  auto document = yaml::load_yaml(file);
  if (!document) return tl::unexpected(document.error());
  auto root = yaml::with_overrides(*document, sets);
  if (!root) return tl::unexpected(root.error());
  Problems problems;
  std::vector<ScenarioRule> replacements;
  for (const std::string& rule_file : rule_files)
    if (auto rule = load_rule(rule_file, problems)) replacements.push_back(std::move(*rule));
  Scenario scenario;
  scenario.file = file;
  read_all(*root, scenario, std::move(replacements), problems);
  Problems all = yaml::yaml_problems(*root);
  append(all, problems);
  if (!all.empty()) return tl::unexpected(std::move(all));
  append(scenario.warnings, yaml::look_alikes(*root));
  for (const ScenarioRule& r : scenario.rules) append(scenario.warnings, r.warnings);
  append(scenario.warnings, nobody_eligible(*root, scenario));
  append(scenario.warnings, hopeless_groups(*root, scenario));
  return scenario;
}

Problem problem_in(const Scenario& scenario, const std::string& path, std::string what,
                   std::string expected) {
  if (auto root = yaml::load_yaml(scenario.file))
    if (auto node = yaml::node_at(*root, path))
      return node->problem(std::move(what), std::move(expected));
  return {scenario.file, 0, 0, std::move(what), std::move(expected), ""};
}

}  // namespace capmarket::scenarios
