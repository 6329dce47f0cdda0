// A holder takes back what of its declaration nobody was granted; only that returns to its asset.
#include <gtest/gtest.h>

#include "tests/support/whole_market.h"

namespace capmarket::chain {
namespace {

using testing::at_second;
using testing::clauses;
using testing::Market;
using testing::Party;
using testing::seconds;

/// 100 declared over [0, 1000) of an asset of 100; 40 of them granted over [200, 300).
struct Retraction : ::testing::Test {
  Market m{{crypto::Scheme::mac}};
  Party holder = m.holder(100), user = m.user("basic");
  ContentId declaration = m.declare(holder, 100, seconds(0, 1000));
  ContentId grant = settle(40, seconds(200, 300), 100, "");

  ContentId settle(std::int64_t quantity, Window window, std::int64_t second,
                   const std::string& expected) {
    objects::Request q = m.request(user, {declaration}, quantity, window);
    objects::Settlement s =
        m.settlement(holder, user, declaration, m.ask(user, q), q, at_second(second));
    auto checked = m.sign(s, {{objects::Role::submitter, holder.key},
                              {objects::Role::holder, holder.key},
                              {objects::Role::user, user.key}});
    EXPECT_EQ(clauses(m.submit(checked, at_second(second))), expected);
    return objects::grant_id(checked.id, 0);
  }
  std::string retract(const Party& by, const ContentId& what, Instant at) {
    return clauses(m.submit(
        m.sign(objects::Retract{m.salt(), by.key.pub, what}, {{objects::Role::holder, by.key}}),
        at));
  }
  std::string declare(std::int64_t quantity, Window window, std::int64_t second) {
    return clauses(m.submit(
        m.sign(m.declaration(holder, quantity, window), {{objects::Role::holder, holder.key}}),
        at_second(second)));
  }
  std::string surrender(std::int64_t quantity, Window window, std::int64_t second) {
    objects::Surrender s{m.salt(), user.key.pub, grant, window, Quantity(quantity)};
    return clauses(m.submit(m.sign(s, {{objects::Role::user, user.key}}), at_second(second)));
  }
};

TEST_F(Retraction, returns_to_the_asset_what_is_free_and_nothing_else) {
  EXPECT_EQ(declare(1, seconds(150, 160), 110), "asset");
  EXPECT_EQ(retract(holder, declaration, at_second(120)), "");
  // All of it from 120 on, but for what is live; nothing of the time before.
  EXPECT_EQ(declare(1, seconds(119, 121), 121), "asset");
  EXPECT_EQ(declare(101, seconds(120, 200), 121), "asset");
  EXPECT_EQ(declare(100, seconds(120, 200), 121), "");
  EXPECT_EQ(declare(61, seconds(200, 300), 121), "asset");
  EXPECT_EQ(declare(60, seconds(200, 300), 121), "");
}

TEST_F(Retraction, leaves_nothing_on_the_declaration_that_could_be_granted) {
  settle(60, seconds(200, 300), 119, "");
  EXPECT_EQ(retract(holder, declaration, at_second(120)), "");
  settle(1, seconds(400, 500), 121, "capacity");
}

TEST_F(Retraction, keeps_what_failed_and_what_was_curtailed) {
  objects::DeliveryFailure f;
  f.salt = m.salt();
  f.reporter = holder.key.pub;
  f.grant = grant;
  f.quantity = Quantity(10);
  f.window = seconds(200, 300);
  f.failed_at = at_second(110);
  f.cause = "storm";
  m.admit(f, {{objects::Role::holder, holder.key}}, at_second(110));
  m.admit(objects::Curtailment{m.salt(), holder.key.pub, declaration, Quantity(20),
                               seconds(200, 300), "fire"},
          {{objects::Role::holder, holder.key}}, at_second(111));
  EXPECT_EQ(retract(holder, declaration, at_second(120)), "");
  EXPECT_EQ(declare(41, seconds(200, 300), 121), "asset");  // 100 - 30 live - 10 failed - 20 gone
  EXPECT_EQ(declare(40, seconds(200, 300), 121), "");
}

TEST_F(Retraction, is_the_holders_while_something_ahead_is_free) {
  const Party other = m.holder(10);
  EXPECT_EQ(retract(other, declaration, at_second(120)), "standing");
  EXPECT_EQ(retract(holder, ContentId{}, at_second(120)), "objects-resolve? standing?");
  EXPECT_EQ(clauses(m.submit(m.sign(objects::Retract{m.salt(), holder.key.pub, declaration},
                                    {{objects::Role::holder, other.key}}),
                             at_second(120))),
            "signatures");
  EXPECT_EQ(retract(holder, declaration, at_second(999) + Duration(1)), "standing");  // rounded up
  EXPECT_EQ(retract(holder, declaration, at_second(120)), "standing");  // time went on
}

TEST_F(Retraction, of_nothing_is_refused_and_what_is_given_back_later_is_free_again) {
  EXPECT_EQ(retract(holder, declaration, at_second(120)), "");
  EXPECT_EQ(retract(holder, declaration, at_second(121)), "standing");
  EXPECT_EQ(surrender(15, seconds(250, 300), 122), "");
  settle(15, seconds(250, 300), 123, "");  // sold again, on the same declaration
  EXPECT_EQ(retract(holder, declaration, at_second(124)), "standing");
}

TEST_F(Retraction, bounds_a_curtailment_by_what_is_left) {
  EXPECT_EQ(retract(holder, declaration, at_second(120)), "");
  auto curtail = [&](std::int64_t quantity, Window w) {
    return clauses(m.submit(m.sign(objects::Curtailment{m.salt(), holder.key.pub, declaration,
                                                        Quantity(quantity), w, "fire"},
                                   {{objects::Role::holder, holder.key}}),
                            at_second(121)));
  };
  EXPECT_EQ(curtail(1, seconds(400, 500)), "outstanding");
  EXPECT_EQ(curtail(41, seconds(200, 300)), "outstanding");
  EXPECT_EQ(curtail(40, seconds(200, 300)), "");  // all that is live fails
  EXPECT_TRUE(m.chain().state().grant(grant)->live.empty());
}

}  // namespace
}  // namespace capmarket::chain
