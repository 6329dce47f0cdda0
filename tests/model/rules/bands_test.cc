// `bands`: another way to write one compensation.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/base/concrete.h"
#include "model/expr/evaluate.h"
#include "model/rules/canonical.h"
#include "tests/model/rules/fixtures.h"
#include "tests/model/rules/wrong.h"

namespace capmarket::rules {
namespace {

constexpr const char* kBandless = "compensation: max(1.5 * victim.value, 10.00)";

/// The rule of the tests with bands before that compensation.
std::string banded(const std::string& bands) {
  return grid_with(kBandless, "bands:" + bands + "\n      " + kBandless);
}
const std::string kTwoBands = R"(
        - { if: notice >= 24h or quantity > 100, compensation: 0.5 * victim.value, at_most: 500.00 }
        - { if: notice >= 1h, compensation: max(victim.value, 2.00) })";

TEST(Bands, are_one_expression_of_the_rule) {
  const Rule rule = rule_of(grid_file(), banded(kTwoBands));
  EXPECT_EQ(rule.tiers[0].displaces->compensation.canonical,
            "notice >= 1d || quantity > 100 ? min(0.5 * victim.value, 500.00) : notice >= 1h ? "
            "max(victim.value, 2.00) : max(1.5 * victim.value, 10.00)");
  // The same bytes as of a rule that writes it out, and as of what is shown of it.
  const Rule written = rule_of(
      grid_file(), grid_with(kBandless,
                             "compensation: \"notice >= 24h || quantity > 100 ? min(0.5 * "
                             "victim.value, 500.00) : notice >= 1h ? max(victim.value, 2.00) : "
                             "max(1.5 * victim.value, 10.00)\""));
  EXPECT_EQ(encode_rule(rule), encode_rule(written));
  EXPECT_EQ(encode_rule(rule_of(grid_file(), format_rule(rule))), encode_rule(rule));
}

/// What a displacement owes by a plain walk over the bands.
std::int64_t owed_by_hand(std::int64_t notice, std::int64_t quantity, std::int64_t value) {
  if (notice >= 24 || quantity > 100) return std::min<std::int64_t>(value / 2, 5'000'000);
  if (notice >= 1) return std::max<std::int64_t>(value, 20'000);
  return std::max<std::int64_t>(value + value / 2, 100'000);
}

TEST(Bands, owe_what_the_first_that_holds_says_at_and_around_each_edge) {
  const Rule rule = rule_of(grid_file(), banded(kTwoBands));
  expr::Bindings<Concrete> b;
  b.ints.resize(expr::variables().size());
  auto set = [&](const char* name, std::int64_t v) {
    b.ints[static_cast<std::size_t>(expr::variable_row(name))] = Concrete::integer(v);
  };
  for (std::int64_t notice : {0, 1, 23, 24})
    for (std::int64_t quantity : {100, 101})
      for (std::int64_t value : {0, 19'999, 20'000, 66'666, 9'999'998, 10'000'000, 10'000'002}) {
        set("notice", notice * kNanosPerHour), set("quantity", quantity),
            set("victim.value", value);
        EXPECT_EQ(expr::evaluate_int<Concrete>(rule.tiers[0].displaces->compensation, b).value,
                  owed_by_hand(notice, quantity, value))
            << notice << "h, " << quantity << ", " << value;
      }
}

TEST(Bands, number_names_as_the_canonical_bytes_do) {
  const Rule rule = rule_of(grid_file(), banded(R"(
        - { if: '"x" in user.groups', compensation: 1.00 }
        - { if: user.kind == "y", compensation: 2.00 })"));
  auto back = decode_rule(encode_rule(rule));
  ASSERT_TRUE(back) << to_text(back.error());
  EXPECT_EQ(back->world.names, rule.world.names);
}

const Wrong kWrongBands[] = {
    {"if: notice >= 1h", "if: notice >= 1", ">= 1, comp", "", "a duration with its unit"},
    {"if: notice >= 1h", "if: notice", "notice",
     "`notice` is a duration, where a boolean was expected", ""},
    {"max(victim.value, 2.00)", "max(refund, 2.00)", "refund, 2.00",
     "`refund` has no value in `displaces`", ""},
    // Nothing gets out of its own key.
    {"if: notice >= 1h", "if: notice >= 1h) || (partial", ") || (", "`)` does not fit here", ""},
    {"at_most: 500.00", "at_most: -1.00", "-1.00", "below zero", "zero or more"},
    {"at_most: 500.00", "at_most: victim.value", "victim.value",
     "`victim.value` where money like 10.00 (at most four decimals) was expected", ""},
    {", compensation: max(victim.value, 2.00)", "", "{ if: notice >= 1h",
     "missing key `compensation`", ""},
    {"if: notice >= 1h, ", "", "{ compensation: max", "missing key `if`", ""},
};

TEST(Bands, are_refused_where_they_stand) {
  for (Wrong w : kWrongBands) {
    const std::string text = banded(kTwoBands);
    auto rule = parse_rule("f.yaml", edited(text, w.part, w.by), no_files);
    ASSERT_FALSE(rule) << w.by;
    if (*w.what == '\0') w.what = rule.error().front().what.c_str();
    expect_refused(w, text);
  }
  auto none = parse_rule("f.yaml", banded(" []"), no_files);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error()[0].what, "no bands");
}

TEST(Bands, too_many_are_too_large_an_expression_and_a_wrong_rest_is_told_of_itself) {
  std::string many;
  for (int i = 0; i < 80; ++i)
    many += "\n        - { if: quantity == " + std::to_string(i) + ", compensation: 1.00 }";
  auto rule = parse_rule("f.yaml", banded(many), no_files);
  ASSERT_FALSE(rule);
  EXPECT_EQ(rule.error()[0].what, "the expression is too large");
  auto rest =
      parse_rule("f.yaml", edited(banded(kTwoBands), kBandless, "compensation: 5"), no_files);
  ASSERT_FALSE(rest);
  ASSERT_EQ(rest.error().size(), 1U) << to_text(rest.error());
  EXPECT_EQ(rest.error()[0].what, "`5` is an integer, where money was expected");
}

}  // namespace
}  // namespace capmarket::rules
