// The editor's JSON Schema and the parser take the same files, as both come from one table. The
// validator is somebody else's: valijson.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <utility>

#include "scenarios/keys.h"
#include "scenarios/scenario.h"
#include "tests/scenarios/expect_problem.h"
#include "tests/support/json_schema.h"

namespace capmarket::scenarios {
namespace {

constexpr std::string_view kRuleText = R"(rule: NAME
version: 1
authority: eu/op
class: CLASS
scope: eu
effective: { from: 2026-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z }
granularity: 1min
unit: core
retention: 1y
currency: EUR
limits: { quantity: 1 .. 100, price: 0.00 .. 10.00, length: 1min .. 4h, lead: 0s .. 1d, skew: 5s }
coordination: { mode: none }
pricing: { mode: negotiated, floor: 1.00, cap: 4.00 }
tiers:
  - { name: best, rank: 20, eligible: true }
  - { name: rest, rank: 10, eligible: true }
fallback:
  - { name: none, substitution: none, notify_within: 1min, refund: 100%, penalty: 0% }
goals:
  - { name: delivered, never: failed }
)";

/// Every key in every of its modes, at least once.
constexpr std::string_view kEveryKey = R"(scenario: every
about: Every key.
study: terminating
start: 2026-01-15T16:00:00Z
duration: 6h
seed: { population: 3, dynamics: 4 }
signatures: mac
locations: { tree: eu, branching: [2, 2] }
authorities:
  - { name: eu/op, scope: eu, classes: [compute, link] }
  - { name: eu/0/op, scope: [eu/0], classes: [compute], parent: eu/op }
  - { name: other, scope: [eu], classes: [] }
classes:
  - { name: compute, unit: core, retention: 1y, granularity: 1min }
  - { name: link, unit: core, retention: 1y }
rules: [rule.yaml, link.yaml, { at: 3h, rule: rule.yaml }]
infrastructure:
  - { name: feeder, class: compute, authority: eu/op, locations: [eu/1], capacity: [{ from: 0s, quantity: 90 }] }
  - { name: cable, class: link, capacity: 30, peer: [wires.0, wires.1], split: 40% }
discovery: { mode: hybrid, directories: 2, lag: 1s, named: 12, named_in_parts: 64, answers: 3, many: 3, named_of_many: 40%, samples: 5 }
network: { latency: lognormal(80ms, 30ms), loss: 0.1%, duplicate: 0.05%, reorder: 1%, tries: 3, retry_after: 2s,
           links: [{ between: [eu/0, eu/1], latency: 200ms }], chain: eu/0,
           partitions: [{ from: 1h, until: 2h, between: [plants, firms] }] }
chain: { interval: 250ms, rule_ahead: 5s, follow: { lag: 3s }, clock_error: 10ms, promises: true, merge_delay: 30s, tick_ahead: 1h }
holders:
  - { name: plants, count: 5, kind: plant, groups: [a], place: eu, class: compute, strategy: prepublish, quantity: 50,
      window: 4h, ask: 1.00, rolling: { horizon: 2h, every: 30min }, outages: [{ from: 1h, until: 2h, share: 50% }], away: [{ from: 1h, until: 2h }], leaves: 3h, pricing: market, weight: 80%, share_reactive: 30%, displace_margin: 150%, pieces: 4, batch: true,
      budget: 100.00, credit: 5.00, pays: on-time, late_by: 2min, dispute: { above: 0.10 }, debtors: refuse,
      follow: { lag: 4s }, timeouts: { offer: 20s, signatures: 8s, payment: 6s },
      failure: { rate: 0.01/h, notice: exponential(300ms), detect: 2s, repair: 5min, late: 5% }, curtail: { at: 2h, by: 25% } }
  - { name: silent, count: 2, strategy: no-notice }
  - { name: wires, count: 2, class: link, strategy: scripted, quantity: 50 }
  - { name: site, count: 1, class: compute, strategy: scripted, quantity: 100 }
  - { name: plain, count: 1, class: compute, strategy: prepublish, quantity: 5, window: 4h, ask: 1.00,
      pricing: { cost-plus: 20% }, concession: { boulware: 3 } }
  - { name: scarce, count: 1, class: compute, strategy: prepublish, quantity: 5, window: 4h, ask: 1.00,
      pricing: { scarcity: 250% }, concession: { conceder: 2 } }
  - { name: learner, count: 1, class: compute, strategy: prepublish, quantity: 5, window: 4h, ask: 1.00,
      pricing: { zip: { margin: 10%, rate: 25%, momentum: 5%, spread: 1% } }, concession: linear }
users:
  - { name: firms, count: 20, kind: firm, groups: [b], class: compute, home: eu/0, tier: rest, arrivals: poisson(0.5/h),
      quantity: uniform(1, 3), length: [1h, 2h], lead: 5min, value: 2.00, partial: 70%, patience: 2min, weight: 5000,
      bundle: [{ class: link, tier: best, quantity: 250%, value: normal(1.00, 0.10) }], surrender: 3%, withdraw: 4%,
      pays: late, when_displaced: keep, when_failed: surrender, adaptations: 2, report: 5min, over_consume: 6%, displace_margin: 50%,
      budget: 50.00, credit: 1.00, dispute: { above: 0.20 }, away: [{ from: 1h, until: 2h }],
      follow: { lag: 5s }, timeouts: { offer: 6s, settlement: 7s, payment: 3s } }
  - { name: crowd, count: 3, class: compute, tier: best, arrivals: { burst: { at: 1h, size: 9 } }, quantity: 5,
      length: 1h, value: 2.00 }
  - { name: buyer, count: 1, class: compute, tier: [best, rest], arrivals: none }
  - { name: asker, count: 1, class: compute, tier: best, arrivals: poisson(1/h), quantity: 5, length: 1h, value: 2.00,
      bid: { shaded: 5% }, protocol: { quotes: 3 }, concession: { boulware: 4 }, bundle_tries: 2, surrender_ahead: 1s,
      start: earliest, start_within: 2h, late_by: 1min, split: { holders: false, time: false }, timeouts: { answers: 3s }, retry: { times: 2, after: 20s, factor: 150% } }
  - { name: regular, count: 1, class: compute, tier: best, arrivals: { renewal: uniform(5min, 10min) }, quantity: 5,
      length: 1h, value: 2.00 }
  - { name: daily, count: 1, class: compute, tier: best, arrivals: { profile: [{ from: 0h, rate: 0.5/h }, { from: 18h, rate: 2/h }] },
      quantity: 5, length: 1h, value: 2.00 }
  - { name: moody, count: 1, class: compute, tier: best, quantity: 5, length: 1h, value: 2.00,
      arrivals: { bursty: { calm: 0.5/h, busy: 9/h, calm_for: exponential(1h), busy_for: exponential(10min) } } }
  - { name: haggler, count: 1, class: compute, tier: best, arrivals: poisson(1/h), quantity: 5, length: 1h, value: 2.00,
      bid: { zip: { margin: 10%, rate: 25%, momentum: 5%, spread: 1% } }, concession: { conceder: 3 },
      protocol: { alternating-offers: { rounds: 4, opening: 60% } } }
auditors: [{ name: watchdog, authority: eu/op, sample: 5%, before_end: 1min }]
coordinators:
  - { name: desk, class: compute, scope: [eu/0, eu/1], authority: eu/op, delay: exponential(50ms), outage: 0.1%,
      follow: { lag: 6s }, timeouts: { settlement: 9s }, strategy: { slow: 20s } }
  - { name: friend, class: compute, scope: [eu/0], authority: eu/op, strategy: { partial: 25% }, favours: firms }
publishers: [{ name: gazette, every: 10min, rule: eu/compute }]
quota: { refusals: 50, period: 30min }
adversaries:
  - { attack: resubmission, count: 2, group: firms }
  - { attack: hoarding, count: 1, twin: true, factor: 300% }
  - { attack: wash-trades, count: 1, accomplice: plants, each: 4 }
  - { attack: selective-log, count: 1, favours: firms, share: 50%, delay: 10s }
reconciliation:
  - { name: pact, authorities: [eu/op, other], tiers: eu/compute, price: eu/compute, fallback: eu/compute }
revocations: [{ at: 4h, credential: holders.plants.4, effective: 1h, reason: key-stolen }]
trace: { requests: r.csv, holders: h.csv, import: { rows: 2, requests: 1, skipped: { none: 1 } } }
steps:
  - { declare: d, at: 1h, by: site, quantity: 100, from: 1h, until: 3h, expect: admitted }
  - { request: r, at: 1h, by: buyer, of: [d], quantity: 10, from: 2h, until: 3h, tier: best, price: 2.00,
      partial: true, open_until: 3h }
  - { settle: s, at: 1h, signed: 1h, request: r, of: d, quantity: 10, from: 2h, until: 3h, tier: best, price: 1.00,
      strategy: none, version: 1 }
  - { settle: t, at: 1h, request: r, of: d, replaces: s,
      displace: { compensation: 0.00, refund: 1.00 }, expect: { displaced: { s: 1 } } }
  - { settle: u, at: 1h, expect: { refused: [capacity] },
      legs: [{ request: r, of: d, quantity: 1, from: 2h, until: 3h, tier: best, price: 1.00, strategy: none,
               displace: { compensation: 1.00, refund: 0.00 }, replaces: s, version: 1 }] }
  - { renew: s, at: 2h }
  - { consume: s, at: 2h, quantity: 1, from: 2h, until: 3h }
  - { fail: s, at: 2h, by: user, quantity: 1, from: 2h, until: 3h, failed: 2h }
  - { record: s, at: 2h }
  - { surrender: s, at: 2h, quantity: 1, from: 2h, until: 3h }
  - { withdraw: r, at: 2h }
  - { pay: buyer, at: 2h }
  - { curtail: d, at: 2h, quantity: 1, from: 2h, until: 3h }
  - { retract: d, at: 2h }
  - { dispute: s, at: 2h, by: watchdog, ground: rule-misapplied }
  - { contest: s, at: 2h }
  - { witness: s, at: 2h, by: watchdog, supports: claim }
  - { revoke: buyer, at: 2h, effective: 1h }
watch:
  - { goal: delivered, rule: eu/compute, expect: held }
  - { always: failed, name: fails, rule: eu/compute }
  - { never: failed, name: works, rule: eu/compute }
  - { owed_to: [site, buyer], name: made, currency: EUR, at_most: 1.00 }
)";

