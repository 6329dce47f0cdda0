// What a rule can reach in time and in money: docs/spec/rules.md#range.
#include "model/base/text.h"
#include "model/rules/canonical.h"
#include "model/rules/reach.h"
#include "tests/model/rules/fixtures.h"
#include "tests/model/rules/wrong.h"

namespace capmarket::rules {
namespace {

/// The grid rule with keys added or replaced that is refused at `place` for what it reaches.
void expect_beyond(const std::string& text, const std::string& under_caret,
                   const std::string& what) {
  SCOPED_TRACE(what);
  auto rule = parse_rule("f.yaml", text, no_files);
  ASSERT_FALSE(rule) << "was accepted";
  for (const Problem& p : rule.error())
    if (p.what.find(what) != std::string::npos) {
      EXPECT_THAT(p.source_line.substr(static_cast<std::size_t>(p.column) - 1),
                  ::testing::StartsWith(under_caret));
      EXPECT_THAT(p.expected, ::testing::HasSubstr("2116-02-20T23:53:38.427387903Z"));
      return;
    }
  ADD_FAILURE() << to_text(rule.error());
}

TEST(Reach, of_every_duration_ends_before_the_end_of_time) {
  expect_beyond(grid_with("retention: 7y", "retention: 100y"), "100y",
                "36500d after the latest end of a leg");
  expect_beyond(grid_with("dispute_within: 30d", "dispute_within: 50y"), "50y",
                "36500d after the latest end");
  expect_beyond(grid_text() + "lease: 100y\n", "100y", "36500d after the latest end");
  expect_beyond(grid_with("    rank: 10", "    rank: 10\n    min_run: 100y"), "100y",
                "36500d after the latest start");
  expect_beyond(grid_with("pay_within: 24h", "pay_within: 100y"), "100y",
                "36500d after the latest admission");
  expect_beyond(grid_with("pay_within: 24h", "pay_within: 24h\n      stop_within: 100y"), "100y",
                "36500d after the latest admission");
}

TEST(Reach, says_what_is_out_of_range_by_itself) {
  auto rule = parse_rule("f.yaml", grid_with("retention: 7y", "retention: 147y"), no_files);
  ASSERT_FALSE(rule);
  EXPECT_EQ(rule.error().front().what, "`147y` is out of range");
  EXPECT_THAT(rule.error().front().expected, ::testing::HasSubstr("4611686018427387903ns"));
}

TEST(Reach, holds_to_the_nanosecond) {
  Rule r = grid_rule();
  Int128 left = Int128{kWireMax} - latest_end(r);
  r.retention = Duration(static_cast<std::int64_t>(left));
  EXPECT_TRUE(decode_rule(encode_rule(r)));
  r.retention += Duration(1);
  auto again = decode_rule(encode_rule(r));
  ASSERT_FALSE(again);
  EXPECT_THAT(to_text(again.error()), ::testing::HasSubstr("the end of time"));
}

TEST(Reach, of_a_class_counts_like_the_rule_s) {
  Rule r = grid_rule();
  EXPECT_EQ(latest_of(r, Duration(kWireMax)), latest_end(r) + kWireMax);
  EXPECT_EQ(latest_of(r, Duration(0)), latest_end(r) + r.retention.value);
}

TEST(Reach, of_money_stays_a_number) {
  auto refused = [](const std::string& part, const std::string& by, const std::string& what) {
    auto rule = parse_rule("f.yaml", grid_with(part, by), no_files);
    ASSERT_FALSE(rule) << by;
    EXPECT_THAT(to_text(rule.error()), ::testing::HasSubstr(what)) << by;
  };
  refused("penalty: 25%", "penalty: 6000000%", "of the largest value");
  refused("floor: 5.00, cap: 400.00", "floor: 5.00, cap: 4000000.00",
          "the value of the largest grant at it");
}

}  // namespace
}  // namespace capmarket::rules
