// The scenario file as a whole: its own keys here, the parts in the other load_*.cc.
#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "scenarios/load_internal.h"

namespace capmarket::scenarios {
namespace {

constexpr Duration kDefaultInterval{kNanosPerSecond / 2};

void append(Problems& to, const Problems& from) { to.insert(to.end(), from.begin(), from.end()); }

void read_seed(const yaml::YamlNode& node, Scenario& scenario) {
  yaml::YamlMap map = node.map({"population", "dynamics"});
  if (auto n = map.find("population")) assign(scenario.seed_population, n->integer(0, kWireMax));
  if (auto n = map.find("dynamics")) assign(scenario.seed_dynamics, n->integer(0, kWireMax));
}

void read_signatures(const yaml::YamlNode& node, Scenario& scenario) {
  constexpr crypto::Scheme kAll[] = {crypto::Scheme::ed25519, crypto::Scheme::mac};
  if (auto index = node.choice({"ed25519", "mac"})) scenario.signatures = kAll[*index];
}

void read_chain(const yaml::YamlNode& node, Scenario& scenario) {
  yaml::YamlMap map = node.map({"interval", "clock_error"});
  if (auto n = map.find("interval"))
    assign(scenario.chain_interval, read_duration(*n, Duration(1)));
  if (auto n = map.find("clock_error"))
    assign(scenario.clock_error, read_duration(*n, Duration(0)));
}

void read_time(const yaml::YamlMap& map, Scenario& scenario) {
  auto start = map.require("start");
  auto duration = map.require("duration");
  if (start) assign(scenario.start, start->instant());
  if (duration) assign(scenario.duration, read_duration(*duration, Duration(1)));
  if (start && scenario.start.value < 0)
    start->complain("the start is before 1970", "a time from 1970-01-01T00:00:00Z on");
  else if (duration && scenario.start.value > kWireMax - scenario.duration.value)
    duration->complain("the end is out of range", "an end before the year 2116");
}

/// What is governed: classes before authorities before rules, each checked against those above.
void read_market(const yaml::YamlMap& map, Scenario& scenario, std::vector<ScenarioRule> replacements,
                 Problems& problems) {
  if (auto n = map.require("locations")) scenario.locations = read_locations(*n);
  if (auto n = map.require("classes")) read_classes(*n, scenario);
  if (auto n = map.require("authorities")) read_authorities(*n, scenario);
  if (auto n = map.require("rules")) read_rules(*n, scenario, std::move(replacements), problems);
  if (auto n = map.find("reconciliation")) read_reconciliation(*n, scenario);
}

/// Who takes part, before what is done to them and names them.
void read_parties(const yaml::YamlMap& map, Scenario& scenario, Problems& problems) {
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

void read_all(const yaml::YamlNode& root, Scenario& scenario, std::vector<ScenarioRule> replacements,
              Problems& problems) {
  yaml::YamlMap map =
      root.map({"scenario",    "about",          "study",       "start",        "duration",
                "seed",        "signatures",     "locations",   "authorities",  "classes",
                "rules",       "infrastructure", "discovery",   "network",      "chain",
                "holders",     "users",          "auditors",    "coordinators", "publishers",
                "adversaries", "reconciliation", "revocations", "trace",
                "steps",       "watch"});
  if (auto n = map.require("scenario")) assign(scenario.name, read_name(*n));
  if (auto n = map.find("about")) assign(scenario.about, n->text());
  if (auto n = map.find("study")) read_enum(*n, scenario.study, kStudies);
  read_time(map, scenario);
  if (auto n = map.find("seed")) read_seed(*n, scenario);
  if (auto n = map.find("signatures")) read_signatures(*n, scenario);
  read_market(map, scenario, std::move(replacements), problems);
  read_parties(map, scenario, problems);
  if (auto n = map.find("discovery")) read_discovery(*n, scenario);
  if (auto n = map.find("network")) read_network(*n, scenario);
  if (auto n = map.find("chain")) read_chain(*n, scenario);
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
  scenario.chain_interval = kDefaultInterval;
  read_all(*root, scenario, std::move(replacements), problems);
  Problems all = yaml::yaml_problems(*root);
  append(all, problems);
  if (!all.empty()) return tl::unexpected(std::move(all));
  return scenario;
}

namespace {

/// The place of `key` in the file, as far as the file is still what was read.
Problem at_key(const std::string& file, std::string_view key, std::string what,
               std::string expected) {
  if (auto root = yaml::load_yaml(file))
    for (const auto& [name, value] : root->entries())
      if (name.text() == key) return value.problem(std::move(what), std::move(expected));
  return {file, 0, 0, std::move(what), std::move(expected), ""};
}

}  // namespace

Problems not_yet(const Scenario& scenario) {
  if (scenario.study == Study::terminating) return {};
  return {at_key(scenario.file, "study", "`study: steady-state` cannot run: not yet",
                 "study: terminating")};
}

}  // namespace capmarket::scenarios
