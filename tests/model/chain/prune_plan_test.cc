// What of a small market may be pruned, at which instant, and what keeps the rest.
#include "model/chain/prune_plan.h"

#include <gtest/gtest.h>

#include "model/objects/submission.h"
#include "tests/support/claimed_market.h"
#include "tests/support/market.h"

namespace capmarket::chain {
namespace {

using testing::at_second;
using testing::clauses;
using testing::Market;
using testing::Party;
using testing::seconds;

constexpr std::int64_t kDay = 24 * 3600;

History history_of(const Bytes& frames) {
  History out;
  for (std::size_t at = 0; at < frames.size();) {
    ByteView leaf, payload;
    EXPECT_EQ(log::read_frame(frames, at, leaf, payload), log::FrameFault::none);
    const Leaf decoded = *decode_leaf(leaf);
    out.add(decoded, *objects::decode_object(decoded.kind, objects::decode_payload(decoded.kind, payload)->body));
  }
  return out;
}

/// What the plan says of the market at that second, once the chain is there.
struct Planned {
  History history;
  PrunePlan plan;
  Planned(Market& m, std::int64_t second, const std::vector<ContentId>& only = {}) {
    m.chain().tick(at_second(second));
    history = history_of(m.frames());
    PruneRequest request{at_second(second), {}, {}};
    for (const ContentId& id : only) request.only.push_back(history.find(id)->leaf.sequence.value);
    plan = plan_pruning(history, m.chain().state(), request);
  }
  const KeptBody& of(const ContentId& id) const {
    return plan.entries[static_cast<std::size_t>(history.find(id)->leaf.sequence.value)];
  }
  std::string why(const ContentId& id) const { return std::string(to_text(of(id).why)); }
};

struct PrunePlans : ::testing::Test {
  Market m{{crypto::Scheme::mac}};
  Party holder = m.holder(100), user = m.user("basic");

