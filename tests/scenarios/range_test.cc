// What a scenario reaches, whom its rules count on, and what is right but perhaps not meant.
#include <fmt/format.h>

#include "scenarios/eligibility.h"
#include "scenarios/scenario.h"
#include "tests/scenarios/expect_problem.h"

namespace capmarket::scenarios {
namespace {

const std::string kReachScenario = testing::source_text("tests/scenarios/small/small.yaml");
const std::string kReachRule = testing::source_text("tests/scenarios/small/rule.yaml");

class RangeTest : public ::testing::Test {
 protected:
  Result<Scenario> load(const std::string& piece, const std::string& by,
                        const std::string& rule = kReachRule) {
    folder_.write("rule.yaml", rule);
    return load_scenario(folder_.write("small.yaml", testing::edited(kReachScenario, piece, by)), {},
                         {});
  }
  void expect_beyond(const std::string& piece, const std::string& by, const std::string& words) {
    SCOPED_TRACE(by);
    auto result = load(piece, by);
    ASSERT_FALSE(result) << "was accepted";
    const Problem& p = result.error().front();
    EXPECT_GT(p.line, 0);
    EXPECT_THAT(p.what, ::testing::HasSubstr(words)) << to_text(result.error());
    EXPECT_THAT(p.expected, ::testing::HasSubstr("2116-02-20T23:53:38.427387903Z"));
  }
  testing::ScratchFolder folder_;
};

TEST_F(RangeTest, sums_that_leave_time_are_refused_where_they_are_written) {
  expect_beyond("window: 4h", "window: 91y", "the end of what is declared");
  expect_beyond("lead: 5min", "lead: 91y", "the end of the last request");
  expect_beyond("lead: 5min", "lead: uniform(1s, 91y)", "the end of the last request");
  expect_beyond("lead: 5min", "patience: 91y", "given up");
  expect_beyond("at: 1h,", "at: 91y,", "the burst");
  expect_beyond("network:", "chain: { clock_error: 91y }\nnetwork:", "the latest clock");
  expect_beyond("network:", "chain: { promises: true, merge_delay: 91y }\nnetwork:",
                "the latest time of the last promise");
  expect_beyond("retention: 1y", "retention: 90y", "the latest end of a leg of rule");
  expect_beyond(
      "adversaries:", "revocations: [{ at: 91y, credential: users.firms.0 }]\nadversaries:",
      "the revocation");
}

TEST_F(RangeTest, events_behind_the_end_of_time_do_not_happen) {
  EXPECT_TRUE(load("latency: lognormal(80ms, 30ms)", "latency: 40y"));
  expect_problem(load("latency: lognormal(80ms, 30ms)", "latency: 100y"), 9, 21,
                 "at most 2262-04-11T23:47:16.854775807Z");
  EXPECT_TRUE(load("network:", "chain: { interval: 146y }\nnetwork:"));
  EXPECT_TRUE(load("network:", "chain: { follow: { lag: 146y } }\nnetwork:"));
  for (const char* waits : {"timeouts: { settlement: 146y }, follow: { lag: 146y }",
                            "timeouts: { offer: 146y }, follow: { lag: 146y }"}) {
    auto beyond = load("lead: 5min", waits);
    ASSERT_FALSE(beyond) << waits;
    EXPECT_THAT(to_text(beyond.error()), ::testing::HasSubstr("the last that is waited for"));
  }
}

TEST_F(RangeTest, no_draw_of_a_duration_is_longer_than_ten_years) {
  expect_problem(load("lognormal(80ms, 30ms)", "exponential(11y)"), 9, 33, "at most 10y");
  Scenario s = expect_value(load("lead: 5min", "lead: exponential(10y)"));
  EXPECT_EQ(s.users[1].lead.largest(), kDrawnDurationMax);
}

TEST_F(RangeTest, the_vocabulary_of_a_rule_is_that_of_its_parties) {
  const std::string words = "vocabulary: { kinds: [user, holder], groups: [a, b] }\n";
  EXPECT_TRUE(load("count: 20", "count: 20", kReachRule + words));
  expect_problem(load("count: 20", "count: 20, kind: usr", kReachRule + words), 14, 37,
                 "kind `usr` is not in the vocabulary of rule");
  expect_problem(load("groups: [b, a]", "groups: [b, c]", kReachRule + words), 14, 39, "group `c`");
  expect_problem(load("count: 10", "count: 10, kind: x", kReachRule + words), 11, 37, "kind `x`");
}

TEST_F(RangeTest, warns_of_a_group_of_which_nobody_is_eligible) {
  Scenario s =
      expect_value(load("groups: [b, a]", "groups: [hospitl]",
                        testing::edited(kReachRule, "rank: 10, eligible: true",
                                        "rank: 10, eligible: '\"hospital\" in user.groups and "
                                        "quantity > 0'")));
  ASSERT_EQ(s.warnings.size(), 1u) << to_text(s.warnings);
  EXPECT_EQ(s.warnings[0].line, 14);
  EXPECT_THAT(s.warnings[0].what,
              ::testing::HasSubstr("nobody of `users.firms` is eligible for tier `rest`: "
                                   "`\"hospital\" in user.groups` is false"));
  EXPECT_THAT(s.warnings[0].expected, ::testing::HasSubstr("`hospital` for `hospitl`?"));
}

TEST_F(RangeTest, warns_of_names_that_look_alike) {
  Scenario s = expect_value(load("count: 20", "count: 20"));
  EXPECT_TRUE(s.warnings.empty()) << to_text(s.warnings);
  const std::pair<const char*, const char*> kOdd[] = {{"\xe2\x80\x8b"
                                                       "b",
                                                       "cannot be seen"},
                                                      {"\xef\xbd\x82", "full-width"},
                                                      {"e\xcc\x81", "a letter and its mark"},
                                                      {"p\xd0\xb0y", "two alphabets"}};
  for (const auto& [name, why] : kOdd) {
    Scenario odd = expect_value(load("groups: [b, a]", fmt::format("groups: [c, {}]", name)));
    ASSERT_EQ(odd.warnings.size(), 1u) << name << to_text(odd.warnings);
    EXPECT_THAT(odd.warnings[0].what, ::testing::HasSubstr(why));
  }
  Scenario twin = expect_value(load("groups: [b, a]",
                                    "groups: [b, \xe2\x80\x8b"
                                    "b]"));
  EXPECT_THAT(twin.warnings.at(0).what, ::testing::HasSubstr("looks like `b` of line 14"));
}

TEST_F(RangeTest, what_becomes_one_object_has_bounds_where_it_is_written) {
  auto names = [](int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += fmt::format("{}g{}", i == 0 ? "" : ", ", i);
    return out;
  };
  EXPECT_TRUE(load("groups: [b, a]", "groups: [" + names(256) + "]"));
  expect_problem(load("groups: [b, a]", "groups: [" + names(257) + "]"), 14, 39,
                 "257 items in `groups`");
  std::string schedule;
  for (int i = 0; i < 1025; ++i)
    schedule += fmt::format("{}{{ from: {}s, quantity: 1 }}", i == 0 ? "" : ", ", i);
  expect_problem(load("adversaries:", "infrastructure: [{ name: line, locations: eu, capacity: [" +
                                          schedule + "] }]\nadversaries:"),
                 16, 57, "1025 items in `capacity`");
}

TEST_F(RangeTest, one_name_is_one_party_s) {
  expect_problem(load("name: firms", "name: sites"), 14, 13, "another group is named `sites`");
}

TEST_F(RangeTest, a_missing_file_is_told_where_it_is_named) {
  expect_problem(load("[rule.yaml]", "[rul.yaml]"), 8, 9, "`rul.yaml`: No such file");
  expect_problem(load("adversaries:", "trace: { requests: none.csv }\nadversaries:"), 16, 20,
                 "`none.csv`: No such file");
}

TEST_F(RangeTest, a_missing_key_is_told_with_what_it_takes) {
  auto result = load("retention: 1y", "granularity: 1s");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().front().what, "missing key `retention`");
  EXPECT_THAT(result.error().front().expected,
              ::testing::HasSubstr("duration, at least 0s: how long after a window's end"));
}

}  // namespace
}  // namespace capmarket::scenarios