using testing::SchemaValidator;
using TestJson = nlohmann::json;

class ScenarioSchema : public ::testing::Test {
 protected:
  ScenarioSchema() {
    auto rule = [](std::string text, std::string_view name, std::string_view class_name) {
      text.replace(text.find("NAME"), 4, name);
      return text.replace(text.find("CLASS"), 5, class_name);
    };
    folder_.write("rule.yaml", rule(std::string(kRuleText), "eu/compute", "compute"));
    folder_.write("link.yaml", rule(std::string(kRuleText), "eu/link", "link"));
    folder_.write("r.csv",
                  "user,kind,tier,class,quantity,from,until,issue_at,max_price,partial\n"
                  "u1,user,rest,compute,1,1800000000000000000,1800003600000000000,"
                  "1800000000000000000,1.00,true\n");
    folder_.write("h.csv",
                  "name,location,class,quantity,from,until,strategy,ask\n"
                  "a,eu/1/1,compute,5,1800000000000000000,1800003600000000000,prepublish,1.00\n");
    every_ = testing::json_of_yaml(std::string(kEveryKey));
  }

  Result<Scenario> load(const TestJson& document) {
    return load_scenario(folder_.write("every.yaml", document.dump(1)), {}, {});
  }

  testing::ScratchFolder folder_;
  SchemaValidator schema_{scenario_schema()};
  TestJson every_;
};

