// steps, watch: what is done step by step, and what is watched meanwhile.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "model/base/text.h"
#include "scenarios/keyed_map.h"

namespace capmarket::scenarios {
namespace {

constexpr std::size_t kStepsMax = 100'000;

/// A duration since the start of the scenario, or a time; from 1970 to the end of time. Before the
/// start lie signatures, failures, revocations and windows that the chain is to judge.
std::optional<Instant> read_moment(const yaml::YamlNode& node, const Scenario& s) {
  auto text = node.text();
  if (!text) return std::nullopt;
  bool beyond = false;
  std::optional<Int128> at;
  if (auto d = parse_duration(*text, &beyond))
    at = Int128{s.start.value} + d->value;
  else if (auto t = parse_instant(*text, &beyond))
    at = t->value;
  if (at && *at >= 0 && *at <= kWireMax) return Instant(static_cast<std::int64_t>(*at));
  if (at || beyond)
    node.complain(fmt::format("`{}` is out of range", *text),
                  fmt::format("a moment from {} to {}", to_text(Instant(0)),
                              to_text(kDistantFuture)));
  else
    node.complain(fmt::format("`{}` is no moment", *text),
                  "a duration since the start, like 1h, or a time, like 2026-01-15T16:00:00Z");
  return std::nullopt;
}

class ScriptReader {
 public:
  explicit ScriptReader(Scenario& scenario) : s_(scenario) {
    auto add = [&](std::string_view role, const std::string& name, std::int64_t count) {
      for (std::int64_t i = 0; i < std::min<std::int64_t>(count, 1000); ++i)
        parties_.emplace(fmt::format("{}.{}", name, i), role);
      if (count == 1) parties_.emplace(name, role);
    };
    for (const HolderGroup& g : s_.holders) add("holder", g.name, g.count);
    for (const UserGroup& g : s_.users) add("user", g.name, g.count);
    for (const CoordinatorSpec& c : s_.coordinators)
      add("coordinator", c.name, static_cast<std::int64_t>(c.scopes.size()));
    for (const AuditorSpec& a : s_.auditors) parties_.emplace(a.name, "auditor");
  }

  void steps(const yaml::YamlNode& node) {
    std::vector<yaml::YamlNode> items = node.items();
    if (items.size() > kStepsMax)
      return node.complain(fmt::format("{} steps", items.size()),
                           fmt::format("at most {}", kStepsMax));
    for (const yaml::YamlNode& item : items) step(item);
  }

  void watch(const yaml::YamlNode& node) {
    for (const yaml::YamlNode& item : node.items()) watched(item);
  }

 private:
  std::optional<StepKind> kind_of(const yaml::YamlNode& node) const {
    std::optional<StepKind> out;
    int count = 0;
    for (const auto& [key, value] : node.entries()) {
      auto text = key.text();
      for (std::size_t k = 0; text && k < std::size(kStepKinds); ++k)
        if (*text == kStepKinds[k] && !(out == StepKind::settle && *text == "request")) {
          // Inside a settlement `request` says which one; the order of keys has no meaning.
          if (out == StepKind::request && *text == "settle") --count;
          out = static_cast<StepKind>(k);
          ++count;
        }
    }
    if (count == 1) return out;
    std::string all;
    for (std::string_view k : kStepKinds) all += (all.empty() ? "" : ", ") + std::string(k);
    node.complain(count == 0 ? "a step that does nothing" : "a step that does several things",
                  "one of " + all);
    return std::nullopt;
  }

  std::string name_of(const yaml::YamlNode& node, std::string_view what) {
    auto name = read_name(node);
    if (!name) return {};
    if (!things_.emplace(*name, what).second)
      node.complain(fmt::format("`{}` is made twice", *name), "another name");
    return *name;
  }

  /// A thing that an earlier step made; of a settlement also `NAME.1`, its second leg's grant.
  std::string known(const yaml::YamlNode& node, std::string_view what) {
    auto text = node.text();
    if (!text) return {};
    auto it = things_.find(*text);
    if (it == things_.end() && what == "settle")
      if (std::size_t dot = text->find_last_of('.'); dot != text->npos)
        it = things_.find(text->substr(0, dot));
    if (it != things_.end() && it->second == what) return *text;
    std::vector<std::string> names;
    for (const auto& [name, kind] : things_)
      if (kind == what) names.push_back(name);
    std::string all;
    for (const std::string& n : names) all += (all.empty() ? "" : ", ") + n;
    node.complain(fmt::format("no earlier step `{}` is called `{}`", what, *text),
                  all.empty() ? fmt::format("a step `{}` before", what) : "one of " + all);
    return {};
  }

