// What is told around the smallest case: the ranges in which every request is one, and further
// cases, in which other conditions hold.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "verify/analyses/check.h"

namespace capmarket::analyses {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

std::string ward(const std::string& firm, const std::string& goals) {
  return R"(rule: ward
version: 1
authority: city
class: power
scope: eu/ward
effective: { from: 2026-01-01T00:00:00Z, until: 2027-01-01T00:00:00Z }
granularity: 15min
unit: kW
retention: 1y
currency: EUR
limits: { quantity: 1 .. 40, price: 0.00 .. 9.00, length: 15min .. 2h, lead: 0s .. 6h, skew: 5s }
coordination: { mode: none }
pricing: { mode: negotiated, floor: 1.00, cap: 5.00 }
tiers:
  - { name: urgent, rank: 30, eligible: '"ward" in user.groups && quantity <= 22' }
  - { name: firm, rank: 20, eligible: ')" +
         firm + R"(' }
fallback:
  - { name: same, substitution: same-holder, notify_within: 1min, refund: 100%, penalty: 20% }
revocation: { on_review: compensate, rate: 50% }
goals:
)" + goals;
}

/// The finding of that analysis and subject.
Finding found(const std::string& text, const std::string& analysis, const std::string& subject,
              int more = 0) {
  auto file = question::rule_file_with("ward.yaml", text, {});
  EXPECT_TRUE(file) << to_text(file.error());
  if (!file) return {};
  CheckOptions options;
  options.scripted_scenarios = false;
  options.more = more;
  const RuleReport report = check_rule(*file, {*file}, options);
  EXPECT_FALSE(report.internal_error) << report.mismatch;
  for (const Finding& f : report.findings)
    if (f.analysis == analysis && f.subject == subject) return f;
  ADD_FAILURE() << "no " << analysis << " of " << subject;
  return {};
}

constexpr const char* kSmall =
    "  - { name: small, always: 'admitted && tier == \"firm\" implies quantity >= 8' }\n";

TEST(RegionOfAFault, is_told_as_ranges_that_end_at_what_the_rule_names) {
  const std::string text = ward("quantity >= 8 || lead >= 1h", kSmall);
  EXPECT_THAT(found(text, "goal:small", "small").region,
              ElementsAre(Pair("quantity", "1 kW .. 7 kW"), Pair("lead", "1h .. 6h")));
  EXPECT_THAT(found(text, "coverage", "tiers").region,
              ElementsAre(Pair("user.groups", "without ward"), Pair("quantity", "1 kW .. 7 kW"),
                          Pair("lead", "0s .. 3599999999999ns")));
}

TEST(RegionOfAFault, says_where_anything_will_do) {
  // Whatever the lead: a condition that decides nothing here.
  const Finding f = found(ward("quantity <= 30 || (quantity == 40 && lead == 1h)", kSmall),
                          "goal:small", "small");
  EXPECT_THAT(f.region, ElementsAre(Pair("quantity", "1 kW .. 7 kW"), Pair("lead", "")));
}

TEST(RegionOfAFault, ends_before_the_first_request_that_is_none) {
  const Finding f = found(ward("quantity != 5", kSmall), "goal:small", "small");
  EXPECT_THAT(f.region, ElementsAre(Pair("quantity", "1 kW .. 4 kW")));
}

TEST(RegionOfAFault, ends_on_the_grid_of_lengths) {
  const Finding f = found(
      ward("true",
           "  - { name: long, always: 'admitted && tier == \"firm\" implies length > 50min' }\n"),
      "goal:long", "long");
  EXPECT_THAT(f.region, ElementsAre(Pair("length", "15min .. 45min")));
}

TEST(RegionOfAFault, is_none_where_nothing_is_known_beside_the_case) {
  // A diagonal: from the smallest case no side can grow to what the rule names.
  const std::string text =
      ward("quantity == 3", "  - { name: none, never: 'admitted && tier == \"firm\"' }\n");
  EXPECT_THAT(found(text, "goal:none", "none").region, IsEmpty());
  // Products are searched box by box; nothing is said around a case of theirs.
  const std::string product = ward("price * quantity >= 7.50",
                                   "  - { name: none, never: 'admitted && tier == \"firm\"' }\n");
  EXPECT_THAT(found(product, "goal:none", "none").region, IsEmpty());
}

TEST(FurtherCases, differ_in_the_conditions_that_hold) {
  const Finding f = found(ward("quantity >= 8 || lead >= 1h",
                               "  - { name: none, never: 'admitted && tier == \"firm\"' }\n"),
                          "goal:none", "none", 9);
  // One of the two alone, and both: three in all.
  ASSERT_THAT(f.more, SizeIs(2));
  std::set<std::pair<bool, bool>> patterns;
  auto note = [&](const std::vector<std::pair<std::string, std::string>>& values) {
    bool large = false, early = false;
    for (const auto& [name, value] : values) {
      if (name == "quantity") large = std::stol(value) >= 8;
      if (name == "lead") early = value != "0s";
    }
    EXPECT_TRUE(large || early);
    patterns.insert({large, early});
  };
  note(f.witness);
  for (const auto& values : f.more) note(values);
  EXPECT_THAT(patterns, SizeIs(3));
}

}  // namespace
}  // namespace capmarket::analyses
