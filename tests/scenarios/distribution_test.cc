#include "scenarios/distribution.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "model/base/integers.h"
#include "tests/scenarios/expect_problem.h"

namespace capmarket::scenarios {
namespace {

constexpr auto kDuration = DistributionUnit::duration;
constexpr auto kMoney = DistributionUnit::money;
constexpr auto kQuantity = DistributionUnit::quantity;

TEST(Distributions, count_in_the_base_unit_of_what_is_drawn) {
  EXPECT_EQ(expect_value(parse_distribution("lognormal(80ms, 30ms)", kDuration)),
            (Distribution{DistributionKind::lognormal, 80'000'000, 30'000'000, {}, kDrawnDurationMax}));
  EXPECT_EQ(expect_value(parse_distribution(" exponential( 2s ) ", kDuration)),
            (Distribution{DistributionKind::exponential, 2 * kNanosPerSecond, 0, {}, kDrawnDurationMax}));
  EXPECT_EQ(expect_value(parse_distribution("normal(60.00, 15)", kMoney)),
            (Distribution{DistributionKind::normal, 600'000, 150'000, {}}));
  EXPECT_EQ(expect_value(parse_distribution("uniform(1, 9)", kQuantity)),
            (Distribution{DistributionKind::uniform, 1, 9, {}}));
  EXPECT_EQ(expect_value(parse_distribution("500", kQuantity)), Distribution::constant(500));
}

TEST(Distributions, know_their_bounds) {
  auto bounds = [](std::string_view text) {
    const Distribution d = *parse_distribution(text, DistributionUnit::quantity);
    return std::pair(d.smallest(), d.largest());
  };
  using Bounds = std::pair<std::int64_t, std::int64_t>;
  EXPECT_EQ(bounds("7"), (Bounds{7, 7}));
  EXPECT_EQ(bounds("uniform(3, 9)"), (Bounds{3, 9}));
  for (const char* open : {"exponential(5)", "normal(5, 1)", "lognormal(5, 1)"})
    EXPECT_EQ(bounds(open), (Bounds{0, kDrawMax})) << open;
  Distribution choice;
  choice.kind = DistributionKind::choice;
  choice.choices = {4, 2, 8};
  EXPECT_EQ(choice.smallest(), 2);
  EXPECT_EQ(choice.largest(), 8);
}

TEST(Distributions, say_where_they_are_wrong) {
  expect_problem(parse_distribution("pareto(1, 2)", kQuantity), 0, 1, "unknown distribution");
  expect_problem(parse_distribution("uniform(2s, 5)", kDuration), 0, 13, "a value like 2s");
  expect_problem(parse_distribution("uniform(5, 2)", kQuantity), 0, 9, "reversed");
  expect_problem(parse_distribution("normal(5)", kQuantity), 0, 1, "2 of them");
  expect_problem(parse_distribution("normal(5, 1", kQuantity), 0, 11, "closing `)`");
  expect_problem(parse_distribution("lognormal(0, 1)", kQuantity), 0, 11, "positive mean");
  expect_problem(parse_distribution("-3", kQuantity), 0, 1, "no value");
  expect_problem(parse_distribution("", kQuantity), 0, 1, "no value");
}

TEST(Distributions, read_a_list_as_an_equiprobable_choice) {
  auto root = yaml::parse_yaml("t.yaml", "[15min, 1h]");
  ASSERT_TRUE(root);
  auto choice = read_distribution(*root, kDuration);
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->kind, DistributionKind::choice);
  EXPECT_EQ(choice->choices, (std::vector<std::int64_t>{900 * kNanosPerSecond, kNanosPerHour}));
}

TEST(Distributions, complain_about_the_item_of_a_choice) {
  auto root = yaml::parse_yaml("t.yaml", "length: [15min, 5]");
  ASSERT_TRUE(root);
  auto node = root->map({"length"}).require("length");
  EXPECT_FALSE(read_distribution(*node, kDuration));
  Result<int> result = tl::unexpected(yaml::yaml_problems(*root));
  expect_problem(result, 1, 17, "`5` is no value here");
}

TEST(Distributions, may_have_commas_inside_a_flow_map_as_the_format_writes_them) {
  auto root = yaml::parse_yaml("t.yaml",
                         "{ latency: lognormal(80ms, 30ms), loss: normal(1, 2), x: [f(1, 2), 3] }");
  ASSERT_TRUE(root) << to_text(root.error());
  yaml::YamlMap map = root->map({"latency", "loss", "x"});
  EXPECT_EQ(map.require("latency")->text(), "lognormal(80ms, 30ms)");
  EXPECT_EQ(map.require("loss")->text(), "normal(1, 2)");
  EXPECT_EQ(map.require("x")->items().size(), 2u);
  EXPECT_TRUE(yaml::yaml_problems(*root).empty()) << to_text(yaml::yaml_problems(*root));
}

TEST(Distributions, leave_other_commas_of_a_flow_map_alone) {
  auto root = yaml::parse_yaml("t.yaml", "{ a: see (x, b: 2), c: f((1, d: \"g(1, 2)\" }");
  ASSERT_TRUE(root) << to_text(root.error());
  yaml::YamlMap map = root->map({"a", "b", "c", "d"});
  EXPECT_EQ(map.require("a")->text(), "see (x");
  EXPECT_EQ(map.require("c")->text(), "f((1");
  EXPECT_EQ(map.require("d")->text(), "g(1, 2)");
}

RC_GTEST_PROP(Distributions, read_back_what_they_write, ()) {
  auto unit = *rc::gen::element(kDuration, kMoney, kQuantity);
  auto kind = *rc::gen::element(DistributionKind::constant, DistributionKind::uniform,
                                DistributionKind::exponential, DistributionKind::normal,
                                DistributionKind::lognormal);
  auto a = *rc::gen::inRange<std::int64_t>(1, std::int64_t{1} << 50);
  auto b = *rc::gen::inRange<std::int64_t>(a, std::int64_t{1} << 51);
  bool two = kind != DistributionKind::constant && kind != DistributionKind::exponential;
  Distribution before{kind, a, two ? b : 0, {}};
  bool unbounded = kind != DistributionKind::constant && kind != DistributionKind::uniform;
  if (unit == kDuration && unbounded) before.most = kDrawnDurationMax;
  auto after = parse_distribution(to_text(before, unit), unit);
  RC_ASSERT(after.has_value());
  RC_ASSERT(*after == before);
}

}  // namespace
}  // namespace capmarket::scenarios
