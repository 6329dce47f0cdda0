// The clause `displacement`: what a leg's cover is, what its parties must have agreed to, and what
// follows from it.
#include <fmt/format.h>
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

constexpr objects::DisplaceTerms kAmple{Money(kWireMax), Money(kWireMax)};

/// 100 kW, wholly granted at tier basic for [200, 300): 60 by one user, 40 by another.
class Displacements : public ::testing::Test {
 protected:
  explicit Displacements(const RuleParts& parts = tiers(), const objects::CoverLimits& cover = {})
      : m({crypto::Scheme::mac, testing::rule_text(parts), {}, {}, cover}) {}

  Market m;
  chain::Receipt last;  // before the grants, which set it
  Party last_user;
  Party holder = m.holder(100);
  ContentId declaration = m.declare(holder, 100, seconds(0, 1000));
  ContentId first = grant("basic", 60, 200, 300);
  ContentId second = grant("basic", 40, 200, 300);
  Party second_user = last_user;

  /// Settles at once and gives the grant.
  ContentId grant(const std::string& tier, std::int64_t quantity, std::int64_t from,
                  std::int64_t until, std::optional<objects::DisplaceTerms> displace = {},
                  std::int64_t when = 100) {
    Party user = m.user(tier);
    objects::Request q = m.request(user, {declaration}, quantity, seconds(from, until), tier);
    ContentId request = m.ask(user, q);
    objects::Settlement s = m.settlement(holder, user, declaration, request, q, at_second(when));
    s.legs[0].displace = displace;
    auto checked = m.sign(s, {{objects::Role::submitter, holder.key},
                              {objects::Role::holder, holder.key},
                              {objects::Role::user, user.key}});
    last = m.submit(checked, at_second(when));
    last_user = user;
    return objects::grant_id(checked.id, 0);
  }
  /// Clauses against a gold (or other) settlement of 30 kW for [200, 300) under these ceilings.
  std::string decide(std::optional<objects::DisplaceTerms> displace, std::int64_t quantity = 30,
                     const std::string& tier = "gold", std::int64_t when = 100) {
    grant(tier, quantity, 200, 300, displace, when);
    return clauses(last);
  }
  /// V of `quantity` of a grant of `whole` for 100 s at 20.00: as the chain takes it.
  static Money worth(std::int64_t quantity, std::int64_t whole) {
    auto v = [](std::int64_t q) {
      return *value_of(Money(200'000), volume_of(Quantity(q), Duration(100 * kNanosPerSecond)));
    };
    return v(whole) - v(whole - quantity);
  }
  static Money owed(std::int64_t quantity, std::int64_t whole) {
    return Money(*mul_div_floor(worth(quantity, whole).value, 15'000, 10'000));
  }
  const chain::GrantRecord& record(const ContentId& g) { return *m.chain().state().grant(g); }
  /// What is live of a grant, as `60@200-300 10@300-310`.
  std::string live(const ContentId& g) {
    std::string out;
    for (const objects::Piece& p : record(g).live)
      out += fmt::format("{}{}@{}-{}", out.empty() ? "" : " ", p.quantity.value,
                         (p.window.from - at_second(0)).value / kNanosPerSecond,
                         (p.window.until - at_second(0)).value / kNanosPerSecond);
    return out;
  }
};

TEST_F(Displacements, without_terms_a_full_declaration_refuses_by_capacity_and_says_what_it_lacks) {
  EXPECT_EQ(decide({}), "capacity");
  ASSERT_EQ(last.decision.shortfalls.size(), 1U);
  EXPECT_EQ(last.decision.shortfalls[0], (Shortfall{0, Quantity(30), Money(0), Money(0)}));
}

TEST_F(Displacements, take_the_latest_victim_and_owe_on_both_sides) {
  EXPECT_EQ(decide(kAmple), "");
  EXPECT_EQ(live(second), "10@200-300");
  EXPECT_EQ(record(second).times_displaced, 1);
  EXPECT_TRUE(last.decision.shortfalls.empty());
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
  EXPECT_EQ(back.amount, worth(30, 40));
  EXPECT_EQ(s.declarations.all()[0].taken.max(seconds(200, 300)), Quantity(100));
}

TEST_F(Displacements, hold_at_both_ceilings_and_not_below) {
  Money k = owed(30, 40), refund = worth(30, 40);
  EXPECT_EQ(decide(objects::DisplaceTerms{k - Money(1), refund}), "displacement");
  ASSERT_EQ(last.decision.shortfalls.size(), 1U);
  EXPECT_EQ(last.decision.shortfalls[0], (Shortfall{0, Quantity(30), k, refund}));
  EXPECT_EQ(decide(objects::DisplaceTerms{k, refund - Money(1)}), "displacement");
  EXPECT_EQ(decide(objects::DisplaceTerms{k, refund}), "");
}

TEST_F(Displacements, displace_nothing_where_nothing_lacks) {
  EXPECT_EQ(clauses((grant("gold", 10, 400, 500), last)), "");
  ContentId idle = grant("basic", 10, 400, 500);
  grant("gold", 10, 400, 500, objects::DisplaceTerms{Money(-1), Money(-1)});
  EXPECT_EQ(clauses(last), "");  // ceilings of an empty cover bind nobody
  EXPECT_EQ(live(idle), "10@400-500");
}

TEST_F(Displacements, use_the_lowest_rank_up_before_the_next) {
  // 30 of silver come from the latest of basic; then 71 of gold need 70 of basic, and 1 of silver.
  ContentId silver = grant("silver", 30, 200, 300, kAmple);
  EXPECT_EQ(clauses(last), "");
  EXPECT_EQ(live(second), "10@200-300");
  EXPECT_EQ(decide(kAmple, 71), "");
  EXPECT_EQ(live(first), "");
  EXPECT_EQ(live(second), "");
  EXPECT_EQ(live(silver), "29@200-300");
}

TEST_F(Displacements, never_take_an_equal_or_a_higher_rank) {
  grant("silver", 100, 200, 300, kAmple);
  EXPECT_EQ(clauses(last), "");
  EXPECT_EQ(decide(kAmple, 1, "silver"), "capacity");
  EXPECT_EQ(decide(kAmple, 1, "basic"), "capacity");
  EXPECT_EQ(decide(kAmple, 100, "gold"), "");
}

TEST_F(Displacements, take_nobody_whose_condition_fails) {
  EXPECT_EQ(decide(kAmple, 30, "gold", 191), "capacity");  // notice >= 10 s: it is 9 s
  EXPECT_EQ(decide(kAmple, 30, "gold", 190), "");
}

TEST_F(Displacements, refuse_what_the_candidates_cannot_give) {
  EXPECT_EQ(decide(kAmple, 101), "capacity");
  EXPECT_EQ(last.decision.shortfalls[0],
            (Shortfall{0, Quantity(101), owed(40, 40) + owed(60, 60), worth(40, 40) + worth(60, 60)}));
}

TEST_F(Displacements, trim_only_what_lacks) {
  grant("gold", 30, 250, 350, kAmple);
  EXPECT_EQ(clauses(last), "");
  EXPECT_EQ(live(second), "40@200-250 10@250-300");
  EXPECT_EQ(live(first), "60@200-300");
}

TEST_F(Displacements, state_pieces_of_different_length_once) {
  // The second loses [220, 240) first: what it can give there has a hole.
  objects::Surrender gone{m.salt(), second_user.key.pub, second, seconds(220, 240), Quantity(40)};
  m.admit(gone, {{objects::Role::user, second_user.key}}, at_second(100));
  EXPECT_EQ(decide(kAmple, 50), "");
  // [220, 240) has 40 free: 10 come from the first there; elsewhere 40 and 10.
  EXPECT_EQ(live(second), "");
  EXPECT_EQ(live(first), "50@200-300");
  const chain::SettlementRecord& s = m.chain().state().settlements.all().back();
  EXPECT_EQ(s.displaced.size(), 2U);
}

TEST_F(Displacements, block_a_displacer_with_an_overdue_obligation) {
  Party debtor = m.user("gold");
  auto settle = [&](std::int64_t from, std::int64_t until, std::int64_t when) {
    objects::Request q = m.request(debtor, {declaration}, 30, seconds(from, until), "gold");
    objects::Settlement s =
        m.settlement(holder, debtor, declaration, m.ask(debtor, q), q, at_second(when));
    s.legs[0].displace = kAmple;
    auto duty = m.chain().state().undischarged.find({holder.key.pub, debtor.key.pub, declaration});
    if (duty != m.chain().state().undischarged.end())
      s.legs[0].predecessors = {duty->second.back().id};
    return clauses(m.settle(holder, debtor, s, at_second(when)));
  };
  EXPECT_EQ(settle(400, 410, 100), "");  // its price is due at 410
  EXPECT_EQ(settle(200, 300, 150), "");  // nothing is overdue yet
  grant("basic", 100, 600, 700, {}, 150);
  EXPECT_EQ(settle(600, 700, 411), "displacement");
  EXPECT_EQ(settle(800, 900, 412), "");  // displaces nobody
  const chain::ChainState& state = m.chain().state();
  for (std::size_t i = 0; i < state.obligations.size(); ++i) {
    const chain::ObligationRecord& owing = state.obligations.all()[i];
    if (owing.obligation.payer != debtor.key.pub || owing.obligation.deadline > at_second(413))
      continue;
    objects::Payment p{m.salt(), debtor.key.pub, owing.id, owing.obligation.amount};
    m.admit(p, {{objects::Role::user, debtor.key}}, at_second(413));
  }
  EXPECT_EQ(settle(600, 700, 414), "");
}

struct ProRata : Displacements {
  ProRata() : Displacements(tiers("pro-rata")) {}
};
TEST_F(ProRata, takes_each_candidates_share_and_the_odd_unit_from_the_latest) {
  EXPECT_EQ(decide(kAmple, 31), "");  // 31 of 60 + 40: floors 18 and 12, one more from the latest
  EXPECT_EQ(live(first), "42@200-300");
  EXPECT_EQ(live(second), "27@200-300");
}
TEST_F(ProRata, takes_all_of_all_where_all_is_needed) {
  EXPECT_EQ(decide(kAmple, 100), "");
  EXPECT_EQ(live(first), "");
  EXPECT_EQ(live(second), "");
}

struct EarliestFirst : Displacements {
  EarliestFirst() : Displacements(tiers("earliest-first")) {}
};
TEST_F(EarliestFirst, takes_the_first) {
  EXPECT_EQ(decide(kAmple, 61), "");
  EXPECT_EQ(live(first), "");
  EXPECT_EQ(live(second), "39@200-300");
}

struct Floor : Displacements {
  Floor() : Displacements(tiers("latest-first", ", min_run: 60s")) {}
  std::string at(std::int64_t when, std::int64_t from) {
    Party user = m.user("silver");
    objects::Request q = m.request(user, {declaration}, 30, seconds(from, 300), "silver");
    objects::Settlement s =
        m.settlement(holder, user, declaration, m.ask(user, q), q, at_second(when));
    s.legs[0].displace = kAmple;
    return clauses(m.settle(holder, user, s, at_second(when)));
  }
};
TEST_F(Floor, protects_a_started_grant_until_it_has_run_its_minimum) {
  EXPECT_EQ(at(259, 259), "capacity");
  EXPECT_EQ(at(259, 260), "");
  EXPECT_EQ(live(second), "40@200-260 10@260-300");
}

struct StopWithin : Displacements {
  static RuleParts parts() {
    RuleParts p = tiers();
    const std::string key = "compensation: 2.00, pay_within: 1h";
    p.tiers.replace(p.tiers.find(key), key.size(), key + ", stop_within: 20s");
    return p;
  }
  StopWithin() : Displacements(parts()) {}
};
TEST_F(StopWithin, refuses_a_displacement_that_leaves_less_time) {
  EXPECT_EQ(decide(kAmple, 30, "silver", 181), "displacement");
  EXPECT_EQ(decide(kAmple, 30, "silver", 180), "");
}

struct OneVictim : Displacements {
  OneVictim() : Displacements(tiers(), {1, 64}) {}
};
TEST_F(OneVictim, refuses_a_cover_of_more_victims_than_the_genesis_allows) {
  EXPECT_EQ(decide(kAmple, 41), "displacement");
  EXPECT_EQ(decide(kAmple, 40), "");
}

struct OnePiece : Displacements {
  OnePiece() : Displacements(tiers(), {32, 1}) {}
};
TEST_F(OnePiece, refuses_a_cover_of_more_pieces_than_the_genesis_allows) {
  EXPECT_EQ(decide(kAmple, 41), "displacement");
  EXPECT_EQ(decide(kAmple, 40), "");
}

struct SetAsides : Displacements {
  static RuleParts parts() {
    RuleParts p = tiers();
    const std::string key = "name: basic, rank: 10";
    p.tiers.replace(p.tiers.find(key), key.size(), key + ", set_aside: 50%");
    return p;
  }
  SetAsides() : Displacements(parts()) {}
};
TEST_F(SetAsides, bound_what_a_tier_gives_for_the_declaration) {
  EXPECT_EQ(decide(kAmple, 51), "capacity tier-quota");  // basic keeps 50 of its 100
  EXPECT_EQ(decide(kAmple, 50), "");
  EXPECT_EQ(live(second), "");
  EXPECT_EQ(live(first), "50@200-300");
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