  std::string party(const yaml::YamlNode& node, std::initializer_list<std::string_view> roles) {
    auto text = node.text();
    if (!text) return {};
    auto it = parties_.find(*text);
    if (it != parties_.end() && std::find(roles.begin(), roles.end(), it->second) != roles.end())
      return *text;
    std::string all;
    for (std::string_view r : roles) all += (all.empty() ? "a " : " or ") + std::string(r);
    node.complain(fmt::format("`{}` is not {}", *text, all),
                  all + " of this scenario: NAME of a group of one, or NAME.0");
    return {};
  }

  std::optional<Window> window(const KeyedMap& map, const yaml::YamlNode& at, bool required) {
    auto from = map.find("from"), until = map.find("until");
    if (!from && !until && !required) return std::nullopt;
    if (!from) at.complain("missing key `from`", "from and until");
    if (!until) at.complain("missing key `until`", "from and until");
    if (!from || !until) return std::nullopt;
    auto a = read_moment(*from, s_), b = read_moment(*until, s_);
    if (!a || !b) return std::nullopt;
    return Window{*a, *b};
  }

  /// What displacing for the leg may cost.
  std::optional<objects::DisplaceTerms> displace(const KeyedMap& of) {
    auto node = of.get("displace");
    if (!node) return std::nullopt;
    KeyedMap map(*node, "steps[].displace");
    objects::DisplaceTerms out;
    map.read("compensation", out.compensation_at_most);
    map.read("refund", out.refund_at_most);
    return out;
  }

  /// A strategy that some rule of the scenario has.
  std::string strategy(const yaml::YamlNode& node) const {
    auto name = node.text();
    if (!name) return {};
    std::vector<std::string> known;
    for (const ScenarioRule& r : s_.rules)
      for (const rules::FallbackStrategy& f : r.rule.fallback) known.push_back(f.name);
    std::sort(known.begin(), known.end());
    known.erase(std::unique(known.begin(), known.end()), known.end());
    if (!s_.rules.empty()) expect_known(node, "strategy", *name, known);
    return *name;
  }

  /// A version that some rule of the scenario has.
  std::optional<std::int64_t> version(const KeyedMap& map) const {
    auto out = map.value<std::int64_t>("version");
    std::string known;
    for (const ScenarioRule& r : s_.rules) {
      if (out == r.rule.version) return out;
      known += fmt::format("{}{}", known.empty() ? "" : ", ", r.rule.version);
    }
    if (out && !known.empty())
      map.find("version")->complain(fmt::format("no rule of the scenario has version {}", *out),
                                    "one of " + known);
    return out;
  }

  /// A leg of its own map, or of the step's.
  ScriptLeg leg(const KeyedMap& map, const yaml::YamlNode& at) {
    ScriptLeg out;
    if (auto n = map.require("request")) out.request = known(*n, "request");
    if (auto n = map.require("of")) out.declaration = known(*n, "declare");
    out.quantity = map.value<Quantity>("quantity");
    out.window = window(map, at, false);
    map.read("tier", out.tier);
    out.price = map.value<Money>("price");
    if (auto n = map.get("strategy")) out.strategy = strategy(*n);
    out.displace = displace(map);
    if (auto n = map.get("replaces")) out.replaces = known(*n, "settle");
    out.version = version(map);
    return out;
  }

  StepExpectation expectation(const yaml::YamlNode& node, const ScenarioKey& row) {
    StepExpectation out;
    if (node.is_scalar()) {
      if (auto i = node.choice(row.choices)) out.admitted = *i == 0;
      return out;
    }
    KeyedMap map(node, row.path);
    auto refused = map.find("refused"), displaced = map.find("displaced");
    if (refused.has_value() == displaced.has_value()) {
      node.complain(refused ? "both `refused` and `displaced`" : "an expectation without a key",
                    "either `refused`, a list of clauses, or `displaced`, quantities by grant");
      return out;
    }
    if (displaced) {
      out.displaced = displaced_grants(*displaced, map.row("displaced"));
      return out;
    }
    out.admitted = false;
    for (const yaml::YamlNode& item : map.items("refused")) {
      auto text = item.text();
      auto clause = text ? admission::parse_clause(*text) : std::nullopt;
      if (clause) out.clauses.push_back(*clause);
      if (text && !clause)
        item.complain(fmt::format("`{}` is no clause", *text), "a clause, like capacity");
    }
    return out;
  }

  DisplacedGrants displaced_grants(const yaml::YamlNode& node, const ScenarioKey& row) {
    DisplacedGrants out;
    for (const auto& [key, value] : node.entries()) {
      std::string grant = known(key, "settle");
      auto quantity = value.integer(row.least, row.most);
      if (!grant.empty() && quantity) out.emplace(grant, Quantity(*quantity));
    }
    return out;
  }

