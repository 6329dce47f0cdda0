// Clauses of rules.
#include <gtest/gtest.h>

#include "model/rules/reach.h"
#include "tests/support/market.h"

namespace capmarket::admission {
namespace {

using testing::at_second;
using testing::clauses;
using testing::Market;
using testing::Party;
using testing::seconds;

class RuleClauses : public ::testing::Test {
 protected:
  Market m;
  std::string decide(const rules::Rule& rule) {
    return clauses(m.submit(m.sign(rule, {{objects::Role::authority, m.authority_key}}), m.setup));
  }
};

TEST_F(RuleClauses, window_refuses_a_rule_that_meets_another_or_lies_in_the_past) {
  rules::Rule r = testing::rule_from(testing::rule_text());
  r.name = "eu/other";
  EXPECT_EQ(decide(r), "window");
  r.effective = {Instant(r.effective.until), Instant(r.effective.until) + Duration(kNanosPerHour)};
  EXPECT_EQ(decide(r), "");
  rules::Rule past = testing::rule_from(testing::rule_text());
  past.name = "eu/past";
  past.effective = {m.setup - Duration(1), m.setup};
  EXPECT_EQ(decide(past), "window");
}

TEST_F(RuleClauses, window_refuses_a_class_whose_retention_leaves_time_under_its_rules) {
  auto declare = [&](std::int64_t version, std::int64_t retention) {
    objects::ClassDeclaration c{
        {}, "eu/tso", "power", version, "kW", Duration(kNanosPerSecond), Duration(retention)};
    return clauses(m.submit(m.sign(c, {{objects::Role::authority, m.authority_key}}), m.setup));
  };
  const Int128 end = rules::latest_end(m.chain().state().rule(m.rule())->rule);
  const auto most = static_cast<std::int64_t>(Int128{kWireMax} - end);
  EXPECT_EQ(declare(2, most + 1), "window");
  EXPECT_EQ(declare(2, most), "");
  // From now on a rule of the class cannot last a nanosecond longer.
  rules::Rule later = testing::rule_from(testing::rule_text());
  later.name = "eu/later";
  later.effective = {later.effective.until, later.effective.until + Duration(kNanosPerHour)};
  EXPECT_EQ(decide(later), "window");
  EXPECT_EQ(declare(3, most - kNanosPerHour), "");
  later.name = "eu/latest";  // what was refused gets the same receipt for ever
  EXPECT_EQ(decide(later), "");
}

TEST_F(RuleClauses, standing_refuses_a_rule_outside_what_the_authority_governs) {
  rules::Rule r = testing::rule_from(testing::rule_text());
  r.name = "us/power";
  r.scope = {"us"};
  EXPECT_EQ(decide(r), "standing");
  r = testing::rule_from(testing::rule_text());
  r.authority = "nobody";
  r.name = "eu/2";
  EXPECT_EQ(decide(r), "window objects-resolve? signatures? standing?");
}

TEST_F(RuleClauses, a_successor_takes_over_and_the_old_version_stays_for_what_was_signed_before) {
  Party h = m.holder(100), u = m.user("basic");
  ContentId d = m.declare(h, 100, seconds(0, 1000));
  rules::Rule r = testing::rule_from(testing::rule_text());
  r.version = 2;
  r.supersedes = m.rule();
  r.effective.from = at_second(100);
  ASSERT_EQ(decide(r), "");
  for (std::int64_t second : {99, 100}) {
    objects::Request q = m.request(u, {d}, 1, seconds(200, 300));
    ContentId id = m.ask(u, q);
    objects::Settlement s = m.settlement(h, u, d, id, q, at_second(second));
    EXPECT_EQ(clauses(m.settle(h, u, s, at_second(101))), second == 99 ? "" : "rule-in-force");
  }
  r.version = 3;  // supersedes what is superseded
  EXPECT_EQ(decide(r), "window standing");
}

}  // namespace
}  // namespace capmarket::admission
