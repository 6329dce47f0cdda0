// The clause `displacement`: what an entry must be, and what an admitted one entails.
#include <gtest/gtest.h>

#include "model/admission/explain.h"
#include "model/rules/strategy.h"
#include "tests/support/market.h"

namespace capmarket::admission {
namespace {

using testing::at_second;
using testing::clauses;
using testing::Market;
using testing::Party;
using testing::RuleParts;
using testing::seconds;

/// Gold displaces basic at 1.5 times the value; silver stands between them.
RuleParts tiers(const std::string& victims = "latest-first", const std::string& basic = "") {
  RuleParts p;
  p.tiers =
      "  - name: gold\n    rank: 30\n    eligible: \"true\"\n"
      "    displaces: { when: victim.rank < rank && notice >= 10s, compensation: 1.5 * "
      "victim.value, pay_within: 1h, victims: " +
      victims +
      " }\n"
      "  - name: silver\n    rank: 20\n    eligible: \"true\"\n"
      "    displaces: { when: victim.rank < rank, compensation: 2.00, pay_within: 1h }\n"
      "  - { name: basic, rank: 10, eligible: \"true\"" +
      basic + " }\n";
  return p;
}

/// 100 kW, wholly granted at tier basic for [200, 300): 60 by one user, 40 by another.
class Displacements : public ::testing::Test {
 protected:
  explicit Displacements(const RuleParts& parts = tiers())
      : m({crypto::Scheme::mac, testing::rule_text(parts)}) {}

  Market m;
  chain::Receipt last;  // before the grants, which set it
  Party last_user;
  Party holder = m.holder(100);
  ContentId declaration = m.declare(holder, 100, seconds(0, 1000));
  ContentId first = grant("basic", 60, 200, 300);
  ContentId second = grant("basic", 40, 200, 300);

