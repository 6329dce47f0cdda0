#include <nlohmann/json.hpp>

#include "scenarios/scenario.h"
#include "tests/scenarios/expect_problem.h"

namespace capmarket::scenarios {
namespace {

const std::string kRule = testing::source_text("tests/scenarios/small/rule.yaml");

const std::string kScenario = testing::source_text("tests/scenarios/small/small.yaml");

class LoadTest : public ::testing::Test {
 protected:
  using Sets = std::vector<std::pair<std::string, std::string>>;

  /// The scenario with a piece of it, or of its rule, replaced.
  Result<Scenario> load(std::string_view piece = {}, std::string_view by = {},
                        const Sets& sets = {}, const std::vector<std::string>& rules = {}) {
    auto edited = [&](const std::string& text) {
      return text.find(piece) == text.npos ? text : testing::edited(text, piece, by);
    };
    folder_.write("rule.yaml", edited(kRule));
    return load_scenario(folder_.write("small.yaml", edited(kScenario)), sets, rules);
  }

  testing::ScratchFolder folder_;
};

TEST_F(LoadTest, reads_every_part) {
  Scenario s = expect_value(load());
  EXPECT_EQ(s.name, "small");
  EXPECT_EQ(s.duration, Duration(2 * kNanosPerHour));
  EXPECT_EQ(s.signatures, crypto::Scheme::ed25519);
  ASSERT_EQ(s.locations.leaves.size(), 6u);
  EXPECT_EQ(s.locations.leaves[4].path, "eu/1/1");
  EXPECT_EQ(s.classes[0].granularity, Duration(kNanosPerSecond));
  EXPECT_EQ(s.rules[0].rule.tiers[0].name, "best");
  EXPECT_EQ(s.latency.kind, DistributionKind::lognormal);
  ASSERT_EQ(s.users.size(), 2u);
  EXPECT_EQ(s.users[0].groups, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(s.users[0].arrivals.rate_per_hour, 5'000);
  EXPECT_EQ(s.users[0].partial, 7'000);
  EXPECT_EQ(s.users[0].lead, Distribution::constant(10 * kNanosPerSecond));
  EXPECT_EQ(s.users[0].class_name, "compute");
  EXPECT_EQ(s.users[1].arrivals.kind, ArrivalKind::burst);
  EXPECT_EQ(s.users[1].arrivals.size, 9);
  EXPECT_EQ(s.adversaries[0].count, 23);
}

TEST_F(LoadTest, gives_a_misbehaving_group_what_the_group_above_has) {
  Scenario s = expect_value(load());
  ASSERT_EQ(s.holders.size(), 2u);
  EXPECT_EQ(s.holders[1].strategy, HolderStrategy::over_sell);
  EXPECT_EQ(s.holders[1].name, "double");
  EXPECT_EQ(s.holders[1].count, 2);
  EXPECT_EQ(s.holders[1].quantity, Distribution::constant(50));
  EXPECT_EQ(s.holders[1].window, Duration(4 * kNanosPerHour));
  EXPECT_EQ(s.holders[1].place->path, "eu/1");
}

TEST_F(LoadTest, knows_the_nodes_of_its_location_tree) {
  Scenario s = expect_value(load());
  for (const char* path : {"eu", "eu/0", "eu/1/2"}) EXPECT_TRUE(s.locations.knows({path})) << path;
  for (const char* path : {"e", "eu/2", "eu/1/2/0", "eu/1/3"})
    EXPECT_FALSE(s.locations.knows({path})) << path;
}

TEST_F(LoadTest, sets_values_by_path) {
  Scenario s =
      expect_value(load({}, {}, {{"users.firms.count", "7"}, {"adversaries.0.count", "1"}}));
  EXPECT_EQ(s.users[0].count, 7);
  EXPECT_FALSE(load({}, {}, {{"users.nobody.count", "7"}}));
}

TEST_F(LoadTest, replaces_the_rule_of_the_same_name) {
  std::string other = folder_.write("other.yaml", testing::edited(kRule, "tariff: 1.00", "tariff: 3.00"));
  Scenario s = expect_value(load({}, {}, {}, {other}));
  EXPECT_EQ(s.rules[0].rule.pricing.tariff, Money(30'000));
  EXPECT_EQ(s.rules[0].file, other);
  std::string stranger = folder_.write("x.yaml", testing::edited(kRule, "rule: eu/compute", "rule: eu/x"));
  expect_problem(load({}, {}, {}, {stranger}), 0, 0, "no rule `eu/x`");
}

TEST_F(LoadTest, refuses_unknown_and_missing_keys) {
  expect_problem(load("about: One line.", "colour: red"), 2, 1, "unknown key `colour`");
  expect_problem(load("duration: 2h\n", ""), 1, 1, "missing key `duration`");
  expect_problem(load("80ms, 30ms) }", "80ms, 30ms), lost: 1% }"), 9, 44, "unknown key `lost`");
}

TEST_F(LoadTest, refuses_references_to_what_is_not_there) {
  expect_problem(load("tier: rest,", "tier: gold,"), 14, 53, "unknown tier `gold`");
  expect_problem(load("classes: [compute]", "classes: [steam]"), 7, 51, "unknown class `steam`");
  expect_problem(load("place: eu/1", "place: eu/7"), 11, 38, "not in the location tree");
  expect_problem(load("scope: eu, ", "scope: us, "), 7, 37, "not in the location tree");
  expect_problem(load("authority: eu/op", "authority: eu/xx"), 8, 9, "`eu/xx`");
  expect_problem(load("unit: core, retention", "unit: kW, retention"), 8, 9, "the same unit");
  expect_problem(load("scope: eu, ", "scope: eu/0, "), 8, 9,
                 "does not govern class `compute` in `eu`");
  expect_problem(load("[rule.yaml]", "[missing.yaml]"), 8, 9, "missing.yaml");
}

TEST_F(LoadTest, refuses_doubles_and_nonsense) {
  expect_problem(load("name: double", "name: sites"), 12, 13, "another group is named `sites`");
  expect_problem(load("[rule.yaml]", "[rule.yaml, rule.yaml]"), 8, 20, "another rule is named");
  expect_problem(load("poisson(0.5/h)", "poisson(0.5)"), 14, 69, "poisson(0.5/h), per user");
  expect_problem(load("poisson(0.5/h)", "poisson(0/h)"), 14, 69, "poisson(0.5/h), per user");
  expect_problem(load("partial: 70%", "partial: 170%"), 14, 138, "0% to 100%");
  expect_problem(load("count: 23", "count: 24"), 16, 48,
                 "24 adversaries among 23 users who ask by themselves");
  expect_problem(load("branching: [2, 3]", "branching: [2000, 3000]"), 5, 42, "too many places");
  expect_problem(load("strategy: prepublish, quantity: 50", "strategy: prepublish"), 11, 5,
                 "missing key `quantity`");
}

TEST_F(LoadTest, reads_promises_and_refuses_a_delay_without_them) {
  Scenario s = expect_value(load());
  EXPECT_FALSE(s.promises);
  s = expect_value(load("network:", "chain: { promises: true }\nnetwork:"));
  EXPECT_TRUE(s.promises);
  EXPECT_EQ(s.merge_delay, Duration(60 * kNanosPerSecond));
  s = expect_value(load("network:", "chain: { promises: true, merge_delay: 2s }\nnetwork:"));
  EXPECT_EQ(s.merge_delay, Duration(2 * kNanosPerSecond));
  expect_problem(load("network:", "chain: { merge_delay: 2s }\nnetwork:"), 9, 23,
                 "a delay without promises");
  expect_problem(load("network:", "chain: { promises: false, merge_delay: 2s }\nnetwork:"), 9, 40,
                 "a delay without promises");
  expect_problem(load("network:", "chain: { promises: true, merge_delay: 0s }\nnetwork:"), 9, 39,
                 "at least 1ns");
}

TEST_F(LoadTest, reads_how_far_ahead_a_tick_may_be) {
  EXPECT_FALSE(expect_value(load()).tick_ahead.has_value());
  Scenario s = expect_value(load("network:", "chain: { tick_ahead: 90s }\nnetwork:"));
  EXPECT_EQ(s.tick_ahead, Duration(90 * kNanosPerSecond));
  EXPECT_NE(canonical_json(s).find(R"("tick_ahead":"90s")"), std::string::npos);
  EXPECT_EQ(canonical_json(expect_value(load())).find("tick_ahead"), std::string::npos);
  expect_problem(load("network:", "chain: { tick_ahead: 0s }\nnetwork:"), 9, 22, "at least 1ns");
  expect_problem(load("network:", "chain: { tick_ahead: 7ms }\nnetwork:"), 9, 22,
                 "more than a 1000000th of `duration`");
  EXPECT_TRUE(load("network:", "chain: { tick_ahead: 8ms }\nnetwork:")) << "of two hours";
}

TEST_F(LoadTest, reads_the_quota_of_refusals) {
  const Scenario usual = expect_value(load());
  EXPECT_EQ(usual.quota.refusals, objects::RefusalQuota().refusals);
  EXPECT_EQ(usual.quota.period, objects::RefusalQuota().period);
  Scenario s = expect_value(load("network:", "quota: { refusals: 3, period: 10min }\nnetwork:"));
  EXPECT_EQ(s.quota.refusals, 3);
  EXPECT_EQ(s.quota.period, Duration(600 * kNanosPerSecond));
  EXPECT_NE(canonical_json(s).find(R"("quota":{"period":"10min","refusals":3})"),
            std::string::npos);
  expect_problem(load("network:", "quota: { refusals: 0 }\nnetwork:"), 9, 20,
                 "1 to 4611686018427387903");
  expect_problem(load("network:", "quota: { period: 0s }\nnetwork:"), 9, 18, "at least 1ns");
  expect_problem(load("network:", "quota: { number: 3 }\nnetwork:"), 9, 10, "refusals");
}

TEST_F(LoadTest, has_a_canonical_text_that_tells_of_promises_where_there_are_any) {
  auto chain_of = [&](const std::string& keys) {
    Scenario s = expect_value(load("network:", "chain: { " + keys + " }\nnetwork:"));
    return nlohmann::json::parse(canonical_json(s))["chain"];
  };
  EXPECT_EQ(chain_of("promises: false").size(), 4u)
      << "interval, clock error, rule ahead, follow: of promises nothing";
  EXPECT_EQ(chain_of("promises: true")["merge_delay"], "1min");
}

TEST_F(LoadTest, reports_problems_of_scenario_and_rule_in_one_go) {
  folder_.write("rule.yaml", testing::edited(kRule, "rank: 20", "rank: high"));
  auto result = load_scenario(
      folder_.write("small.yaml", testing::edited(kScenario, "duration: 2h", "duration: long")), {}, {});
  ASSERT_FALSE(result);
  EXPECT_THAT(to_text(result.error()), ::testing::HasSubstr("small.yaml:4:11"));
  EXPECT_THAT(to_text(result.error()), ::testing::HasSubstr("rule.yaml:15:"));
}

TEST_F(LoadTest, reads_what_is_studied) {
  EXPECT_EQ(expect_value(load("about: One line.", "study: steady-state")).study,
            Study::steady_state);
  EXPECT_EQ(expect_value(load()).study, Study::terminating);
}

TEST_F(LoadTest, wants_a_coordinator_where_a_rule_asks_for_its_signature) {
  for (const char* mode : {"{ mode: single }", "{ mode: sharded, by: 2 }"})
    expect_problem(load("{ mode: none }", mode), 8, 8, "no coordinator in `eu`");
  expect_value(load("{ mode: none }", "{ mode: peer }"));
}

TEST_F(LoadTest, has_a_canonical_text_that_changes_with_what_counts_only) {
  std::string before = canonical_json(expect_value(load()));
  EXPECT_EQ(before, canonical_json(expect_value(load())));
  auto json = nlohmann::json::parse(before);
  EXPECT_EQ(json["duration"], "2h");
  EXPECT_EQ(json["rules"][0]["rule"], "eu/compute");
  EXPECT_EQ(before, canonical_json(expect_value(load("duration: 2h", "duration: 120min  # same"))));
  for (auto [piece, by] : {std::pair("tariff: 1.00", "tariff: 2.00"),
                           {"count: 10", "count: 11"},
                           {"length: [1h, 2h]", "length: [1h, 3h]"},
                           {"partial: 70%", "partial: 71%"},
                           {"80ms", "81ms"},
                           {"size: 9", "size: 8"}})
    EXPECT_NE(before, canonical_json(expect_value(load(piece, by)))) << piece;
}

TEST_F(LoadTest, checks_a_trace_against_classes_tiers_and_places) {
  constexpr std::string_view kHeader =
      "user,kind,tier,class,quantity,from,until,issue_at,max_price,partial\n";
  constexpr std::string_view kTrace =
      "trace: { requests: r.csv, holders: h.csv, import: { rows: 3, requests: 2, skipped: { none: "
      "2 } } }";
  folder_.write("r.csv", std::string(kHeader) +
                             "u1,user,rest,compute,1,1800000000000000000,1800000000000000001,"
                             "1800000000000000000,1.00,true\n"
                             "u2,user,gold,steam,1,20,30,10,1.00,true\n"
                             "u3,user,gold,compute,1,20,30,10,1.00,true\n");
  folder_.write("h.csv",
                "name,location,class,quantity,from,until,strategy,ask\n"
                "a,eu/1/1,compute,5,10,20,prepublish,1.00\n"
                "a,eu/7/1,steam,5,10,20,prepublish,1.00\n");
  auto result = load("adversaries: [{ attack: tier-inflation, count: 23 }]", kTrace);
  expect_problem(result, 16, 51, "3 rows, but 4 accounted for");
  expect_problem(result, 3, 14, "unknown class `steam`");
  expect_problem(result, 4, 9, "unknown tier `gold`");
  expect_problem(result, 3, 28, "before the scenario starts");
  expect_problem(result, 3, 1, "another holder is named `a`");
  expect_problem(result, 3, 3, "`eu/7/1` is not in the location tree");
  expect_problem(result, 3, 10, "unknown class `steam`");
  EXPECT_EQ(result.error().size(), 8u);
}

TEST(Packs, the_quickstart_loads_and_can_run) {
  Scenario s =
      expect_value(load_scenario(source_dir() + "/scenarios/packs/quickstart.yaml", {}, {}));
  std::int64_t holders = 0, users = 0;
  for (const HolderGroup& g : s.holders) holders += g.count;
  for (const UserGroup& g : s.users) users += g.count;
  EXPECT_EQ(holders, 2000);
  EXPECT_EQ(users, 5000);
  ASSERT_EQ(s.rules.size(), 1u);
  EXPECT_EQ(s.rules[0].rule.tiers.size(), 3u);
}

}  // namespace
}  // namespace capmarket::scenarios
