// The quota of a user, and eligibility on the rule's clock, as a chain decides them.
#include <gtest/gtest.h>

#include "tests/support/market.h"

namespace capmarket::admission {
namespace {

using testing::at_second;
using testing::clauses;
using testing::Market;
using testing::Party;
using testing::seconds;

/// Two declarations of 100 each; of basic one user has at most 40, of spare as much as there is.
class UserQuota : public ::testing::Test {
 protected:
  static std::string rule(const std::string& more = "") {
    testing::RuleParts p;
    p.tiers =
        "  - { name: gold, rank: 30, eligible: \"true\", displaces: { when: victim.rank < rank, "
        "compensation: 2.00, pay_within: 1h } }\n"
        "  - { name: basic, rank: 10, eligible: \"true\", quota: { of: user, at_most: 40 } }\n"
        "  - { name: spare, rank: 5, eligible: \"true\" }\n";
    p.more = more;
    return testing::rule_text(p);
  }
  Market m{{crypto::Scheme::mac, rule()}};
  Party holder = m.holder(200);
  ContentId here = m.declare(holder, 100, seconds(0, 1000)),
            there = m.declare(holder, 100, seconds(0, 1000));
  Party user = m.user("basic"), other = m.user("basic");
  ContentId last;

  std::string take(const Party& who, const ContentId& at, std::int64_t quantity,
                   Window window = seconds(200, 300), const std::string& tier = "basic",
                   std::optional<objects::DisplaceTerms> displace = {}) {
    objects::Request q = m.request(who, {at}, quantity, window, tier);
    objects::Settlement s = m.settlement(holder, who, at, m.ask(who, q), q, at_second(100));
    s.legs[0].displace = displace;
    auto checked = m.sign(s, {{objects::Role::submitter, holder.key},
                              {objects::Role::holder, holder.key},
                              {objects::Role::user, who.key}});
    last = objects::grant_id(checked.id, 0);
    return clauses(m.submit(checked, at_second(100)));
  }
};

TEST_F(UserQuota, is_of_one_user_on_all_declarations_together) {
  EXPECT_EQ(take(user, here, 41), "tier-quota");
  EXPECT_EQ(take(user, here, 25), "");
  EXPECT_EQ(take(user, there, 16), "tier-quota");
  EXPECT_EQ(take(user, there, 15), "");
  EXPECT_EQ(take(user, here, 1), "tier-quota");
  EXPECT_EQ(take(other, here, 40), "");
}

TEST_F(UserQuota, is_of_each_instant_and_not_of_a_day) {
  EXPECT_EQ(take(user, here, 40, seconds(200, 300)), "");
  EXPECT_EQ(take(user, here, 40, seconds(299, 400)), "tier-quota");
  EXPECT_EQ(take(user, here, 40, seconds(300, 400)), "");
  EXPECT_EQ(take(user, there, 1, seconds(150, 201)), "tier-quota");
  EXPECT_EQ(take(user, there, 40, seconds(150, 200)), "");
}

TEST_F(UserQuota, counts_the_other_legs_of_the_settlement) {
  objects::Request one = m.request(user, {here}, 25, seconds(200, 300)),
                   two = m.request(user, {there}, 16, seconds(250, 350));
  auto both = [&](std::int64_t second) {
    two.quantity = Quantity(second);
    objects::Settlement a = m.settlement(holder, user, here, m.ask(user, one), one, at_second(100)),
                        b = m.settlement(holder, user, there, m.ask(user, two), two,
                                         at_second(100));
    a.legs.push_back(b.legs[0]);
    a.indices.push_back(b.indices[0]);
    return clauses(m.settle(holder, user, a, at_second(100)));
  };
  EXPECT_EQ(both(16), "tier-quota");
  EXPECT_EQ(both(15), "");
}

TEST_F(UserQuota, leaves_room_again_for_what_was_displaced_and_other_tiers_free) {
  EXPECT_EQ(take(user, here, 40), "");
  const Party spare = m.user("spare"), gold = m.user("gold");
  EXPECT_EQ(take(spare, here, 60, seconds(200, 300), "spare"), "");
  EXPECT_EQ(take(gold, here, 70, seconds(200, 300), "gold",
                 objects::DisplaceTerms{Money(kWireMax), Money(kWireMax)}),
            "");  // all of spare and 10 of basic
  EXPECT_EQ(take(user, there, 11), "tier-quota");
  EXPECT_EQ(take(user, there, 10), "");
}

TEST_F(UserQuota, of_a_later_version_binds_new_legs_with_what_the_older_granted) {
  EXPECT_EQ(take(user, here, 30), "");
  rules::Rule next = testing::rule_from(rule());
  next.version = 2;
  next.supersedes = m.rule();
  next.effective.from = at_second(120);
  next.tiers[1].user_quota = Quantity(35);
  const ContentId id = m.adopt(next, at_second(110));
  auto under_next = [&](std::int64_t quantity) {
    objects::Request q = m.request(user, {there}, quantity, seconds(200, 300));
    objects::Settlement s = m.settlement(holder, user, there, m.ask(user, q), q, at_second(130));
    s.legs[0].rule = id;
    return clauses(m.settle(holder, user, s, at_second(130)));
  };
  EXPECT_EQ(under_next(6), "tier-quota");
  EXPECT_EQ(under_next(5), "");
}

/// 22:00 in Berlin is 21:00 in UTC in winter; the market begins at midnight UTC, 1 January 2026.
class ClockTiers : public ::testing::Test {
 protected:
  static std::string rule() {
    testing::RuleParts p;
    p.tiers =
        "  - { name: weekend, rank: 20, eligible: start.weekday >= 6 }\n"
        "  - { name: basic, rank: 10, eligible: start.hour >= 22 || start.hour < 6 }\n";
    p.more =
        "zone: { name: Europe/Berlin, offset: +01:00, changes: [ { from: 2026-01-01T20:30:00Z, "
        "offset: +02:00 } ] }\n";
    return testing::rule_text(p);
  }
  Market m{{crypto::Scheme::mac, rule()}};
  Party holder = m.holder(100);
  ContentId declaration = m.declare(holder, 100, seconds(0, 7 * 86'400));
  std::string at(std::int64_t second, const std::string& tier = "basic") {
    Party user = m.user(tier);
    objects::Request q = m.request(user, {declaration}, 1, seconds(second, second + 60), tier);
    return clauses(m.settle(
        holder, user, m.settlement(holder, user, declaration, m.ask(user, q), q, at_second(100)),
        at_second(100)));
  }
};

TEST_F(ClockTiers, are_open_from_the_first_second_of_their_hours_to_the_last) {
  EXPECT_EQ(at(5 * 3600 - 1), "");
  EXPECT_EQ(at(5 * 3600), "tier-eligible");
  // The offset changes at 20:30 UTC: from 21:30 to 22:30 local time in one step.
  EXPECT_EQ(at(20 * 3600 + 1799), "tier-eligible");
  EXPECT_EQ(at(20 * 3600 + 1800), "");
}

TEST_F(ClockTiers, know_the_days_of_the_week_where_they_are) {
  const std::int64_t saturday =
      2 * 86'400 - 2 * 3600;  // midnight before 3 January, two hours ahead
  EXPECT_EQ(at(saturday - 1, "weekend"), "tier-eligible");
  EXPECT_EQ(at(saturday, "weekend"), "");
  EXPECT_EQ(at(saturday + 2 * 86'400 - 1, "weekend"), "");
  EXPECT_EQ(at(saturday + 2 * 86'400, "weekend"), "tier-eligible");
}

}  // namespace
}  // namespace capmarket::admission
