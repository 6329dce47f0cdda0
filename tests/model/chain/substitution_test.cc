// A substitute for a failure stays in the scope of the failed grant's strategy: the clause
// `fallback` refuses it elsewhere. What was displaced is settled again wherever there is room.
#include <gtest/gtest.h>

#include "tests/support/whole_market.h"

namespace capmarket::chain {
namespace {

using testing::at_second;
using testing::clauses;
using testing::Market;
using testing::Party;
using testing::RuleParts;
using testing::seconds;

/// Two holders on a line, two beside it; the first of each pair has two declarations.
struct Substitutes {
  static std::string rule(const std::string& coordination) {
    RuleParts p;
    p.coordination = coordination;
    p.tiers =
        "  - { name: gold, rank: 20, eligible: \"true\", displaces: { when: victim.rank < rank, "
        "compensation: 1.00, pay_within: 1h } }\n"
        "  - { name: basic, rank: 10, eligible: \"true\" }\n";
    p.fallback.clear();
    for (const char* scope : {"none", "same-holder", "pool", "any"})
      p.fallback += std::string("  - { name: ") + scope + ", substitution: " + scope +
                    ", notify_within: 60s, refund: 100%, penalty: 10% }\n";
    return testing::rule_text(p);
  }
  explicit Substitutes(const std::string& coordination = "{ mode: none }")
      : m({crypto::Scheme::mac, rule(coordination)}),
        coordinators({m.party(objects::Role::coordinator), m.party(objects::Role::coordinator)}),
        user(m.user("basic")) {
    for (int i = 0; i < 4; ++i) holders.push_back(m.holder(100, i < 2 ? "eu/de" : "eu/fr"));
    const ContentId line = m.ordain(testing::infrastructure(m, "line", {holders[0], holders[1]},
                                                            {{testing::kStart, Quantity(100)}}));
    for (int of : {0, 0, 1, 2, 2, 3}) {
      objects::Declaration d =
          m.declaration(holders[static_cast<std::size_t>(of)], 20, seconds(0, 1000));
      if (of < 2) d.infrastructure = line;
      declarations.push_back(
          m.admit(d, {{objects::Role::holder, holders[static_cast<std::size_t>(of)].key}}));
      owner.push_back(static_cast<std::size_t>(of));
    }
  }

  Market m;
  std::vector<Party> coordinators;
  Party user;
  std::vector<Party> holders;
  std::vector<ContentId> declarations;
  std::vector<std::size_t> owner;  // of each declaration
  objects::Request asked;
  ContentId request;

  std::string settle(objects::Settlement s, std::size_t by, int coordinator, std::int64_t second) {
    testing::Signers signers{{objects::Role::submitter, user.key},
                             {objects::Role::user, user.key},
                             {objects::Role::holder, holders[by].key}};
    if (coordinator >= 0) {
      const Party& c = coordinators[static_cast<std::size_t>(coordinator)];
      s.coordinators = {c.credential};
      signers.emplace_back(objects::Role::coordinator, c.key);
    }
    auto checked = m.sign(s, signers);
    last = checked.id;
    return clauses(m.submit(checked, at_second(second)));
  }
  ContentId last;

