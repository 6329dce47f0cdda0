// Covers on shared infrastructure: the second step, who may be reached elsewhere, legs in turn, and
// versions of a rule.
#include <gtest/gtest.h>

#include "tests/support/whole_market.h"

namespace capmarket::admission {
namespace {

using testing::at_second;
using testing::clauses;
using testing::Market;
using testing::Party;
using testing::RuleParts;
using testing::seconds;

constexpr objects::DisplaceTerms kNoCeiling{Money(kWireMax), Money(kWireMax)};

RuleParts parts(const std::string& mode) {
  RuleParts p;
  p.coordination = mode;
  p.tiers =
      "  - { name: gold, rank: 30, eligible: \"true\", displaces: { when: victim.rank < rank, "
      "compensation: 2.00, pay_within: 1h } }\n"
      "  - { name: silver, rank: 20, eligible: \"true\" }\n"
      "  - { name: basic, rank: 10, eligible: \"true\" }\n";
  return p;
}

/// Two declarations of 100 kW, at eu/de/n1 and eu/fr/n1, on a line of 100 kW.
struct TwoEnds : ::testing::Test {
  explicit TwoEnds(const std::string& mode = "{ mode: sharded, by: 2 }")
      : m({crypto::Scheme::mac, testing::rule_text(parts(mode))}) {}

  Market m;
  Party near_holder = m.holder(100, "eu/de/n1"), far_holder = m.holder(100, "eu/fr/n1");
  Party de = m.party(objects::Role::coordinator, "eu/de");
  Party fr = m.party(objects::Role::coordinator, "eu/fr");
  ContentId line = admit_line();
  ContentId near = declare(near_holder), far = declare(far_holder);
  ContentId version = m.rule();      // that is signed under
  std::int64_t now = 100, late = 0;  // when it is signed, and how long after it is decided
  chain::Receipt last;

