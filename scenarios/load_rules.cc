// rules: the files, and in which order they take effect.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "model/base/read_file.h"
#include "model/base/text.h"
#include "model/crypto/hash.h"
#include "model/rules/canonical.h"
#include "model/rules/parse.h"
#include "model/rules/succession.h"
#include "model/rules/warnings.h"
#include "scenarios/change.h"
#include "scenarios/keyed_map.h"

namespace capmarket::scenarios {
namespace {

/// Whether the rule stands under an authority of the scenario, for a class and a place of it.
void check_rule(const yaml::YamlNode& at, const rules::Rule& rule, const Scenario& scenario) {
  const ClassSpec* spec = scenario.find_class(rule.class_name);
  expect_known(at, fmt::format("class of rule `{}`:", rule.name), rule.class_name,
               class_names(scenario));
  if (spec != nullptr && spec->unit != rule.unit)
    at.complain(fmt::format("rule `{}` counts in `{}`, its class `{}` in `{}`", rule.name,
                            rule.unit, spec->name, spec->unit),
                "the same unit");
  if (!scenario.locations.knows(rule.scope))
    at.complain(fmt::format("the scope `{}` of rule `{}` is not in the location tree",
                            rule.scope.path, rule.name),
                "a path of `locations`, or an ancestor of one");
  expect_known(at, fmt::format("authority of rule `{}`:", rule.name), rule.authority,
               authority_names(scenario));
  if (rule.fallback.empty())
    at.complain(fmt::format("rule `{}` has no fallback strategy: nothing could be settled under it",
                            rule.name),
                "`fallback` with at least one, perhaps `substitution: none`");
  const AuthoritySpec* a = scenario.find_authority(rule.authority);
  if (a != nullptr && !a->governs(rule.class_name, rule.scope))
    at.complain(fmt::format("authority `{}` does not govern class `{}` in `{}`", a->name,
                            rule.class_name, rule.scope.path),
                fmt::format("an authority for both, as rule `{}` says", rule.name));
}

/// Nothing of a class can be settled without a rule that is in force at some time of the scenario.
void expect_rule(const yaml::YamlNode& node, const ClassSpec& c, const Scenario& scenario) {
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

/// Rules as they would be admitted, one after the other.
class Succession {
 public:
  /// Goes on behind the rules that the scenario has.
  explicit Succession(Scenario& scenario) : scenario_(scenario) {
    for (const ScenarioRule& r : scenario.rules) ids_.push_back(id_by_content(r));
  }

  ScenarioRule* find(const ContentId& id) {
    for (std::size_t i = 0; i < ids_.size(); ++i)
      if (ids_[i] == id) return &scenario_.rules[i];
    return nullptr;
  }
  /// The last version of that name so far.
  const ScenarioRule* last(std::string_view name) const {
    for (auto it = scenario_.rules.rbegin(); it != scenario_.rules.rend(); ++it)
      if (it->rule.name == name) return &*it;
    return nullptr;
  }
  const ContentId& id_of(const ScenarioRule& rule) const {
    return ids_[static_cast<std::size_t>(&rule - scenario_.rules.data())];
  }

  /// Adds a rule whose predecessor, if it names one, is there.
  void add(const yaml::YamlNode& at, ScenarioRule added) {
    check_rule(at, added.rule, scenario_);
    ScenarioRule* old = added.rule.supersedes ? find(*added.rule.supersedes) : nullptr;
    if (!added.rule.supersedes && added.rule.version != 1)
      at.complain(
          fmt::format("rule `{}` begins with version {}", added.rule.name, added.rule.version),
          "version 1, or `supersedes`");
    if (old != nullptr) {
      check_successor(at, added.rule, *old);
      old->succeeded = std::min(old->succeeded, added.rule.effective.from);
    }
    check_unique(at, added.rule, old);
    ids_.push_back(id_by_content(added));
    scenario_.rules.push_back(std::move(added));
  }

 private:
  static ContentId id_by_content(const ScenarioRule& r) {
    return crypto::content_id(rules::encode_rule(r.rule));
  }
  /// What admission of a successor asks for, in the words of its clause `standing`.
  static void check_successor(const yaml::YamlNode& at, const rules::Rule& rule,
                              const ScenarioRule& old) {
    const rules::Rule& o = old.rule;
    if (rule.name != o.name || rule.class_name != o.class_name)
      at.complain(fmt::format("rule `{}` supersedes `{}`", rule.name, o.name),
                  "the same name and class in all versions of a rule");
    if (rule.authority != o.authority)
      at.complain(fmt::format("rule `{}` is the authority `{}`'s, not `{}`'s", rule.name,
                              o.authority, rule.authority),
                  "the same authority in all versions of a rule");
    for (const std::string& kept : rules::changed_terms(o, rule))
      at.complain(fmt::format("version {} of rule `{}` changes {}", rule.version, rule.name, kept),
                  "the same currency, unit, granularity and origin in all versions of a rule");
    if (rule.version != o.version + 1)
      at.complain(fmt::format("version {} of rule `{}` supersedes version {}", rule.version,
                              rule.name, o.version),
                  fmt::format("version {}", o.version + 1));
    if (!rule.scope.contains(o.scope))
      at.complain(fmt::format("the scope `{}` of rule `{}` does not contain its predecessor's `{}`",
                              rule.scope.path, rule.name, o.scope.path),
                  "a scope that contains it");
    if (old.succeeded != kDistantFuture)
      at.complain(fmt::format("version {} of rule `{}` has another successor", o.version, o.name),
                  "one successor of each version");
  }

  /// One rule for a class at one place and time, and versions of a name follow each other.
  void check_unique(const yaml::YamlNode& at, const rules::Rule& rule,
                    const ScenarioRule* old) const {
    for (const ScenarioRule& other : scenario_.rules) {
      const rules::Rule& o = other.rule;
      if (&other == old) continue;
      bool one_line = o.name == rule.name && old != nullptr && old->rule.name == rule.name;
      if (o.name == rule.name && !one_line)
        at.complain(fmt::format("another rule is named `{}`: {}", rule.name, other.file),
                    "each rule once, or as a successor (`supersedes`, `at`)");
      else if (o.class_name == rule.class_name && other.in_force().meets(rule.effective) &&
               (o.scope.contains(rule.scope) || rule.scope.contains(o.scope)))
        at.complain(
            fmt::format("rule `{}` meets rule `{}` in class, scope and time", rule.name, o.name),
            "one rule for a class at one place and time");
    }
  }

  Scenario& scenario_;
  std::vector<ContentId> ids_;  // of scenario_.rules
};

struct Entry {
  yaml::YamlNode node;
  ScenarioRule rule;
};

std::optional<Entry> read_entry(const yaml::YamlNode& item, const std::string& file,
                                std::vector<ScenarioRule>& replacements, Problems& problems) {
  std::optional<yaml::YamlNode> at = item;
  std::optional<Duration> since;
  if (item.is_map()) {
    KeyedMap map(item, "rules[]");
    if (auto time = map.get("at")) since = read_value<Duration>(*time, map.row("at"));
    at = map.get("rule");
    if (!since || !at) return std::nullopt;
  }
  auto path = at->text();
  if (!path) return std::nullopt;
  if (auto text = read_file(beside(file, *path), InputKind::document); !text) {
    at->complain(fmt::format("`{}`: {}", *path, text.error().front().what),
                 "a rule file, seen from the scenario's folder");
    return std::nullopt;
  }
  auto loaded = load_rule(beside(file, *path), problems);
  if (!loaded) return std::nullopt;
  for (auto it = replacements.begin(); !since && it != replacements.end(); ++it)
    if (it->rule.name == loaded->rule.name) {
      loaded = *it;
      replacements.erase(it);
      break;
    }
  loaded->at = since;
  return Entry{*at, std::move(*loaded)};
}

/// In file order, but each behind what it supersedes.
void add_first_versions(std::vector<Entry> entries, Succession& succession) {
  auto ready = [&](const Entry& e) {
    return !e.rule.rule.supersedes || succession.find(*e.rule.rule.supersedes) != nullptr;
  };
  while (true) {
    auto next = std::find_if(entries.begin(), entries.end(), ready);
    if (next == entries.end()) break;
    succession.add(next->node, std::move(next->rule));
    entries.erase(next);
  }
  for (const Entry& e : entries)
    e.node.complain(
        fmt::format("what rule `{}` supersedes is not in the scenario", e.rule.rule.name),
        fmt::format("its predecessor, unchanged, among the rules: list both, the older first, "
                    "`rules: [OLD, {}]`; `--rule` puts a version in the place of another",
                    std::filesystem::path(e.rule.file).filename().string()));
}

/// A change while the scenario runs: the rule becomes the next version of its name.
void add_change(Entry entry, const Scenario& scenario, Succession& succession) {
  rules::Rule& rule = entry.rule.rule;
  Instant at = scenario.start + *entry.rule.at;
  const ScenarioRule* old = succession.last(rule.name);
  if (old == nullptr || !old->in_force().contains(at)) {
    entry.node.complain(
        fmt::format("no version of rule `{}` is in force at {}", rule.name, to_text(at)),
        "a rule of that name to take over from");
    return;
  }
  if (rule.effective.until <= at) {
    entry.node.complain(fmt::format("rule `{}` ends at {}, before it takes effect", rule.name,
                                    to_text(rule.effective.until)),
                        fmt::format("`effective.until` after {}", to_text(at)));
    return;
  }
  rule.effective.from = at;
  rule.version = old->rule.version + 1;
  rule.supersedes = succession.id_of(*old);
  succession.add(entry.node, std::move(entry.rule));
}

}  // namespace

std::optional<ScenarioRule> load_rule(const std::string& file, Problems& problems) {
  auto root = yaml::load_yaml(file);
  auto rule = root ? rules::parse_rule(file, *root)
                   : Result<rules::Rule>(tl::unexpected(root.error()));
  if (rule) {
    ScenarioRule out{file, std::move(*rule)};
    out.warnings = rules::file_warnings(*root);
    return out;
  }
  problems.insert(problems.end(), rule.error().begin(), rule.error().end());
  return std::nullopt;
}

Result<Scenario> with_change(const Scenario& before, const std::string& rule_file, Duration at) {
  Problems problems;
  auto rule = load_rule(rule_file, problems);
  if (!rule) return tl::unexpected(std::move(problems));
  auto root = yaml::load_yaml(rule_file);
  if (!root) return tl::unexpected(root.error());
  for (const ScenarioRule& r : before.rules)
    if (r.at && *r.at > at)
      root->complain(fmt::format("the scenario itself changes rule `{}` later, {} after its start",
                                 r.rule.name, to_text(*r.at)),
                     fmt::format("no change after {}", to_text(at)));
  Scenario out = before;
  rule->at = at;
  Succession succession(out);
  add_change({*root, std::move(*rule)}, out, succession);
  if (!yaml::yaml_problems(*root).empty()) return tl::unexpected(yaml::yaml_problems(*root));
  const Problems& warnings = out.rules.back().warnings;
  out.warnings.insert(out.warnings.end(), warnings.begin(), warnings.end());
  return out;
}

void read_rules(const yaml::YamlNode& node, Scenario& scenario,
                std::vector<ScenarioRule> replacements, Problems& problems) {
  std::vector<Entry> first, changes;
  std::vector<yaml::YamlNode> items = node.items();
  for (const yaml::YamlNode& item : items)
    if (auto entry = read_entry(item, scenario.file, replacements, problems))
      (entry->rule.at ? changes : first).push_back(std::move(*entry));
  bool all_read = first.size() + changes.size() == items.size();
  std::stable_sort(changes.begin(), changes.end(),
                   [](const Entry& a, const Entry& b) { return *a.rule.at < *b.rule.at; });
  Succession succession(scenario);
  add_first_versions(std::move(first), succession);
  for (Entry& e : changes) add_change(std::move(e), scenario, succession);
  // Checked where every rule of the file could be read: else the missing one is known already.
  if (all_read && scenario.rules.size() == items.size())
    for (const ClassSpec& c : scenario.classes) expect_rule(node, c, scenario);
  for (const ScenarioRule& left : replacements)
    problems.push_back({left.file, 0, 0,
                        fmt::format("--rule: the scenario has no rule `{}`", left.rule.name),
                        "the name of a rule of the scenario, each once", ""});
}

}  // namespace capmarket::scenarios