  /// A grant on declaration `lost` under `strategy` fails; the decision on a substitute for it on
  /// declaration `by`.
  std::string substitute(const std::string& strategy, std::size_t lost, std::size_t by,
                         int first_coordinator = -1, int second_coordinator = -1) {
    asked = m.request(user, declarations, 10, seconds(200, 300));
    request = m.ask(user, asked);
    objects::Settlement s = m.settlement(holders[owner[lost]], user, declarations[lost], request,
                                         asked, at_second(100));
    s.legs[0].strategy = m.strategy(strategy);
    EXPECT_EQ(settle(s, owner[lost], first_coordinator, 100), "");
    objects::DeliveryFailure f;
    f.salt = m.salt();
    f.reporter = holders[owner[lost]].key.pub;
    f.grant = objects::grant_id(last, 0);
    f.quantity = Quantity(10);
    f.window = seconds(200, 300);
    f.failed_at = at_second(110);
    f.cause = "storm";
    m.admit(f, {{objects::Role::holder, holders[owner[lost]].key}}, at_second(110));
    objects::Settlement t =
        m.settlement(holders[owner[by]], user, declarations[by], request, asked, at_second(120), 1);
    t.legs[0].strategy = m.strategy("any");  // its own: what it may replace is the failed grant's
    t.legs[0].replaces = m.chain().state().failures.back().id;
    return settle(t, owner[by], second_coordinator, 120);
  }
};

TEST(Substitution, stays_in_the_scope_of_the_failed_grants_strategy) {
  const auto decided = [](const char* strategy, std::size_t lost, std::size_t by) {
    return Substitutes().substitute(strategy, lost, by);
  };
  for (std::size_t by : {1, 2, 3}) EXPECT_EQ(decided("none", 0, by), "fallback") << by;
  EXPECT_EQ(decided("same-holder", 0, 1), "");
  EXPECT_EQ(decided("same-holder", 0, 2), "fallback");
  EXPECT_EQ(decided("pool", 0, 1), "");
  EXPECT_EQ(decided("pool", 0, 2), "");
  EXPECT_EQ(decided("pool", 0, 3), "fallback");
  for (std::size_t by : {1, 2, 3}) EXPECT_EQ(decided("any", 0, by), "") << by;
  // Beside the line nothing is shared, not even between declarations of one holder.
  EXPECT_EQ(decided("same-holder", 3, 4), "");
  EXPECT_EQ(decided("pool", 3, 4), "fallback");
}

/// Somebody of gold takes the declaration from a grant of 10 on it under `strategy`; the decision
/// on `quantity` of that again, on declaration `by`.
std::string settled_again(const std::string& strategy, std::size_t by, std::int64_t quantity = 10) {
  Substitutes x;
  x.asked = x.m.request(x.user, x.declarations, 20, seconds(200, 300));
  x.request = x.m.ask(x.user, x.asked);
  objects::Settlement s =
      x.m.settlement(x.holders[0], x.user, x.declarations[0], x.request, x.asked, at_second(100));
  s.legs[0].strategy = x.m.strategy(strategy);
  s.legs[0].quantity = Quantity(10);
  EXPECT_EQ(x.settle(s, 0, -1, 100), "");
  const Party gold = x.m.user("gold");
  const objects::Request all =
      x.m.request(gold, {x.declarations[0]}, 20, seconds(200, 300), "gold");
  objects::Settlement t = x.m.settlement(x.holders[0], gold, x.declarations[0], x.m.ask(gold, all),
                                         all, at_second(110));
  t.legs[0].strategy = x.m.strategy("any");
  t.legs[0].displace = objects::DisplaceTerms{Money(10'000), Money(kWireMax)};
  EXPECT_EQ(clauses(x.m.settle(x.holders[0], gold, t, at_second(110))), "");
  const LossRecord& loss = x.m.chain().state().request(x.request)->losses.back();
  EXPECT_EQ(loss.reason, LossReason::displaced);
  objects::Settlement again = x.m.settlement(x.holders[x.owner[by]], x.user, x.declarations[by],
                                             x.request, x.asked, at_second(120), 1);
  again.legs[0].strategy = x.m.strategy("none");
  again.legs[0].quantity = Quantity(quantity);
  again.legs[0].replaces = loss.id;
  return x.settle(again, x.owner[by], -1, 120);
}

TEST(Substitution, of_what_was_displaced_is_free) {
  for (const char* strategy : {"none", "same-holder", "pool", "any"})
    for (std::size_t by : {1, 2, 3, 5})
      EXPECT_EQ(settled_again(strategy, by), "") << strategy << by;
}

TEST(Substitution, of_what_was_displaced_is_as_much_as_that_and_where_there_is_room) {
  EXPECT_EQ(settled_again("none", 3, 11), "sequence");
  EXPECT_EQ(settled_again("none", 0), "capacity");  // it was taken there
}

TEST(Substitution, in_a_pool_one_coordinator_of_both_settlements_is_enough) {
  const auto decided = [](int first, int second) {
    return Substitutes("{ mode: single }").substitute("pool", 3, 5, first, second);
  };
  EXPECT_EQ(decided(0, 0), "");
  EXPECT_EQ(decided(0, 1), "fallback");
}

TEST(Substitution, is_unresolved_where_the_declaration_does_not_exist) {
  Substitutes x;
  ASSERT_EQ(x.substitute("any", 0, 1), "");
  objects::Settlement t = x.m.settlement(x.holders[0], x.user, x.declarations[1], x.request,
                                         x.asked, at_second(130), 2);
  t.legs[0].strategy = x.m.strategy("any");
  t.legs[0].declaration.bytes[0] ^= 1;
  EXPECT_EQ(x.settle(t, 0, -1, 130).find("fallback?"), std::string::npos);
  t.salt = x.m.salt();
  t.legs[0].replaces = x.m.chain().state().failures.back().id;
  EXPECT_NE(x.settle(t, 0, -1, 131).find("fallback?"), std::string::npos);
}

}  // namespace
}  // namespace capmarket::chain