  struct Deal {
    ContentId declaration, request, settlement, price;
  };
  Deal settle(std::int64_t from, Instant retain, bool pays = true) {
    Deal out;
    out.declaration = m.declare(holder, 10, seconds(from, from + 100));
    return settle_on(out.declaration, from, retain, pays);
  }
  Deal settle_on(const ContentId& declaration, std::int64_t from, Instant retain, bool pays = true) {
    Deal out;
    out.declaration = declaration;
    objects::Request q = m.request(user, {declaration}, 5, seconds(from, from + 100));
    out.request = m.ask(user, q);
    objects::Settlement s = m.settlement(holder, user, declaration, out.request, q, at_second(0));
    s.legs[0].retain_until = retain;
    auto checked = m.sign(
        s, {{objects::Role::submitter, user.key}, {objects::Role::user, user.key}, {objects::Role::holder, holder.key}});
    EXPECT_EQ(clauses(m.submit(checked, at_second(0))), "");
    out.settlement = checked.id;
    const ObligationRecord& price = m.chain().state().obligations.back();
    out.price = price.id;
    if (pays)
      m.admit(objects::Payment{m.salt(), user.key.pub, price.id, price.obligation.amount}, {{objects::Role::user, user.key}});
    return out;
  }
};

TEST_F(PrunePlans, let_go_of_a_settlement_with_all_that_goes_with_it_at_its_retention_and_not_before) {
  const Instant retain = at_second(90 * kDay);
  const Deal deal = settle(200, retain);
  const Planned early(m, 90 * kDay - 1);
  for (const ContentId& id : {deal.settlement, deal.request, deal.price, deal.declaration}) {
    EXPECT_NE(early.why(id), "nothing");
  }
  EXPECT_EQ(early.why(deal.settlement), "retention");
  EXPECT_EQ(early.of(deal.price).until, retain) << "the retention of what it goes with";
  EXPECT_EQ(early.plan.next(), retain);
  EXPECT_TRUE(early.plan.going().empty());
  const Planned then(m, 90 * kDay);
  for (const ContentId& id : {deal.settlement, deal.request, deal.price, deal.declaration})
    EXPECT_EQ(then.why(id), "nothing");
  EXPECT_EQ(then.why(m.rule()), "governance");
  EXPECT_EQ(then.why(user.credential), "governance");
  EXPECT_EQ(then.plan.going().count(), 6) << "declaration, request, settlement, price, payment, residual";
  EXPECT_EQ(then.plan.next(), kDistantFuture);
}

TEST_F(PrunePlans, keep_each_object_as_long_as_the_longest_grant_that_rests_on_it) {
  const ContentId shared = m.declare(holder, 10, seconds(200, 600));
  const Deal early = settle_on(shared, 200, at_second(90 * kDay));
  const Deal late = settle_on(shared, 400, at_second(95 * kDay));
  const Planned between(m, 91 * kDay);
  EXPECT_EQ(between.why(early.settlement), "nothing");
  EXPECT_EQ(between.why(late.settlement), "retention");
  EXPECT_EQ(between.why(shared), "lineage");
  EXPECT_EQ(between.plan.entries[static_cast<std::size_t>(between.of(shared).by)].why, KeptFor::retention)
      << "by an entry that stays";
  const Planned after(m, 95 * kDay);
  EXPECT_EQ(after.why(shared), "nothing");
}

TEST_F(PrunePlans, keep_what_is_owed_until_it_is_paid) {
  const Deal deal = settle(200, at_second(90 * kDay), false);
  const Planned owed(m, 100 * kDay);
  EXPECT_EQ(owed.why(deal.settlement), "open-obligation");
  EXPECT_EQ(owed.why(deal.request), "open-obligation");
  const ObligationRecord& price = *m.chain().state().obligation(deal.price);
  m.admit(objects::Payment{m.salt(), user.key.pub, deal.price, price.obligation.amount - Money(1)},
          {{objects::Role::user, user.key}}, at_second(100 * kDay));
  EXPECT_EQ(Planned(m, 140 * kDay).why(deal.settlement), "open-obligation") << "a part of it";
  m.admit(objects::Payment{m.salt(), user.key.pub, deal.price, Money(1)}, {{objects::Role::user, user.key}},
          at_second(140 * kDay));
  EXPECT_EQ(Planned(m, 141 * kDay).why(deal.settlement), "retention") << "of the payment";
  EXPECT_EQ(Planned(m, 180 * kDay).why(deal.settlement), "nothing");
}

TEST_F(PrunePlans, keep_what_was_not_asked_for_but_for_what_goes_with_it) {
  const Deal one = settle(200, at_second(40 * kDay)), other = settle(400, at_second(40 * kDay));
  const Planned all(m, 40 * kDay);
  EXPECT_EQ(all.plan.going().count(), 12);
  const Planned asked(m, 40 * kDay, {one.price});
  EXPECT_EQ(asked.why(one.settlement), "nothing");
  EXPECT_EQ(asked.why(one.request), "nothing");
  EXPECT_EQ(asked.why(other.settlement), "unasked");
  EXPECT_EQ(asked.why(one.declaration), "unasked") << "shared by whoever settles on it";
  const Planned declaration(m, 40 * kDay, {one.declaration});
  EXPECT_EQ(declaration.why(one.declaration), "lineage") << "its settlement stays, which was not asked for";
}

TEST_F(PrunePlans, keep_a_refusal_as_long_as_anything_of_its_market) {
  const ContentId declaration = m.declare(holder, 10, seconds(200, 300));
  objects::Request q = m.request(user, {declaration}, 50, seconds(200, 300));
  objects::Settlement s = m.settlement(holder, user, declaration, m.ask(user, q), q, at_second(0));
  auto checked = m.sign(s, {{objects::Role::submitter, user.key}, {objects::Role::user, user.key}, {objects::Role::holder, holder.key}});
  EXPECT_NE(clauses(m.submit(checked, at_second(0))), "");
  EXPECT_EQ(Planned(m, 29 * kDay).why(checked.id), "retention");
  EXPECT_EQ(Planned(m, 40 * kDay).why(checked.id), "nothing");
}

TEST_F(PrunePlans, tell_of_an_open_review_where_the_retention_is_over) {
  const Deal deal = settle(200, at_second(90 * kDay));
  m.chain().tick(at_second(80 * kDay));
  m.admit(
      objects::Revocation{m.salt(), m.authority(), user.credential, at_second(80 * kDay), "stolen"},
      {{objects::Role::authority, m.authority_key}}, at_second(80 * kDay));
  ASSERT_EQ(m.chain().state().reviews.size(), 1U);
  const ReviewRecord review = m.chain().state().reviews.all()[0];
  const auto closed = (review.until - at_second(0)).value / kNanosPerSecond;
  ASSERT_GT(closed, 91 * kDay);
  const Planned open(m, 91 * kDay);
  EXPECT_EQ(open.why(deal.settlement), "open-review");
  EXPECT_EQ(open.of(deal.settlement).until, review.until);
  EXPECT_EQ(open.plan.next(), review.until);
  EXPECT_EQ(Planned(m, closed).why(deal.settlement), "nothing");
}

TEST(PrunePlansOfClaims, keep_all_about_a_grant_while_a_claim_is_open_or_a_dispute_may_come) {
  testing::ClaimedMarket c;
  EXPECT_EQ(c.claim(4, seconds(250, 300), 890), "");
  // Its retention is over long before the claim is closed.
  History history = history_of(c.m.frames());
  const PruneRequest much_later{at_second(50 * kDay), {}, {}};
  PrunePlan plan = plan_pruning(history, c.state(), much_later);
  const auto at = static_cast<std::size_t>(history.find(c.settlement)->leaf.sequence.value);
  EXPECT_NE(plan.entries[at].why, KeptFor::nothing) << "the claim is still to be closed";
  EXPECT_TRUE(plan.going().empty());
  c.wait(50 * kDay);
  history = history_of(c.m.frames());
  plan = plan_pruning(history, c.state(), much_later);
  EXPECT_EQ(plan.entries[at].why, KeptFor::obligation) << "closed; its money is not paid";
}

}  // namespace
}  // namespace capmarket::chain