  void request(const KeyedMap& map, const yaml::YamlNode& at, ScriptStep& step) {
    for (const yaml::YamlNode& item : map.items("of")) step.of.push_back(known(item, "declare"));
    map.read("tier", step.tier);
    step.price = map.value<Money>("price");
    map.read("partial", step.partial);
    if (auto n = map.get("open_until")) step.open_until = read_moment(*n, s_);
    if (!map.has("quantity")) at.complain("missing key `quantity`", "how much is asked for");
  }

  void legs(const KeyedMap& map, const yaml::YamlNode& at, ScriptStep& step) {
    auto several = map.get("legs");
    if (!several) {
      step.legs.push_back(leg(map, at));
      step.quantity.reset();
      step.window.reset();
      step.tier.clear();
      step.price.reset();
      return;
    }
    for (std::string_view key : {"request", "of", "quantity", "from", "until", "tier", "price",
                                 "strategy", "displace", "replaces", "version"})
      if (auto n = map.find(key)) n->complain("this belongs to a leg", "it, inside `legs`");
    for (const yaml::YamlNode& item : map.items("legs"))
      step.legs.push_back(leg(KeyedMap(item, "steps[].legs[]"), item));
  }

  void step(const yaml::YamlNode& node) {
    auto kind = kind_of(node);
    if (!kind) return;
    KeyedMap map(node, "steps[]", to_text(*kind));
    ScriptStep step;
    step.kind = *kind;
    if (auto n = map.get("at")) assign(step.at, read_moment(*n, s_));
    if (!s_.script.steps.empty() && step.at < s_.script.steps.back().at)
      node.complain("the step lies before the one above it", "steps in the order of time");
    if (step.at < s_.start || step.at >= s_.end())
      node.complain("the step lies outside the scenario", "a moment from the start to the end");
    auto name = map.get(to_text(*kind));
    bool makes = *kind == StepKind::declare || *kind == StepKind::request;
    step.quantity = map.value<Quantity>("quantity");
    if (*kind != StepKind::settle) step.window = window(map, node, makes);
    if (auto n = map.get("expect")) step.expect = expectation(*n, map.row("expect"));
    if (step.expect && step.expect->displaced && *kind != StepKind::settle)
      map.find("expect")->complain("only a settlement displaces", "`displaced` with `settle`");
    if (name) step.name = named(*kind, *name);
    done(map, node, step);
    s_.script.steps.push_back(std::move(step));
  }

  /// What the key that names the kind of the step says.
  std::string named(StepKind kind, const yaml::YamlNode& name) {
    switch (kind) {
      case StepKind::declare:
      case StepKind::request:
      case StepKind::settle:
        return name_of(name, to_text(kind));
      case StepKind::fail:
      case StepKind::surrender:
      case StepKind::renew:
      case StepKind::record:
      case StepKind::consume:
      case StepKind::dispute:
      case StepKind::contest:
      case StepKind::witness:
        return known(name, "settle");
      case StepKind::withdraw:
        return known(name, "request");
      case StepKind::curtail:
      case StepKind::retract:
        return known(name, "declare");
      case StepKind::pay:
        return party(name, {"holder", "user"});
      case StepKind::revoke:
        return party(name, {"holder", "user", "coordinator"});
    }
    CHECK(false);
    return {};
  }

  /// The keys that only some kinds of steps have.
  void done(const KeyedMap& map, const yaml::YamlNode& node, ScriptStep& step) {
    auto by = [&](std::initializer_list<std::string_view> roles) {
      if (auto n = map.get("by")) step.by = party(*n, roles);
    };
    auto when = [&](std::string_view key) {
      if (auto n = map.get(key)) step.when = read_moment(*n, s_);
    };
    switch (step.kind) {
      case StepKind::declare:
        by({"holder"});
        if (!map.has("quantity")) node.complain("missing key `quantity`", "how much is declared");
        break;
      case StepKind::request:
        by({"user"});
        request(map, node, step);
        break;
      case StepKind::settle:
        when("signed");
        legs(map, node, step);
        break;
      case StepKind::fail:
        if (auto n = map.get("by"))
          if (auto who = n->choice(map.row("by").choices)) step.by = map.row("by").choices[*who];
        when("failed");
        break;
      case StepKind::curtail:
        if (!map.has("quantity")) node.complain("missing key `quantity`", "how much is gone");
        break;
      case StepKind::revoke:
        when("effective");
        break;
      case StepKind::dispute:
        by({"holder", "user", "auditor"});
        if (auto n = map.get("ground"))
          step.ground = read_value<objects::Ground>(*n, map.row("ground"));
        break;
      case StepKind::witness:
        by({"coordinator", "auditor"});
        if (auto n = map.get("supports"))
          step.supports = read_value<objects::Side>(*n, map.row("supports"));
        break;
      case StepKind::surrender:
      case StepKind::renew:
      case StepKind::record:
      case StepKind::consume:
      case StepKind::withdraw:
      case StepKind::retract:
      case StepKind::pay:
      case StepKind::contest:
        break;
    }
  }

