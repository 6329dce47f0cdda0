#include "scenarios/imports/mapping.h"

#include "tests/scenarios/expect_problem.h"

namespace capmarket::imports {
namespace {

const std::string kMapping = testing::source_text("tests/scenarios/imports/mapping.yaml");

Result<Mapping> parse(std::string_view text) { return parse_mapping("m.yaml", std::string(text)); }

/// The mapping with one piece of it replaced.
Result<Mapping> parse_with(std::string_view piece, std::string_view by) {
  return parse(testing::edited(kMapping, piece, by));
}

TEST(Mappings, read_columns_conditions_and_products) {
  Mapping m = scenarios::expect_value(parse(kMapping));
  EXPECT_EQ(m.name, "small");
  EXPECT_EQ(m.lead, Duration(10 * kNanosPerSecond));
  EXPECT_TRUE(m.partial);
  ASSERT_EQ(m.requests.quantity.size(), 2u);
  EXPECT_EQ(m.requests.quantity[0].when->kind, ConditionKind::above);
  EXPECT_EQ(m.requests.quantity[0].when->bound, 15'000);
  EXPECT_EQ(m.requests.quantity[0].factors[0].column->name, "n");
  EXPECT_EQ(m.requests.quantity[0].factors[1].constant, 10'000'000);
  ASSERT_EQ(m.requests.tiers.size(), 2u);
  EXPECT_EQ(m.requests.tiers[0].cell, "A");
  EXPECT_EQ(m.requests.tiers[0].tier, (ImportTier{"best", 2}));
  EXPECT_EQ(m.requests.skip[0].reason, "none-asked");
}

TEST(Mappings, read_holders_without_a_table_and_one_tier_for_all) {
  Mapping m = scenarios::expect_value(parse_with("{ name: node, quantity: { product: [gpus, 1000] } }",
                                      "{ count: 4, quantity: 8000 }"));
  EXPECT_EQ(m.holders.count, 4);
  EXPECT_EQ(m.holders.each, 8000);
  m = scenarios::expect_value(parse_with(
      "{ column: qos, names: { A: { name: best, rank: 2 }, B: { name: rest, rank: 1 } } }",
      "{ name: batch, rank: 1 }"));
  EXPECT_FALSE(m.requests.tier);
  EXPECT_EQ(m.requests.tiers[0].tier.name, "batch");
}

TEST(Mappings, refuse_what_has_no_meaning_at_its_place) {
  scenarios::expect_problem(parse_with("  from: start", "  from: start\n  colour: red"), 12, 3,
                 "unknown key `colour`");
  scenarios::expect_problem(parse_with("  until: end", "  until: end\n  length: l"), 7, 3,
                 "both `until` and `length`");
  scenarios::expect_problem(parse_with("above: 1.5", "above: many"), 9, 35, "money like");
  scenarios::expect_problem(parse_with("above: 1.5", "above: 1, below: 3"), 9, 15, "several tests");
  scenarios::expect_problem(parse_with(", equals: 0", ""), 14, 10, "without a test");
  scenarios::expect_problem(parse_with("epoch: 2023-01-01T00:00:00Z", "epoch: monday"), 4, 25, "a time like");
  scenarios::expect_problem(parse_with("unit: s,", "unit: weeks,"), 4, 15, "one of");
  scenarios::expect_problem(parse_with("product: [n, milli]", "product: []"), 10, 18,
                 "a product of 0 factors");
  scenarios::expect_problem(parse_with("rank: 1 }", "rank: 2 }"), 13, 31, "neither the same nor different");
  scenarios::expect_problem(parse_with("when: { column: n, above: 1.5 }, ", ""), 9, 7, "never reached");
  scenarios::expect_problem(parse_with("unit: s, epoch", "unit: rfc3339, epoch"), 4, 31, "no `epoch`");
}

TEST(Mappings, refuse_names_that_a_rule_could_not_have_and_places_without_room) {
  scenarios::expect_problem(parse_with("class: gpu", "class: " + std::string(65, 'g')), 2, 8, "at most 64");
  EXPECT_TRUE(parse_with("class: gpu", "class: " + std::string(64, 'g')));
  scenarios::expect_problem(parse_with("class: gpu", "class: gpu\nplace: " + std::string(191, 'p')), 3, 8,
                 "too long");
  EXPECT_TRUE(parse_with("class: gpu", "class: gpu\nplace: " + std::string(190, 'p')));
}

TEST(Mappings, refuse_a_missing_key) {
  scenarios::expect_problem(parse_with("class: gpu\n", ""), 1, 1, "missing key `class`");
  scenarios::expect_problem(parse_with(", epoch: 2023-01-01T00:00:00Z", ""), 4, 7, "missing key `epoch`");
}

TEST(Mappings, all_that_are_shipped_are_read) {
  int count = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(scenarios::source_dir() + "/scenarios/mappings")) {
    auto text = yaml::read_file(entry.path().string());
    ASSERT_TRUE(text);
    EXPECT_TRUE(parse_mapping(entry.path().string(), *text)) << entry.path();
    ++count;
  }
  EXPECT_GE(count, 1);
}

}  // namespace
}  // namespace capmarket::imports