/// The maps at a place of the document, as pointers into it.
std::vector<TestJson*> maps_at(TestJson& document, std::string_view place) {
  std::vector<TestJson*> found{&document};
  while (!place.empty()) {
    std::string_view part = place.substr(0, place.find('.'));
    place.remove_prefix(std::min(place.size(), part.size() + 1));
    const bool list = part.ends_with("[]");
    if (list) part.remove_suffix(2);
    std::vector<TestJson*> below;
    for (TestJson* map : found) {
      auto at = map->is_object() ? map->find(std::string(part)) : map->end();
      if (at == map->end() || !map->is_object()) continue;
      if (!list) below.push_back(&*at);
      if (list && at->is_array())
        for (TestJson& item : *at) below.push_back(&item);
    }
    found = std::move(below);
  }
  std::erase_if(found, [](const TestJson* map) { return !map->is_object(); });
  return found;
}

/// What decides which keys of the map have a meaning.
std::string mode_of(const TestJson& map, std::string_view place) {
  if (place == "holders[]") return map["strategy"];
  if (place == "users[]") {
    std::string text = map["arrivals"].is_object() ? map["arrivals"].begin().key()
                                                   : map["arrivals"].get<std::string>();
    return text.substr(0, text.find('('));
  }
  if (place != "steps[]") return {};
  if (map.contains("settle")) return "settle";
  for (std::string_view kind : kStepKinds)
    if (map.contains(kind)) return std::string(kind);
  return {};
}

