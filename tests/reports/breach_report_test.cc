// The list of breaches that `verify` prints: bounded as text, whole as JSON, names escaped.
#include "reports/breach_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/times.h"

namespace capmarket::reports {
namespace {

using audit::BreachOutcome;
using audit::PeerBreach;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::seconds;

PeerBreach breach(BreachOutcome outcome = BreachOutcome::open) {
  PeerBreach b;
  b.name = "link";
  b.unit = "Gbps";
  b.pieces = {{seconds(0, 60), Quantity(20)}};
  b.settlements = {7};
  b.outcome = outcome;
  if (outcome != BreachOutcome::open) b.disputes = {{9, true}};
  return b;
}

std::string text_of(const PeerBreach& b) { return breaches_text({b}, false); }

TEST(BreachReport, says_nothing_of_nothing) {
  EXPECT_EQ(breaches_text({}, false), "");
  EXPECT_EQ(breaches_json({}).dump(), "[]");
}

TEST(BreachReport, says_who_where_when_how_much_and_what_became_of_it) {
  EXPECT_EQ(text_of(breach()),
            "  1 breach of edges, 1 of them open: findings, no violations\n"
            "    link: 0000000000000000 20 Gbps above the schedule from 2026-01-01T00:00:00Z until "
            "2026-01-01T00:01:00Z; settlement 7; no dispute\n");
  EXPECT_THAT(text_of(breach(BreachOutcome::released)), HasSubstr("; dispute 9: released\n"));
  EXPECT_THAT(text_of(breach(BreachOutcome::penalised)), HasSubstr("; dispute 9: penalised\n"));
  PeerBreach b = breach();
  b.disputes = {{8, false}};
  EXPECT_THAT(text_of(b), HasSubstr("; dispute 8: unfounded\n"));
  b.disputes = {{8, false}, {9, true}};
  EXPECT_THAT(text_of(b), HasSubstr("; disputes 8, 9: founded, and this was left\n"));
  b.pieces.push_back({seconds(60, 90), Quantity(25)});
  EXPECT_THAT(text_of(b), HasSubstr(" up to 25 Gbps above the schedule from 2026-01-01T00:00:00Z "
                                    "until 2026-01-01T00:01:30Z"));
}

TEST(BreachReport, is_bounded_as_text_and_whole_as_json) {
  std::vector<PeerBreach> many(25, breach());
  many[0].settlements = {1, 2, 3, 4, 5, 6};
  many[0].settlements_more = 10;
  const std::string text = breaches_text(many, false);
  EXPECT_THAT(text, HasSubstr("25 breaches of edges, 25 of them open"));
  EXPECT_THAT(text, HasSubstr("settlements 1, 2, 3, 4, 5 and 11 more; "));
  EXPECT_THAT(text, HasSubstr("\n    and 5 more (--format json has all)\n"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 22);
  const auto json = breaches_json(many);
  ASSERT_EQ(json.size(), 25U);
  EXPECT_EQ(json[0]["settlements"].size(), 6U);
  EXPECT_EQ(json[0]["settlements_more"], 10);
  EXPECT_EQ(json[0]["pieces"][0]["quantity"], 20);
  EXPECT_EQ(json[0]["outcome"], "open");
}

TEST(BreachReport, escapes_names_from_outside) {
  PeerBreach b = breach();
  b.name = "li\x1b[2Jnk\n\xe2\x80\xae";
  b.unit = "Gb\tps";
  const std::string text = text_of(b);
  EXPECT_THAT(text, HasSubstr("li\\x1b[2Jnk"));
  EXPECT_THAT(text, HasSubstr("\\u202e"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\t")));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
}

}  // namespace
}  // namespace capmarket::reports
