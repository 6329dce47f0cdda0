// Clauses of rules.
#include <gtest/gtest.h>

#include "model/rules/canonical.h"
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

TEST_F(RuleClauses, standing_refuses_a_successor_that_changes_what_a_name_counts_in) {
  const auto next = [&](auto&& change) {
    rules::Rule r = testing::rule_from(testing::rule_text());
    r.version = 2;
    r.supersedes = m.rule();
    r.effective.from = at_second(100);
    change(r);
    return decide(r);
  };
  EXPECT_EQ(next([](rules::Rule& r) { r.currency = "JPY"; }), "standing");
  EXPECT_EQ(next([](rules::Rule& r) { r.unit = "MW"; }), "standing");
  EXPECT_EQ(next([](rules::Rule& r) { r.granularity = Duration(2 * kNanosPerSecond); }),
            "standing");
  EXPECT_EQ(next([](rules::Rule& r) { r.origin = Instant(0); }), "standing");
  EXPECT_EQ(next([](rules::Rule& r) { r.scope = {"eu/de"}; }), "standing");
  EXPECT_EQ(next([](rules::Rule& r) { r.version = 3; }), "standing");
  EXPECT_EQ(next([](rules::Rule& r) { r.limits.skew = Duration(1); }), "");
}

TEST_F(RuleClauses, standing_refuses_a_successor_that_takes_back_a_promise_not_to_preempt) {
  rules::Rule first = testing::rule_from(testing::rule_text());
  first.name = "eu/promise", first.class_name = "power";
  first.tiers[0].never_preempts = true;
  first.effective = {first.effective.until, first.effective.until + Duration(kNanosPerHour)};
  const ContentId promised = m.adopt(first, at_second(10));
  const auto next = [&](auto&& change) {
    rules::Rule r = first;
    r.version = 2;
    r.supersedes = promised;
    change(r);
    return decide(r);
  };
  EXPECT_EQ(next([](rules::Rule& r) { r.tiers[0].never_preempts = false; }), "standing");
  EXPECT_EQ(next([](rules::Rule& r) { r.tiers[1].never_preempts = true; }), "");
}

TEST_F(RuleClauses, a_tier_with_a_promise_may_go) {
  rules::Rule first = testing::rule_from(testing::rule_text());
  first.name = "eu/promise";
  first.tiers[0].never_preempts = true;
  first.effective = {first.effective.until, first.effective.until + Duration(kNanosPerHour)};
  rules::Rule next = first;
  next.version = 2;
  next.supersedes = m.adopt(first, at_second(10));
  next.tiers[0].name = "platinum", next.tiers[0].never_preempts = false;
  next = testing::rule_from(rules::format_rule(next));
  EXPECT_EQ(decide(next), "");
}

TEST_F(RuleClauses, standing_keeps_a_name_for_the_authority_that_founded_it) {
  rules::Rule r = testing::rule_from(testing::rule_text());
  const Window later{r.effective.until, r.effective.until + Duration(kNanosPerHour)};
  r.effective = later;  // another first version of the name, where nothing else keeps it out
  EXPECT_EQ(decide(r), "standing");
  r.name = "eu/new";
  r.version = 2;  // a new name begins with 1
  EXPECT_EQ(decide(r), "standing");
  r.version = 1;
  EXPECT_EQ(decide(r), "");

  const crypto::KeyPair rival = testing::numbered_key(90);
  m.admit(objects::AuthorityGrant{m.salt(),
                                  m.root_id(0),
                                  "eu/rival",
                                  rival.pub,
                                  {{"eu"}},
                                  {"power"},
                                  {m.setup, kDistantFuture}},
          {{objects::Role::authority, m.root_key}});
  rules::Rule taken = testing::rule_from(testing::rule_text());
  taken.authority = "eu/rival";
  taken.fallback_ids.clear();
  taken.fallback.clear();
  taken.version = 2;
  taken.supersedes = m.rule();
  taken.effective.from = at_second(100);
  auto by_rival = [&](const rules::Rule& rule) {
    return clauses(m.submit(m.sign(rule, {{objects::Role::authority, rival}}), m.setup));
  };
  EXPECT_EQ(by_rival(taken), "standing");
  taken.version = 1;
  taken.supersedes.reset();
  taken.effective = {later.until, later.until + Duration(kNanosPerHour)};
  EXPECT_EQ(by_rival(taken), "standing");
  taken.name = "eu/rivals";
  EXPECT_EQ(by_rival(taken), "");
}

TEST_F(RuleClauses, an_ancestor_is_what_a_version_supersedes_directly_or_not) {
  rules::Rule r = testing::rule_from(testing::rule_text());
  for (int version = 2; version <= 3; ++version) {
    r.version = version;
    r.supersedes = m.chain().state().rules.back().id;
    r.effective.from = at_second(100 * version);
    ASSERT_EQ(decide(r), "");
  }
  rules::Rule other = testing::rule_from(testing::rule_text());
  other.name = "eu/other";
  other.effective = {r.effective.until, r.effective.until + Duration(kNanosPerHour)};
  ASSERT_EQ(decide(other), "");
  const chain::ChainState& s = m.chain().state();
  ASSERT_EQ(s.rules.size(), 4U);
  for (std::int64_t a = 0; a < 4; ++a)
    for (std::int64_t b = 0; b < 4; ++b)
      EXPECT_EQ(s.is_ancestor_or_same(chain::RuleIndex(a), chain::RuleIndex(b)),
                a == b || (a < b && b < 3))
          << a << " of " << b;
}

}  // namespace
}  // namespace capmarket::admission