  ContentId admit_line() {
    objects::SharedInfrastructure i = testing::infrastructure(m, "line", {near_holder, far_holder},
                                                              {{at_second(0), Quantity(100)}});
    i.locations = {{"eu"}};
    return m.admit(i, {{objects::Role::authority, m.authority_key}});
  }
  ContentId declare(const Party& holder) {
    objects::Declaration d = m.declaration(holder, 100, seconds(0, 1000));
    d.infrastructure = line;
    return m.admit(d, {{objects::Role::holder, holder.key}});
  }
  /// Settles `quantity` over [200, 300) of each declaration, in order, with `coordinators`.
  std::vector<ContentId> settle(
      const std::string& tier,
      const std::vector<std::tuple<const Party*, ContentId, std::int64_t>>& legs,
      const std::vector<Party>& coordinators, std::optional<objects::DisplaceTerms> displace = {}) {
    Party user = m.user(tier);
    objects::Settlement all;
    testing::Signers signers = {{objects::Role::submitter, user.key},
                                {objects::Role::user, user.key}};
    for (const auto& [holder, declaration, quantity] : legs) {
      objects::Request q = m.request(user, {declaration}, quantity, seconds(200, 300), tier);
      objects::Settlement one =
          m.settlement(*holder, user, declaration, m.ask(user, q), q, at_second(now));
      one.legs[0].rule = version;
      one.legs[0].displace = displace;
      if (all.legs.empty()) all.salt = one.salt, all.signed_at = one.signed_at;
      all.legs.push_back(one.legs[0]);
      all.indices.push_back(one.indices[0]);
      signers.emplace_back(objects::Role::holder, holder->key);
    }
    for (const Party& c : coordinators) {
      all.coordinators.push_back(c.credential);
      signers.emplace_back(objects::Role::coordinator, c.key);
    }
    auto checked = m.sign(all, signers);
    last = m.submit(checked, at_second(now + late));
    std::vector<ContentId> out;
    for (std::size_t i = 0; i < legs.size(); ++i) out.push_back(objects::grant_id(checked.id, i));
    return out;
  }
  std::int64_t live(const ContentId& grant) {
    const chain::GrantRecord& g = *m.chain().state().grant(grant);
    return g.live.empty() ? 0 : g.live[0].quantity.value;
  }
};

TEST_F(TwoEnds, the_second_step_reaches_elsewhere_only_where_its_coordinator_signed) {
  ContentId victim = settle("basic", {{&far_holder, far, 60}}, {fr})[0];
  settle("basic", {{&near_holder, near, 40}}, {de});
  ContentId own = objects::grant_id(m.chain().state().settlements.all().back().id, 0);
  // 70 more on the line: 30 are free at the declaration beyond the 40, the line is full.
  settle("gold", {{&near_holder, near, 70}}, {de}, kNoCeiling);
  EXPECT_EQ(clauses(last), "shared-capacity");  // the 40 at hand are not enough
  ASSERT_EQ(last.decision.shortfalls.size(), 1U);
  EXPECT_EQ(last.decision.shortfalls[0].lack, Quantity(70));
  settle("gold", {{&near_holder, near, 70}}, {de, fr}, kNoCeiling);
  EXPECT_EQ(clauses(last), "");
  // 10 lack at the declaration and come from it; of the 60 that the line still lacks the latest
  // gives 30 more, the other the rest.
  EXPECT_EQ(live(own), 0);
  EXPECT_EQ(live(victim), 30);
}

TEST_F(TwoEnds, what_others_give_back_is_not_the_legs_holders) {
  settle("basic", {{&far_holder, far, 100}}, {fr});
  settle("gold", {{&near_holder, near, 70}}, {de, fr},
         objects::DisplaceTerms{Money(20'000), Money(0)});
  EXPECT_EQ(clauses(last), "");
}

TEST_F(TwoEnds, a_leg_is_judged_at_its_turn) {
  ContentId a = settle("basic", {{&near_holder, near, 50}}, {de})[0];
  ContentId b = settle("basic", {{&near_holder, near, 50}}, {de})[0];
  // The first leg takes 30 of the latest (b), the second finds 20 of it left and takes 20 of a.
  settle("gold", {{&near_holder, near, 30}, {&near_holder, near, 40}}, {de}, kNoCeiling);
  EXPECT_EQ(clauses(last), "");
  EXPECT_EQ(live(a), 30);
  EXPECT_EQ(live(b), 0);
  EXPECT_EQ(m.chain().state().grant(b)->times_displaced, 2);  // once a leg
}

TEST_F(TwoEnds, a_later_leg_can_lack_what_an_earlier_one_took) {
  settle("basic", {{&near_holder, near, 50}}, {de});
  settle("gold", {{&near_holder, near, 60}, {&near_holder, near, 41}}, {de}, kNoCeiling);
  EXPECT_EQ(clauses(last), "capacity shared-capacity");
  ASSERT_EQ(last.decision.shortfalls.size(), 2U);
  EXPECT_EQ(last.decision.shortfalls[0].lack, Quantity(10));
  EXPECT_EQ(last.decision.shortfalls[1].lack, Quantity(41));
}

struct NoCoordination : TwoEnds {
  NoCoordination() : TwoEnds("{ mode: none }") {}
};
TEST_F(NoCoordination, the_line_does_not_bind_and_nobody_is_reached_elsewhere) {
  ContentId far_grant = settle("basic", {{&far_holder, far, 100}}, {})[0];
  settle("gold", {{&near_holder, near, 100}}, {}, kNoCeiling);
  EXPECT_EQ(clauses(last), "");
  EXPECT_EQ(live(far_grant), 100);
}

/// Signed from second 150 on under a next version, of that coordination.
struct Succeeded : TwoEnds {
  Succeeded() : TwoEnds("{ mode: none }") {}
  void succeed(const std::string& mode) {
    rules::Rule next = testing::rule_from(testing::rule_text(parts(mode)));
    next.version = 2;
    next.supersedes = version;
    next.effective.from = at_second(150);
    version = m.ordain(next, at_second(120));
    now = 150;
  }
};

/// A leg that was signed before a version began displaced the grants of that version.
TEST_F(Succeeded, a_leg_of_the_old_version_takes_nobody_of_the_new) {
  const ContentId old = settle("basic", {{&near_holder, near, 50}}, {})[0];
  succeed("{ mode: none }");
  const ContentId fresh = settle("basic", {{&near_holder, near, 50}}, {})[0];
  version = m.rule(), now = 149, late = 1;
  settle("gold", {{&near_holder, near, 51}}, {}, kNoCeiling);
  EXPECT_EQ(clauses(last), "capacity");  // the 50 of its own version are one too few
  settle("gold", {{&near_holder, near, 50}}, {}, kNoCeiling);
  EXPECT_EQ(clauses(last), "");
  EXPECT_EQ(live(old), 0);
  EXPECT_EQ(live(fresh), 50);
}

TEST_F(Succeeded, a_leg_of_the_new_version_takes_those_of_both) {
  const ContentId old = settle("basic", {{&near_holder, near, 50}}, {})[0];
  succeed("{ mode: none }");
  const ContentId fresh = settle("basic", {{&near_holder, near, 50}}, {})[0];
  settle("gold", {{&near_holder, near, 100}}, {}, kNoCeiling);
  EXPECT_EQ(clauses(last), "");
  EXPECT_EQ(live(old) + live(fresh), 0);
}

/// Sold while nothing bound it, 150 of the 100 of the line; then a version under which it binds.
struct Inherited : Succeeded {
  Inherited() {
    far_grant = settle("basic", {{&far_holder, far, 80}}, {})[0];
    near_grant = settle("basic", {{&near_holder, near, 70}}, {})[0];
    succeed("{ mode: sharded, by: 2 }");
  }
  ContentId far_grant, near_grant;
};

TEST_F(Inherited, excess_is_not_the_newcomers_to_mend_and_nobody_adds_to_it) {
  settle("silver", {{&near_holder, near, 10}}, {de});
  EXPECT_EQ(clauses(last), "shared-capacity");
  ASSERT_EQ(last.decision.shortfalls.size(), 1U);
  EXPECT_EQ(last.decision.shortfalls[0].lack, Quantity(10));  // its own, not the 60 of the line
  settle("gold", {{&near_holder, near, 10}}, {de}, kNoCeiling);
  EXPECT_EQ(clauses(last), "");
  EXPECT_EQ(live(near_grant), 60);
  EXPECT_EQ(live(far_grant), 80);
  EXPECT_EQ(m.chain().state().infrastructure(line)->excess.value(at_second(250)), Quantity(50));
}

TEST_F(Inherited, excess_is_made_room_for_to_the_last_unit_and_no_further) {
  settle("gold", {{&near_holder, near, 71}}, {de}, kNoCeiling);
  EXPECT_EQ(clauses(last), "shared-capacity");  // the 70 at hand are one too few
  settle("gold", {{&near_holder, near, 70}}, {de}, kNoCeiling);
  EXPECT_EQ(clauses(last), "");
  EXPECT_EQ(live(near_grant), 0);
  settle("gold", {{&near_holder, near, 1}}, {de, fr}, kNoCeiling);
  EXPECT_EQ(clauses(last), "");
  EXPECT_EQ(live(far_grant), 79);
}

}  // namespace
}  // namespace capmarket::admission