/// The maps that have the key, in a mode of the row.
std::vector<TestJson*> maps_with(TestJson& document, const ScenarioKey& k) {
  std::vector<TestJson*> out = maps_at(document, k.place);
  std::erase_if(out, [&](const TestJson* map) {
    return !map->contains(k.key) || !k.used_in(mode_of(*map, k.place));
  });
  return out;
}

using Values = std::vector<TestJson>;
const TestJson kNone = TestJson::array(), kStranger = {{"unheard-of", 1}};
const std::map<KeyForm, Values> kWrong = {
    {KeyForm::name, Values{"no name!", std::string(65, 'x'), kNone}},
    {KeyForm::rule_name, Values{"a, b", std::string(65, 'x'), kNone}},
    {KeyForm::text, Values{kStranger}},
    {KeyForm::reference, Values{kStranger}},
    {KeyForm::file, Values{kStranger}},
    {KeyForm::expression, Values{kStranger}},
    {KeyForm::tiers, Values{kStranger}},
    {KeyForm::credential, Values{"holders.plants", "plants.0", kNone}},
    {KeyForm::path, Values{"eu//0", kNone}},
    {KeyForm::place, Values{"eu//0", kNone}},
    {KeyForm::boolean, Values{"maybe", 1}},
    {KeyForm::units, Values{"1", 1.5, kNone}},
    {KeyForm::choice, Values{"neither", kNone}},
    {KeyForm::time, Values{"2026-01-01", "1h", kNone}},
    {KeyForm::duration, Values{"-1s", "5", 5, "5 s", kNone}},
    {KeyForm::positive_duration, Values{"0s", "-1s", "5", kNone}},
    {KeyForm::moment, Values{"soon", 5, kNone}},
    {KeyForm::money, Values{"cheap", "1.00001", kNone}},
    {KeyForm::sum, Values{"cheap", "1.00001", "-0.01", -1, kNone}},
    {KeyForm::share, Values{"101%", 1.5, -0.5, "a lot", kNone}},
    {KeyForm::margin, Values{"10000.01%", 100.5, -0.5, "a lot", kNone}},
    {KeyForm::weight, Values{"101%", 10'001, -1, "0.5", kNone}},
    {KeyForm::rate, Values{"0/h", "1", "1/s", kNone}},
    {KeyForm::durations,
     Values{"soon", "-1s", "uniform(1s)", "exponential(5)", kNone, TestJson::array({"soon"})}},
    {KeyForm::quantities,
     Values{"some", -1, 1.5, "normal(1, 1.5)", kNone, TestJson::array({"some"})}},
    {KeyForm::prices, Values{"cheap", -1, "uniform(1.00)", kNone, TestJson::array({-1})}},
    {KeyForm::rule_names, Values{"a", TestJson::array({"a, b"})}},
    {KeyForm::integers, Values{1, TestJson::array({0}), TestJson::array({"x"})}},
    {KeyForm::paths, Values{"eu", kNone, TestJson::array({"eu//0"})}},
    {KeyForm::scope, Values{"eu//0", kNone, TestJson::array({"eu//0"})}},
    {KeyForm::locations, Values{"eu", kNone, TestJson::array({"eu//0"}), kStranger}},
    {KeyForm::rules, Values{"rule.yaml", kNone, TestJson::array({kStranger})}},
    {KeyForm::schedule, Values{"much", -1, kNone, TestJson::array({kStranger})}},
    {KeyForm::steps, Values{kNone, kStranger, TestJson::array({kStranger})}},
    {KeyForm::arrivals, Values{"poisson(0.5)", "poisson(0/h)", "often", kStranger}},
    {KeyForm::strategy, Values{"neither", kNone, kStranger}},
    {KeyForm::part_quantity, Values{"0%", 0, "some", kNone}},
    {KeyForm::expectation, Values{"perhaps", kNone, kStranger}},
    {KeyForm::counts, Values{1, TestJson{{"none", -1}}}},
    {KeyForm::map, Values{kNone, 1, kStranger}},
    {KeyForm::list, Values{1, TestJson::object(), TestJson::array({kStranger})}},
    {KeyForm::integer, Values{"1", 1.5, kNone}},
    {KeyForm::references, Values{"a", kStranger}}};

/// What is none of the key's form, or outside its bounds.
std::vector<TestJson> wrong_values(const ScenarioKey& k) {
  Values out = kWrong.at(k.form);
  if (k.form == KeyForm::integer) {
    if (k.least > -kWireMax) out.emplace_back(k.least - 1);
    if (k.most < kWireMax) out.emplace_back(k.most + 1);
  }
  const bool items = k.form == KeyForm::list || k.form == KeyForm::references;
  if (items && k.least > 0) out.push_back(kNone);
  if (k.form == KeyForm::list && k.most < kWireMax)
    out.push_back(TestJson(static_cast<std::size_t>(k.most + 1), TestJson::object()));
  return out;
}

std::vector<std::string> scenario_files() {
  std::vector<std::string> out;
  for (const char* folder : {"/scenarios/packs", "/tests"})
    for (const auto& entry : std::filesystem::recursive_directory_iterator(source_dir() + folder))
      if (entry.path().extension() == ".yaml" &&
          ("\n" + testing::content_of(entry.path().string())).find("\nscenario: ") !=
              std::string::npos)
        out.push_back(entry.path().string());
  std::sort(out.begin(), out.end());
  return out;
}

TEST_F(ScenarioSchema, is_the_file_that_ships) {
  testing::expect_golden(source_dir() + "/scenarios/schema/scenario.schema.json",
                         scenario_schema().dump(2) + "\n");
}

TEST_F(ScenarioSchema, takes_every_scenario_of_the_tree) {
  int taken = 0;
  for (const std::string& file : scenario_files()) {
    if (!load_scenario(file, {}, {})) continue;
    EXPECT_EQ(schema_.complaint(testing::content_of(file)), "") << file;
    ++taken;
  }
  EXPECT_GE(taken, 16);
}

TEST_F(ScenarioSchema, takes_every_key) {
  expect_value(load(every_));
  EXPECT_EQ(schema_.complaint(std::string(kEveryKey)), "");
  for (const ScenarioKey& k : scenario_keys())
    EXPECT_FALSE(maps_with(every_, k).empty()) << k.path << " is not in the document";
}

TEST_F(ScenarioSchema, refuses_wrong_forms_as_the_parser_does) {
  for (const ScenarioKey& k : scenario_keys())
    for (const TestJson& wrong : wrong_values(k)) {
      TestJson document = every_;
      (*maps_with(document, k).front())[std::string(k.key)] = wrong;
      EXPECT_FALSE(load(document).has_value()) << k.path << ": " << wrong;
      EXPECT_NE(schema_.complaint_of(document), "") << k.path << ": " << wrong;
    }
}

TEST_F(ScenarioSchema, refuses_unknown_keys_as_the_parser_does) {
  std::string_view place = "-";
  for (const ScenarioKey& k : scenario_keys()) {
    if (std::exchange(place, k.place) == k.place) continue;
    for (std::size_t i = 0; i < maps_at(every_, place).size(); ++i) {
      TestJson document = every_;
      (*maps_at(document, place)[i])["unheard-of"] = 1;
      auto loaded = load(document);
      ASSERT_FALSE(loaded.has_value()) << place;
      EXPECT_THAT(to_text(loaded.error()), ::testing::HasSubstr("unknown key `unheard-of`"));
      EXPECT_NE(schema_.complaint_of(document), "") << place;
    }
  }
}

TEST_F(ScenarioSchema, misses_required_keys_as_the_parser_does_and_no_others) {
  int required = 0;
  for (const ScenarioKey& k : scenario_keys())
    for (std::size_t i = 0; i < maps_with(every_, k).size(); ++i) {
      TestJson document = every_;
      TestJson& map = *maps_with(document, k)[i];
      const bool needed = k.required_in(mode_of(map, k.place));
      map.erase(std::string(k.key));
      required += needed ? 1 : 0;
      const bool loads = load(document).has_value();
      const std::string complaint = schema_.complaint_of(document);
      // Whatever is not required may be missed by what names it, and by the parser alone.
      EXPECT_TRUE(!needed || (!loads && !complaint.empty())) << k.path << ": " << complaint;
      EXPECT_TRUE(!loads || complaint.empty()) << k.path << ": " << complaint;
    }
  EXPECT_GT(required, 100);
}

TEST_F(ScenarioSchema, wants_holders_and_users_or_a_trace) {
  for (const char* gone : {"holders", "users", "trace"}) {
    TestJson small = {{"holders", TestJson::array()}, {"users", TestJson::array()}};
    for (const ScenarioKey& k : scenario_keys())
      if (k.place.empty() && k.need == KeyNeed::required)
        small[std::string(k.key)] = every_[std::string(k.key)];
    small["rules"] = {"rule.yaml", "link.yaml"};
    if (std::string_view(gone) != "trace") small.erase(gone);
    EXPECT_EQ(load(small).has_value(), std::string_view(gone) == "trace") << gone;
    EXPECT_EQ(schema_.complaint_of(small).empty(), std::string_view(gone) == "trace") << gone;
    small["trace"] = every_["trace"];
    EXPECT_TRUE(load(small).has_value()) << gone;
    EXPECT_EQ(schema_.complaint_of(small), "") << gone;
    small.erase("holders");
    small["trace"].erase("holders");
    EXPECT_FALSE(load(small).has_value()) << gone;
    EXPECT_NE(schema_.complaint_of(small), "") << gone;
  }
}

TEST_F(ScenarioSchema, has_the_defaults_that_the_parser_takes) {
  int compared = 0;
  for (const ScenarioKey& k : scenario_keys()) {
    // A step keeps what it says: `by: holder` is another text of the same step.
    if (k.value.empty() || !k.modes.empty()) continue;
    TestJson with = every_, without = every_;
    if (k.path == "chain.promises")  // what is refused without it
      with["chain"].erase("merge_delay"), without["chain"].erase("merge_delay");
    std::string key(k.key);
    TestJson& value = (*maps_with(with, k).front())[key];
    value = k.form == KeyForm::integer   ? TestJson::parse(k.value)
            : k.form == KeyForm::boolean ? TestJson(k.value == "true")
                                         : TestJson(k.value);
    maps_with(without, k).front()->erase(key);
    EXPECT_EQ(canonical_json(expect_value(load(with))), canonical_json(expect_value(load(without))))
        << k.path;
    ++compared;
  }
  EXPECT_GE(compared, 38);
}

TEST(ScenarioKeys, have_a_line_each_in_the_table_for_people) {
  std::string table = scenario_keys_table();
  for (const ScenarioKey& k : scenario_keys())
    EXPECT_THAT(table, ::testing::HasSubstr("| `" + std::string(k.path) + "` | "));
  auto lines = std::count(table.begin(), table.end(), '\n');
  EXPECT_GT(lines, static_cast<std::ptrdiff_t>(scenario_keys().size()));
}

}  // namespace
}  // namespace capmarket::scenarios