  /// Settles at once and gives the grant.
  ContentId grant(const std::string& tier, std::int64_t quantity, std::int64_t from,
                  std::int64_t until, std::vector<objects::DisplacementEntry> entries = {},
                  std::int64_t when = 100) {
    Party user = m.user(tier);
    objects::Request q = m.request(user, {declaration}, quantity, seconds(from, until), tier);
    ContentId request = m.ask(user, q);
    objects::Settlement s = m.settlement(holder, user, declaration, request, q, at_second(when));
    s.legs[0].displacements = std::move(entries);
    auto checked = m.sign(
        s, {{objects::Role::submitter, holder.key}, {objects::Role::holder, holder.key}, {objects::Role::user, user.key}});
    last = m.submit(checked, at_second(when));
    last_user = user;
    return objects::grant_id(checked.id, 0);
  }
  /// Clauses against a gold (or other) settlement of 30 kW for [200, 300) with these entries.
  std::string decide(std::vector<objects::DisplacementEntry> entries, std::int64_t quantity = 30,
                     const std::string& tier = "gold", std::int64_t when = 100) {
    grant(tier, quantity, 200, 300, std::move(entries), when);
    return clauses(last);
  }
  /// 1.5 times the value of `quantity` for 100 s at 20.00: floored parts as the chain takes them.
  static Money owed(std::int64_t quantity, std::int64_t whole) {
    auto v = [](std::int64_t q) {
      return value_of(Money(200'000), volume_of(Quantity(q), Duration(100 * kNanosPerSecond)))
          ->value;
    };
    return Money(*mul_div_floor(v(whole) - v(whole - quantity), 15'000, 10'000));
  }
  objects::DisplacementEntry entry(const ContentId& g, std::int64_t r, Money k, std::int64_t from = 200,
                          std::int64_t until = 300) {
    return {g, Quantity(r), seconds(from, until), k};
  }
  const chain::GrantRecord& record(const ContentId& g) { return *m.chain().state().grant(g); }
};

TEST_F(Displacements, without_an_entry_a_full_declaration_refuses_by_capacity) {
  EXPECT_EQ(decide({}), "capacity");
}

TEST_F(Displacements, take_the_latest_victim_and_owe_on_both_sides) {
  EXPECT_EQ(decide({entry(second, 30, owed(30, 40))}), "");
  const chain::GrantRecord& victim = record(second);
  ASSERT_EQ(victim.live.size(), 1U);
  EXPECT_EQ(victim.live[0].quantity, Quantity(10));
  EXPECT_EQ(victim.times_displaced, 1);
  const chain::ChainState& s = m.chain().state();
  // Two prices of the victims, K, the value released, the price of the displacer.
  ASSERT_EQ(s.obligations.size(), 5U);
  const objects::Obligation& k = s.obligations.all()[2].obligation;
  const objects::Obligation& back = s.obligations.all()[3].obligation;
  EXPECT_EQ(k.payer, last_user.key.pub);
  EXPECT_EQ(k.amount, owed(30, 40));
  EXPECT_EQ(k.deadline, at_second(100 + 3600));
  EXPECT_EQ(back.payer, holder.key.pub);
  EXPECT_EQ(back.payee, k.payee);
  EXPECT_EQ(chain::ratio_of(back.amount, BasisPoints(15'000)), owed(30, 40));
  EXPECT_EQ(s.declarations.all()[0].taken.max(seconds(200, 300)), Quantity(100));
}

TEST_F(Displacements, refuse_compensation_one_unit_off) {
  Money k = owed(30, 40);
  EXPECT_EQ(decide({entry(second, 30, k - Money(1))}), "displacement");
  EXPECT_EQ(decide({entry(second, 30, k + Money(1))}), "displacement");
}

TEST_F(Displacements, refuse_more_than_is_needed_and_less_is_capacity) {
  EXPECT_EQ(decide({entry(second, 31, owed(31, 40))}), "displacement");
  EXPECT_EQ(decide({entry(second, 29, owed(29, 40))}), "capacity");
}

TEST_F(Displacements, refuse_a_victim_without_need) {
  EXPECT_EQ(clauses((grant("gold", 10, 400, 500), last)), "");
  ContentId idle = grant("basic", 10, 400, 500);
  grant("gold", 10, 400, 500, {{idle, Quantity(10), seconds(400, 500), owed(10, 10)}});
  EXPECT_EQ(clauses(last), "displacement");
}

TEST_F(Displacements, refuse_equal_and_higher_rank) {
  EXPECT_EQ(decide({entry(second, 30, Money(20'000))}, 30, "silver"), "");  // fixed 2.00
  ContentId silver = objects::grant_id(m.chain().state().settlements.back().id, 0);
  // Now silver holds 30: another silver may not take it, gold may.
  EXPECT_EQ(decide({entry(silver, 30, Money(20'000))}, 30, "silver"), "displacement");
  EXPECT_EQ(decide({entry(second, 1, Money(20'000)), entry(first, 29, Money(20'000))}, 30, "basic"),
            "displacement");
}

TEST_F(Displacements, refuse_a_condition_that_does_not_hold_and_admit_its_boundary) {
  // notice >= 10 s: at 191 it is 9 s.
  EXPECT_EQ(decide({entry(second, 30, owed(30, 40))}, 30, "gold", 191), "displacement");
}

TEST_F(Displacements, admit_the_boundary_of_the_condition) {
  EXPECT_EQ(decide({entry(second, 30, owed(30, 40))}, 30, "gold", 190), "");
}

TEST_F(Displacements, refuse_the_wrong_order_a_double_victim_and_another_window) {
  EXPECT_EQ(decide({entry(first, 30, owed(30, 60))}), "displacement");  // second is later
  EXPECT_EQ(decide({entry(second, 15, owed(15, 40)), entry(second, 15, owed(15, 40))}),
            "displacement");
  EXPECT_EQ(decide({entry(second, 30, owed(30, 40), 200, 250)}), "capacity displacement");
  EXPECT_EQ(decide({entry(ContentId{}, 30, owed(30, 40))}),
            "capacity objects-resolve? displacement?");
  EXPECT_EQ(decide({entry(second, 30, owed(30, 40)), entry(first, 0, Money(0))}), "displacement");
}

TEST_F(Displacements, exhaust_the_first_victim_before_the_next) {
  EXPECT_EQ(decide({entry(second, 40, owed(40, 40)), entry(first, 10, owed(10, 60))}, 50), "");
  EXPECT_TRUE(record(second).live.empty());
  EXPECT_EQ(capacity::volume_of(record(first).live),
            volume_of(Quantity(50), Duration(100 * kNanosPerSecond)));
}

TEST_F(Displacements, trim_only_what_overlaps) {
  grant("gold", 30, 250, 350, {entry(second, 30, owed(15, 40), 250, 300)});
  // 30 kW over 50 s are worth half of 30 kW over 100 s, up to the floors.
  const objects::DisplacementEntry tried = entry(second, 30, owed(15, 40), 250, 300);
  if (!last.decision.admitted()) {
    Money exact = tried.compensation;
    for (std::int64_t d : {-2, -1, 1, 2}) {
      grant("gold", 30, 250, 350, {entry(second, 30, exact + Money(d), 250, 300)});
      if (last.decision.admitted()) break;
    }
  }
  ASSERT_TRUE(last.decision.admitted()) << clauses(last);
  ASSERT_EQ(record(second).live.size(), 2U);
  EXPECT_EQ(record(second).live[0], (objects::Piece{seconds(200, 250), Quantity(40)}));
  EXPECT_EQ(record(second).live[1], (objects::Piece{seconds(250, 300), Quantity(10)}));
}

TEST_F(Displacements, block_a_displacer_with_an_overdue_obligation) {
  Party debtor = m.user("gold");
  auto settle = [&](std::int64_t from, std::int64_t until, std::vector<objects::DisplacementEntry> entries,
                    std::int64_t when) {
    objects::Request q = m.request(debtor, {declaration}, 30, seconds(from, until), "gold");
    objects::Settlement s =
        m.settlement(holder, debtor, declaration, m.ask(debtor, q), q, at_second(when));
    s.legs[0].displacements = std::move(entries);
    return clauses(m.settle(holder, debtor, s, at_second(when)));
  };
  EXPECT_EQ(settle(400, 410, {}, 100), "");  // its price is due at 410
  Money k = owed(30, 40);
  EXPECT_EQ(settle(200, 300, {entry(second, 30, k)}, 150), "");  // nothing is overdue yet
  ContentId victim = grant("basic", 100, 600, 700, {}, 150);
  auto next = [&](std::int64_t at) {
    return settle(600, 700, {{victim, Quantity(30), seconds(600, 700), owed(30, 100)}}, at);
  };
  EXPECT_EQ(next(411), "displacement");
  const chain::ChainState& state = m.chain().state();
  for (std::size_t i = 0; i < state.obligations.size(); ++i) {
    const chain::ObligationRecord& owing = state.obligations.all()[i];
    if (owing.obligation.payer != debtor.key.pub || owing.obligation.deadline > at_second(411))
      continue;
    objects::Payment p{m.salt(), debtor.key.pub, owing.id, owing.obligation.amount};
    m.admit(p, {{objects::Role::user, debtor.key}}, at_second(412));
  }
  // The refusal must be disclosed now.
  objects::Request q = m.request(debtor, {declaration}, 30, seconds(600, 700), "gold");
  objects::Settlement s = m.settlement(holder, debtor, declaration, m.ask(debtor, q), q, at_second(413));
  s.legs[0].displacements = {{victim, Quantity(30), seconds(600, 700), owed(30, 100)}};
  s.legs[0].predecessors = {
      state.undischarged.at({holder.key.pub, debtor.key.pub, declaration}).back().id};
  EXPECT_EQ(clauses(m.settle(holder, debtor, s, at_second(413))), "");
}

struct ProRata : Displacements {
  ProRata() : Displacements(tiers("pro-rata")) {}
};
TEST_F(ProRata, takes_each_candidates_share_and_the_extra_unit_from_the_latest) {
  // 31 of 60 + 40: floors 18 and 12, the extra unit from the latest.
  EXPECT_EQ(decide({entry(first, 19, owed(19, 60)), entry(second, 12, owed(12, 40))}, 31),
            "displacement");
  EXPECT_EQ(decide({entry(second, 31, owed(31, 40))}, 31), "displacement");
  EXPECT_EQ(decide({entry(first, 18, owed(18, 60)), entry(second, 13, owed(13, 40))}, 31), "");
}

struct EarliestFirst : Displacements {
  EarliestFirst() : Displacements(tiers("earliest-first")) {}
};
TEST_F(EarliestFirst, takes_the_first) {
  EXPECT_EQ(decide({entry(second, 30, owed(30, 40))}), "displacement");
  EXPECT_EQ(decide({entry(first, 30, owed(30, 60))}), "");
}

struct Floor : Displacements {
  Floor() : Displacements(tiers("latest-first", ", min_run: 60s")) {}
  std::string at(std::int64_t when) {
    Party user = m.user("silver");
    objects::Request q = m.request(user, {declaration}, 30, seconds(when, 300), "silver");
    objects::Settlement s = m.settlement(holder, user, declaration, m.ask(user, q), q, at_second(when));
    s.legs[0].displacements = {entry(second, 30, Money(20'000), when, 300)};
    return clauses(m.settle(holder, user, s, at_second(when)));
  }
};
TEST_F(Floor, protects_a_started_grant_until_it_has_run_its_minimum) {
  EXPECT_EQ(at(259), "displacement");
  EXPECT_EQ(at(260), "");
}

struct Quotas : ::testing::Test {
  static RuleParts parts() {
    RuleParts p;
    p.tiers =
        "  - { name: gold, rank: 20, eligible: \"true\", set_aside: 20% }\n"
        "  - { name: basic, rank: 10, eligible: \"true\", quota: { of: capacity, at_most: 50% } }\n"
        "  - { name: spare, rank: 5, eligible: \"true\" }\n";
    return p;
  }
  Market m{{crypto::Scheme::mac, testing::rule_text(parts())}};
  Party holder = m.holder(100);
  ContentId declaration = m.declare(holder, 100, seconds(0, 1000));
  std::string take(const std::string& tier, std::int64_t quantity) {
    Party user = m.user(tier);
    objects::Request q = m.request(user, {declaration}, quantity, seconds(200, 300), tier);
    return clauses(m.settle(
        holder, user, m.settlement(holder, user, declaration, m.ask(user, q), q, at_second(100)),
        at_second(100)));
  }
};
TEST_F(Quotas, hold_at_their_boundary_and_not_beyond) {
  EXPECT_EQ(take("basic", 51), "tier-quota");
  EXPECT_EQ(take("basic", 50), "");
  EXPECT_EQ(take("basic", 1), "tier-quota");
  EXPECT_EQ(take("spare", 31), "tier-quota");  // 20 stay reserved to gold
  EXPECT_EQ(take("spare", 30), "");
  EXPECT_EQ(take("gold", 10), "");
  EXPECT_EQ(take("spare", 1), "tier-quota");  // gold's 10 are granted, 10 stay reserved
  EXPECT_EQ(take("gold", 10), "");
  EXPECT_EQ(take("gold", 1), "capacity");
}

}  // namespace
}  // namespace capmarket::admission
