// The scenario file as a whole: its own keys here, the parties in load_parties.cc.
#include <fmt/format.h>

#include <algorithm>

#include "model/base/text.h"
#include "model/rules/parse.h"
#include "scenarios/load_internal.h"

namespace capmarket {
namespace {

constexpr Duration kDefaultGranularity{kNanosPerSecond};
constexpr Duration kDefaultInterval{kNanosPerSecond / 2};

void append(Problems& to, const Problems& from) { to.insert(to.end(), from.begin(), from.end()); }

void read_study(const YamlNode& node) {
  auto index = node.choice({"terminating", "steady-state"});
  if (index == 1) node.complain("`study: steady-state` is not yet there", "terminating");
}

void read_seed(const YamlNode& node, Scenario& scenario) {
  YamlMap map = node.map({"population", "dynamics"});
  if (auto n = map.find("population")) assign(scenario.seed_population, n->integer(0, kWireMax));
  if (auto n = map.find("dynamics")) assign(scenario.seed_dynamics, n->integer(0, kWireMax));
}

void read_signatures(const YamlNode& node, Scenario& scenario) {
  constexpr Scheme kAll[] = {Scheme::ed25519, Scheme::mac};
  if (auto index = node.choice({"ed25519", "mac"})) scenario.signatures = kAll[*index];
}

void read_classes(const YamlNode& node, Scenario& scenario) {
  std::set<std::string> names;
  for (const YamlNode& item : node.items()) {
    YamlMap map = item.map({"name", "unit", "retention", "granularity"});
    ClassSpec out;
    out.granularity = kDefaultGranularity;
    if (auto n = map.require("name")) out.name = read_unique_name(*n, names, "class");
    if (auto n = map.require("unit")) assign(out.unit, read_name(*n));
    if (auto n = map.require("retention")) assign(out.retention, read_duration(*n, Duration(0)));
    if (auto n = map.find("granularity")) assign(out.granularity, read_duration(*n, Duration(1)));
    scenario.classes.push_back(out);
  }
  if (scenario.classes.empty()) node.complain("no classes", "at least one");
}

void read_scope(const YamlNode& node, const LocationSpec& locations, AuthoritySpec& authority) {
  std::vector<YamlNode> items = node.is_list() ? node.items() : std::vector<YamlNode>{node};
  for (const YamlNode& item : items) {
    auto location = item.location();
    if (!location) continue;
    if (!locations.knows(*location))
      item.complain(fmt::format("`{}` is not in the location tree", location->path),
                    "a path of `locations`, or an ancestor of one");
    authority.scope.push_back(*location);
  }
  if (items.empty()) node.complain("an empty scope", "at least one path");
}

void read_authorities(const YamlNode& node, Scenario& scenario) {
  std::set<std::string> names;
  std::vector<std::string> classes;
  for (const ClassSpec& c : scenario.classes) classes.push_back(c.name);
  for (const YamlNode& item : node.items()) {
    YamlMap map = item.map({"name", "scope", "classes"});
    AuthoritySpec out;
    if (auto n = map.require("name")) out.name = read_unique_name(*n, names, "authority");
    if (auto n = map.require("scope")) read_scope(*n, scenario.locations, out);
    if (auto list = map.require("classes"))
      for (const YamlNode& n : list->items())
        if (auto name = n.text()) {
          expect_known(n, "class", *name, classes);
          out.classes.push_back(*name);
        }
    scenario.authorities.push_back(out);
  }
  if (scenario.authorities.empty()) node.complain("no authorities", "at least one");
}

/// Whether the rule stands under an authority of the scenario, for a class and a place of it.
void check_rule(const YamlNode& at, const Rule& rule, const Scenario& scenario) {
  const ClassSpec* spec = scenario.find_class(rule.class_name);
  std::vector<std::string> names;
  for (const ClassSpec& c : scenario.classes) names.push_back(c.name);
  expect_known(at, fmt::format("class of rule `{}`:", rule.name), rule.class_name, names);
  if (spec != nullptr && spec->unit != rule.unit)
    at.complain(fmt::format("rule `{}` counts in `{}`, its class `{}` in `{}`", rule.name,
                            rule.unit, spec->name, spec->unit),
                "the same unit");
  if (!scenario.locations.knows(rule.scope))
    at.complain(fmt::format("the scope `{}` of rule `{}` is not in the location tree",
                            rule.scope.path, rule.name),
                "a path of `locations`, or an ancestor of one");
  names.clear();
  for (const AuthoritySpec& a : scenario.authorities) names.push_back(a.name);
  expect_known(at, fmt::format("authority of rule `{}`:", rule.name), rule.authority, names);
  for (const AuthoritySpec& a : scenario.authorities) {
    if (a.name != rule.authority) continue;
    if (std::find(a.classes.begin(), a.classes.end(), rule.class_name) == a.classes.end() ||
        !any_contains(a.scope, rule.scope))
      at.complain(fmt::format("authority `{}` does not govern class `{}` in `{}`", a.name,
                              rule.class_name, rule.scope.path),
                  fmt::format("an authority for both, as rule `{}` says", rule.name));
  }
}

/// What `--rule` gave, taken out as the scenario's rules are replaced.
struct Replacements {
  std::vector<ScenarioRule> rules;
};

std::optional<ScenarioRule> load_rule(const std::string& file, Problems& problems) {
  auto text = read_file(file);
  if (!text) {
    append(problems, text.error());
    return std::nullopt;
  }
  auto rule = parse_rule(file, *text);
  if (rule) return ScenarioRule{file, std::move(*rule)};
  append(problems, rule.error());
  return std::nullopt;
}

/// One version of one name, and no two rules for one class at one place and time: admission of the
/// second would be refused.
void check_unique(const YamlNode& at, const Rule& rule, const Scenario& scenario) {
  for (const ScenarioRule& other : scenario.rules) {
    const Rule& o = other.rule;
    if (o.name == rule.name)
      at.complain(fmt::format("another rule is named `{}`: {}", rule.name, other.file),
                  "each rule once");
    else if (o.class_name == rule.class_name && o.effective.meets(rule.effective) &&
             (o.scope.contains(rule.scope) || rule.scope.contains(o.scope)))
      at.complain(
          fmt::format("rule `{}` meets rule `{}` in class, scope and time", rule.name, o.name),
          "one rule for a class at one place and time");
  }
}

/// Nothing of a class can be settled without a rule that is in force at some time of the scenario.
void expect_rule(const YamlNode& node, const ClassSpec& c, const Scenario& scenario) {
  bool any = false;
  bool in_force = false;
  for (const ScenarioRule& r : scenario.rules) {
    if (r.rule.class_name != c.name) continue;
    any = true;
    in_force |= r.rule.effective.meets({scenario.start, scenario.end()});
  }
  if (!any)
    node.complain(fmt::format("no rule for class `{}`", c.name), "a rule for each class");
  else if (!in_force && !Window{scenario.start, scenario.end()}.empty())
    node.complain(fmt::format("no rule for class `{}` is in force between {} and {}", c.name,
                              to_text(scenario.start), to_text(scenario.end())),
                  "a rule whose `effective` meets the scenario's time");
}

void read_rules(const YamlNode& node, Scenario& scenario, Replacements replacements,
                Problems& problems) {
  for (const YamlNode& item : node.items()) {
    if (item.is_map()) {
      item.complain("a rule that changes over time (`at`) is not yet there", "the path of a rule");
      continue;
    }
    auto path = item.text();
    if (!path) continue;
    auto loaded = load_rule(beside(scenario.file, *path), problems);
    if (!loaded) continue;
    for (auto it = replacements.rules.begin(); it != replacements.rules.end(); ++it)
      if (it->rule.name == loaded->rule.name) {
        loaded = *it;
        replacements.rules.erase(it);
        break;
      }
    check_rule(item, loaded->rule, scenario);
    check_unique(item, loaded->rule, scenario);
    scenario.rules.push_back(std::move(*loaded));
  }
  // Checked where every rule of the file could be read: else the missing one is known already.
  if (scenario.rules.size() == node.items().size())
    for (const ClassSpec& c : scenario.classes) expect_rule(node, c, scenario);
  for (const ScenarioRule& left : replacements.rules)
    problems.push_back({left.file, 0, 0,
                        fmt::format("--rule: the scenario has no rule `{}`", left.rule.name),
                        "the name of a rule of the scenario, each once", ""});
}

void read_discovery(const YamlNode& node, Scenario& scenario) {
  YamlMap map = node.map({"mode", "directories", "lag"});
  if (auto n = map.find("mode")) {
    auto index = n->choice({"prepublished", "reactive", "hybrid"});
    if (index && *index != 0)
      n->complain(fmt::format("`mode: {}` is not yet there", *n->text()), "prepublished");
  }
  if (auto n = map.find("directories")) assign(scenario.directories, n->integer(1, 1000));
  if (auto n = map.find("lag"))
    assign(scenario.directory_lag, read_distribution(*n, DistributionUnit::duration));
}

void read_network(const YamlNode& node, Scenario& scenario) {
  if (auto n = node.map({"latency"}).find("latency"))
    assign(scenario.latency, read_distribution(*n, DistributionUnit::duration));
}

void read_chain(const YamlNode& node, Scenario& scenario) {
  YamlMap map = node.map({"interval", "clock_error"});
  if (auto n = map.find("interval"))
    assign(scenario.chain_interval, read_duration(*n, Duration(1)));
  if (auto n = map.find("clock_error"))
    assign(scenario.clock_error, read_duration(*n, Duration(0)));
}

void read_time(const YamlMap& map, Scenario& scenario) {
  auto start = map.require("start");
  auto duration = map.require("duration");
  if (start) assign(scenario.start, start->instant());
  if (duration) assign(scenario.duration, read_duration(*duration, Duration(1)));
  if (start && scenario.start.value < 0)
    start->complain("the start is before 1970", "a time from 1970-01-01T00:00:00Z on");
  else if (duration && scenario.start.value > kWireMax - scenario.duration.value)
    duration->complain("the end is out of range", "an end before the year 2116");
}

/// Classes before authorities before rules before parties: each is checked against those above.
void read_all(const YamlNode& root, Scenario& scenario, Replacements replacements,
              Problems& problems) {
  YamlMap map = root.map({"scenario", "about", "study", "start", "duration", "seed", "signatures",
                          "locations", "authorities", "classes", "rules", "discovery", "network",
                          "chain", "holders", "users", "adversaries", "trace"});
  if (auto n = map.require("scenario")) assign(scenario.name, read_name(*n));
  if (auto n = map.find("about")) assign(scenario.about, n->text());
  if (auto n = map.find("study")) read_study(*n);
  read_time(map, scenario);
  if (auto n = map.find("seed")) read_seed(*n, scenario);
  if (auto n = map.find("signatures")) read_signatures(*n, scenario);
  if (auto n = map.require("locations")) scenario.locations = read_locations(*n);
  if (auto n = map.require("classes")) read_classes(*n, scenario);
  if (auto n = map.require("authorities")) read_authorities(*n, scenario);
  if (auto n = map.require("rules")) read_rules(*n, scenario, std::move(replacements), problems);
  if (auto n = map.find("discovery")) read_discovery(*n, scenario);
  if (auto n = map.find("network")) read_network(*n, scenario);
  if (auto n = map.find("chain")) read_chain(*n, scenario);
  if (auto n = map.find("trace")) read_trace(*n, scenario, problems);
  if (auto n = map.find("holders")) read_holders(*n, scenario);
  if (auto n = map.find("users")) read_users(*n, scenario);
  if (auto n = map.find("adversaries")) read_adversaries(*n, scenario);
  // A trace stands instead of, or beside, synthetic parties.
  if (!map.has("trace")) map.require("users");
  if (!map.has("trace") || (scenario.trace && scenario.trace->holders_file.empty()))
    map.require("holders");
}

}  // namespace

const ClassSpec* Scenario::find_class(std::string_view class_name) const {
  for (const ClassSpec& c : classes)
    if (c.name == class_name) return &c;
  return nullptr;
}

Result<Scenario> load_scenario(const std::string& file,
                               const std::vector<std::pair<std::string, std::string>>& sets,
                               const std::vector<std::string>& rule_files) {
  auto document = load_yaml(file);
  if (!document) return tl::unexpected(document.error());
  auto root = with_overrides(*document, sets);
  if (!root) return tl::unexpected(root.error());
  Problems problems;
  Replacements replacements;
  for (const std::string& rule_file : rule_files)
    if (auto rule = load_rule(rule_file, problems)) replacements.rules.push_back(std::move(*rule));
  Scenario scenario;
  scenario.file = file;
  scenario.chain_interval = kDefaultInterval;
  read_all(*root, scenario, std::move(replacements), problems);
  Problems all = yaml_problems(*root);
  append(all, problems);
  if (!all.empty()) return tl::unexpected(std::move(all));
  return scenario;
}

namespace {

/// The place of `key` in the rule's file, as far as the file is still what was read.
Problem at_key(const std::string& file, std::string_view key, std::string what,
               std::string expected) {
  if (auto root = load_yaml(file))
    for (const auto& [name, value] : root->entries())
      if (name.text() == key) return value.problem(std::move(what), std::move(expected));
  return {file, 0, 0, std::move(what), std::move(expected), ""};
}

}  // namespace

Problems not_yet(const Scenario& scenario) {
  Problems out;
  for (const ScenarioRule& r : scenario.rules) {
    if (r.rule.coordination.mode != CoordinationMode::none)
      out.push_back(at_key(r.file, "coordination", "this coordination mode cannot run: not yet",
                           "coordination: { mode: none }"));
    if (r.rule.supersedes)
      out.push_back(at_key(r.file, "supersedes", "a successor cannot run: not yet",
                           "the first version of a rule"));
    if (r.rule.pricing.mode == PricingMode::discovered)
      out.push_back(at_key(r.file, "pricing", "discovered prices cannot run: not yet",
                           "a mode of fixed or negotiated"));
  }
  return out;
}

}  // namespace capmarket
