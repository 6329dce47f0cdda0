// Goals are watched while a chain grows: held, broken, or never spoken of.
#include "model/chain/goals.h"

#include <gtest/gtest.h>

#include "tests/support/market.h"

namespace capmarket::chain {
namespace {

using testing::at_second;
using testing::clauses;
using testing::Market;
using testing::Party;
using testing::RuleParts;
using testing::seconds;

RuleParts with_goals() {
  RuleParts p;
  p.tiers =
      "  - { name: gold, rank: 20, eligible: \"true\", displaces: { when: victim.rank < rank, "
      "compensation: 1.00, pay_within: 1h } }\n"
      "  - { name: basic, rank: 10, eligible: \"true\" }\n";
  p.more = R"(goals:
  - { name: fair, always: displaced implies compensation >= victim.value }
  - { name: gold-stays, never: displaced && victim.tier == "gold" }
  - { name: small, always: quantity <= 60 }
  - { name: refunded, always: failed implies refund >= 1.00 }
  - { name: basic-alone, always: tier == "basic" implies quantity > 1000 }
  - { name: prompt, always: request.waited <= 2min }
)";
  return p;
}

struct Goals : ::testing::Test {
  Market m{{crypto::Scheme::mac, testing::rule_text(with_goals())}};
  GoalMonitor monitor{m.chain()};
  Party holder = m.holder(100);
  ContentId declaration = m.declare(holder, 100, seconds(0, 1000));
  Goals() {
    m.chain().observe([this](const Event& e) { monitor.on_event(e); });
  }
  ContentId settle(const std::string& tier, std::int64_t quantity,
                   std::optional<objects::DisplaceTerms> displace = {}, std::int64_t second = 100) {
    Party user = m.user(tier);
    objects::Request q = m.request(user, {declaration}, quantity, seconds(200, 300), tier);
    objects::Settlement s = m.settlement(holder, user, declaration, m.ask(user, q), q, at_second(second));
    s.legs[0].displace = displace;
    auto checked = m.sign(
        s, {{objects::Role::submitter, user.key}, {objects::Role::user, user.key}, {objects::Role::holder, holder.key}});
    EXPECT_EQ(clauses(m.submit(checked, at_second(second))), "");
    return objects::grant_id(checked.id, 0);
  }
  GoalReport goal(const std::string& name) {
    for (const GoalReport& g : monitor.report())
      if (g.goal == name) return g;
    ADD_FAILURE() << name;
    return {};
  }
};

TEST_F(Goals, are_not_reached_before_anything_that_they_speak_of) {
  for (const GoalReport& g : monitor.report()) EXPECT_EQ(g.verdict, GoalVerdict::not_reached);
  settle("gold", 60);
  EXPECT_EQ(goal("small").verdict, GoalVerdict::held);
  EXPECT_EQ(goal("fair").verdict, GoalVerdict::not_reached);
  EXPECT_EQ(goal("gold-stays").verdict, GoalVerdict::not_reached);
  EXPECT_EQ(goal("basic-alone").verdict, GoalVerdict::not_reached);
}

TEST_F(Goals, tell_the_steps_that_they_speak_of) {
  settle("gold", 60);
  EXPECT_EQ(goal("small").judged_at, "legs");
  EXPECT_EQ(goal("fair").judged_at, "displacements");
  EXPECT_EQ(judged_steps({.failure = true}), "failures");
  EXPECT_EQ(judged_steps({.displacement = true, .failure = true}), "no step");
}

TEST_F(Goals, break_where_a_displacement_owes_too_little) {
  ContentId victim = settle("basic", 61);
  ContentId second = settle("basic", 39);
  settle("gold", 30, objects::DisplaceTerms{Money(10'000), Money(kWireMax)});
  EXPECT_EQ(m.chain().state().grant(second)->times_displaced, 1);  // the latest
  GoalReport fair = goal("fair");
  EXPECT_EQ(fair.verdict, GoalVerdict::broken);
  EXPECT_EQ(fair.breaches, 1);
  EXPECT_EQ(fair.first, m.chain().state().settlements.all()[2].sequence);
  EXPECT_EQ(goal("gold-stays").verdict, GoalVerdict::held);
  EXPECT_EQ(goal("small").verdict, GoalVerdict::broken);
  EXPECT_EQ(goal("prompt").verdict, GoalVerdict::held);
  EXPECT_NE(victim, second);
}

TEST_F(Goals, speak_of_failures_and_of_waiting) {
  ContentId grant = settle("basic", 60, {}, 121);
  EXPECT_EQ(goal("prompt").verdict, GoalVerdict::broken);  // 121 s
  EXPECT_EQ(goal("refunded").verdict, GoalVerdict::not_reached);
  objects::DeliveryFailure f{m.salt(),     holder.key.pub,    objects::Role::holder,   {},     grant,
                    Quantity(60), seconds(200, 300), at_second(121), "storm"};
  m.admit(f, {{objects::Role::holder, holder.key}}, at_second(121));
  EXPECT_EQ(goal("refunded").verdict, GoalVerdict::held);
}

}  // namespace
}  // namespace capmarket::chain