  void watched(const yaml::YamlNode& node) {
    KeyedMap map(node, "watch[]");
    WatchSpec out;
    if (auto n = map.get("expect")) out.expect = n->choice(map.row("expect").choices);
    expect_one_claim(map);
    if (auto n = map.find("owed_to")) {
      out.what = WatchSpec::What::parties;
      for (const yaml::YamlNode& item : n->items())
        out.parties.push_back(party(item, {"holder", "user"}));
      if (auto m = map.require("name")) assign(out.name, read_name(*m));
      if (auto m = map.require("currency")) assign(out.currency, m->text());
      if (auto m = map.require("at_most")) assign(out.at_most, read_any_money(*m));
    } else {
      rule_watched(map, node, out);
    }
    s_.script.watch.push_back(std::move(out));
  }

  /// One of the four keys says what is watched; the others have a meaning beside some of them.
  static void expect_one_claim(const KeyedMap& map) {
    std::string first;
    for (std::string_view key : {"goal", "always", "never", "owed_to"})
      if (auto n = map.find(key)) {
        if (!first.empty())
          n->complain(fmt::format("`{}` beside `{}`", key, first),
                      "one of goal, always, never and owed_to");
        if (first.empty()) first = key;
      }
    auto unused = [&](std::string_view key) {
      if (auto n = map.find(key))
        n->complain(fmt::format("`{}` has no meaning beside `{}`", key, first), "nothing");
    };
    if (first == "owed_to") {
      unused("rule");
    } else if (!first.empty()) {
      unused("currency");
      unused("at_most");
    }
    if (first == "goal") unused("name");
  }

  void rule_watched(const KeyedMap& map, const yaml::YamlNode& node, WatchSpec& out) {
    std::vector<std::string> names = rule_names(s_);
    if (auto n = map.get("rule")) {
      if (auto name = read_reference(*n, "rule", names)) out.rule = *name;
    } else if (!names.empty() && std::all_of(names.begin(), names.end(),
                                             [&](const auto& x) { return x == names.front(); })) {
      out.rule = names.front();
    } else if (!names.empty()) {
      node.complain("missing key `rule`", "the name of one of the rules");
    }
    auto claim = map.get("always");
    if (!claim && (claim = map.get("never"))) out.always = false;
    if (auto n = map.get(claim ? "name" : "goal"))
      assign(out.name, n->text());
    else
      node.complain(claim ? "missing key `name`" : "missing key `goal`",
                    "the name of a goal of the rule, or `name` with `always` or `never`");
    if (claim)
      read_claim(*claim, out);
    else
      expect_goal(node, out);
  }

  void expect_goal(const yaml::YamlNode& node, const WatchSpec& out) const {
    bool has = false;
    for (const ScenarioRule& r : s_.rules)
      for (const rules::Goal& g : r.rule.goals)
        has = has || (r.rule.name == out.rule && g.name == out.name);
    if (!has && !out.rule.empty() && !out.name.empty())
      node.complain(fmt::format("rule `{}` has no goal `{}`", out.rule, out.name),
                    "a goal of the rule, or `always: EXPR`");
  }

  /// An expression that every version of the rule can read.
  void read_claim(const yaml::YamlNode& node, WatchSpec& out) const {
    out.what = WatchSpec::What::claim;
    auto text = node.text();
    if (!text) return;
    out.claim = *text;
    auto make = [&](std::string what, std::string expected, int offset) {
      return node.problem(std::move(what), std::move(expected), offset);
    };
    for (const ScenarioRule& r : s_.rules) {
      if (r.rule.name != out.rule) continue;
      expr::ExprWorld world = r.rule.world;
      auto expr =
          expr::parse_expr(*text, expr::ExprPlace::goal, expr::ExprType::boolean, world, make);
      if (expr) continue;
      for (const Problem& p : expr.error()) node.complain(p.what, p.expected);
      return;
    }
  }

  Scenario& s_;
  std::map<std::string, std::string_view, std::less<>> parties_;  // by name: the role
  std::map<std::string, std::string_view, std::less<>> things_;   // by name: the kind of step
};

}  // namespace

std::string_view to_text(StepKind kind) { return kStepKinds[static_cast<std::size_t>(kind)]; }

void read_script(const yaml::YamlNode* steps, const yaml::YamlNode* watch, Scenario& scenario) {
  ScriptReader reader(scenario);
  if (steps != nullptr) reader.steps(*steps);
  if (watch != nullptr) reader.watch(*watch);
}

}  // namespace capmarket::scenarios
