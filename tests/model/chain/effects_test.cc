// What happens after a settlement: money, failures, curtailment, surrender, leases, activity,
// quotas of refusals; each clause of those kinds at its boundary.
#include "model/crypto/hash.h"
#include "model/log/merkle.h"
#include "tests/model/chain/aftermath.h"

namespace capmarket::chain {
namespace {

TEST_F(Aftermath, a_price_is_owed_and_paid_up_to_what_is_outstanding) {
  ASSERT_EQ(state().obligations.size(), 1U);
  const ObligationRecord price = state().obligations.all()[0];
  EXPECT_EQ(price.obligation.amount, value(10, 100));
  EXPECT_EQ(price.obligation.deadline, at_second(300));
  auto pay = [&](const Party& by, Money amount) {
    return submit(objects::Payment{m.salt(), by.key.pub, price.id, amount}, {{objects::Role::user, by.key}}, 150);
  };
  EXPECT_EQ(pay(user, Money(0)), "quantity");
  EXPECT_EQ(pay(holder, Money(1)), "standing");
  EXPECT_EQ(pay(user, price.obligation.amount + Money(1)), "outstanding");
  EXPECT_EQ(pay(user, price.obligation.amount - Money(1)), "");
  EXPECT_EQ(pay(user, Money(2)), "outstanding");
  EXPECT_EQ(pay(user, Money(1)), "");
  EXPECT_EQ(pay(user, Money(1)), "outstanding");
  EXPECT_EQ(
      submit(objects::Payment{m.salt(), user.key.pub, price.id, Money(1)}, {{objects::Role::user, holder.key}}, 150),
      "signatures outstanding");
  EXPECT_EQ(
      submit(objects::Payment{m.salt(), user.key.pub, ContentId{}, Money(1)}, {{objects::Role::user, user.key}}, 150),
      "objects-resolve? standing? outstanding?");
}

TEST_F(Aftermath, a_failure_stays_in_the_load_and_owes_refund_and_penalty) {
  EXPECT_EQ(submit(failure(4, seconds(250, 300)), {{objects::Role::holder, holder.key}}, 149), "window");
  EXPECT_EQ(submit(failure(11, seconds(200, 300)), {{objects::Role::holder, holder.key}}, 150),
            "outstanding");
  EXPECT_EQ(submit(failure(4, seconds(250, 301)), {{objects::Role::holder, holder.key}}, 150),
            "window outstanding");
  EXPECT_EQ(submit(failure(0, seconds(250, 300)), {{objects::Role::holder, holder.key}}, 150), "quantity");
  EXPECT_EQ(submit(failure(4, {at_second(250), at_second(299) + Duration(1)}),
                   {{objects::Role::holder, holder.key}}, 150),
            "granularity");
  EXPECT_EQ(submit(failure(4, seconds(250, 300)), {{objects::Role::user, user.key}}, 150), "signatures");
  EXPECT_EQ(submit(failure(4, seconds(250, 300)), {{objects::Role::holder, holder.key}}, 150), "");
  EXPECT_EQ(record().live,
            (capacity::Pieces{{seconds(200, 250), Quantity(10)}, {seconds(250, 300), Quantity(6)}}));
  EXPECT_EQ(state().declarations.all()[0].taken.value(at_second(250)), Quantity(10));
  const FailureRecord& f = state().failures.back();
  EXPECT_FALSE(f.failure.late);
  EXPECT_EQ(f.owed, f.trimmed + ratio_of(f.trimmed, BasisPoints(1'000)));
  EXPECT_EQ(state().obligations.back().obligation.payer, holder.key.pub);
  EXPECT_EQ(submit(failure(1, seconds(200, 300)), {{objects::Role::holder, holder.key}}, 211), "");
  EXPECT_TRUE(state().failures.back().failure.late);  // 61 s
}

TEST_F(Aftermath, who_may_tell_of_a_failure) {
  objects::DeliveryFailure stranger = failure(2, seconds(200, 300), objects::Role::user);
  stranger.reporter = holder.key.pub;
  EXPECT_EQ(submit(stranger, {{objects::Role::user, holder.key}}, 350), "standing");
  objects::DeliveryFailure nameless = failure(2, seconds(200, 300), objects::Role::auditor);
  nameless.credential.reset();
  EXPECT_EQ(submit(nameless, {{objects::Role::auditor, auditor.key}}, 350), "standing?");
  EXPECT_EQ(submit(failure(2, seconds(200, 300), objects::Role::auditor),
                   {{objects::Role::auditor, auditor.key}}, 350),
            "");
  EXPECT_EQ(submit(failure(2, seconds(200, 300), objects::Role::user),
                   {{objects::Role::user, user.key}}, 350),
            "");
}

TEST_F(Aftermath, a_substitute_replaces_a_failure_and_is_recorded) {
  EXPECT_EQ(submit(failure(4, seconds(250, 300)), {{objects::Role::holder, holder.key}}, 150), "");
  const ContentId failed = state().failures.all()[0].id;
  auto substitute = [&](std::int64_t quantity, Window w, const ContentId& replaces) {
    objects::Request q = asked;
    q.quantity = Quantity(quantity);
    q.window = w;
    objects::Settlement s = m.settlement(holder, user, declaration, request, q, at_second(150), 1);
    s.legs[0].replaces = replaces;
    return submit(
        s, {{objects::Role::submitter, holder.key}, {objects::Role::holder, holder.key}, {objects::Role::user, user.key}},
        150);
  };
  EXPECT_EQ(substitute(5, seconds(250, 300), failed), "sequence");
  EXPECT_EQ(substitute(4, seconds(249, 300), failed), "sequence");
  EXPECT_EQ(substitute(4, seconds(250, 300), settlement), "objects-resolve? sequence?");
  objects::Request q = asked;
  q.quantity = Quantity(4);
  q.window = seconds(250, 300);
  objects::Settlement s = m.settlement(holder, user, declaration, request, q, at_second(151), 1);
  s.legs[0].replaces = failed;
  s.legs[0].predecessors = {state().undischarged.begin()->second.back().id};
  EXPECT_EQ(
      submit(s, {{objects::Role::submitter, holder.key}, {objects::Role::holder, holder.key}, {objects::Role::user, user.key}},
             151),
      "");
  const ContentId by = last;
  objects::FallbackRecord r{m.salt(),       holder.key.pub, failed, m.strategy("kept"),
                            at_second(150), "storm",        {by},   state().failures.all()[0].owed};
  auto record_it = [&](auto&& change) {
    objects::FallbackRecord changed = r;
    changed.salt = m.salt();
    change(changed);
    return submit(changed, {{objects::Role::holder, holder.key}}, 152);
  };
  EXPECT_EQ(record_it([](auto& x) { x.notice.reset(); }), "record-complete");
  EXPECT_EQ(record_it([](auto& x) { x.cause = ""; }), "record-complete");
  EXPECT_EQ(record_it([](auto& x) { x.substitutes.clear(); }), "record-complete");
  EXPECT_EQ(record_it([](auto& x) { *x.settlement += Money(1); }), "record-complete");
  EXPECT_EQ(record_it([&](auto& x) { x.strategy = m.strategy("none"); }), "standing");
  EXPECT_EQ(record_it([](auto& x) { x.failure = ContentId{}; }),
            "objects-resolve? standing? record-complete?");
  EXPECT_EQ(record_it([](auto&) {}), "");
  EXPECT_EQ(record_it([](auto&) {}), "standing");  // once
}

TEST_F(Aftermath, a_curtailment_fails_the_excess_only) {
  auto curtail = [&](std::int64_t quantity, Window w) {
    return submit(objects::Curtailment{m.salt(), holder.key.pub, declaration, Quantity(quantity), w, "fire"},
                  {{objects::Role::holder, holder.key}}, 150);
  };
  EXPECT_EQ(curtail(101, seconds(200, 300)), "outstanding");
  EXPECT_EQ(curtail(10, seconds(200, 1001)), "window");
  EXPECT_EQ(curtail(90, seconds(200, 300)), "");
  EXPECT_TRUE(state().failures.empty());
  EXPECT_EQ(curtail(4, seconds(240, 260)), "");
  ASSERT_EQ(state().failures.size(), 1U);
  EXPECT_EQ(state().failures.all()[0].failure.pieces,
            (capacity::Pieces{{seconds(240, 260), Quantity(4)}}));
  EXPECT_EQ(state().declarations.all()[0].taken.max(seconds(0, 1000)), Quantity(100));
  EXPECT_EQ(curtail(7, seconds(240, 260)), "outstanding");
  EXPECT_EQ(curtail(6, seconds(240, 260)), "");
}

TEST_F(Aftermath, a_surrender_owes_both_ways) {
  auto give = [&](std::int64_t quantity, Window w, std::int64_t second) {
    return submit(objects::Surrender{m.salt(), user.key.pub, grant, w, Quantity(quantity)},
                  {{objects::Role::user, user.key}}, second);
  };
  EXPECT_EQ(give(11, seconds(250, 300), 150), "outstanding");
  EXPECT_EQ(give(5, seconds(250, 300), 251), "window");
  EXPECT_EQ(give(0, seconds(260, 300), 251), "quantity");
  EXPECT_EQ(give(5, seconds(260, 300), 251), "");
  const auto& o = state().obligations.all();
  ASSERT_EQ(o.size(), 3U);
  EXPECT_EQ(o[1].obligation.payee, user.key.pub);
  EXPECT_EQ(o[2].obligation.amount, ratio_of(o[1].obligation.amount, BasisPoints(2'000)));
  EXPECT_EQ(state().declarations.all()[0].taken.value(at_second(270)), Quantity(5));
}

TEST_F(Aftermath, the_residual_tells_why_and_adds_up) {
  EXPECT_EQ(submit(failure(4, seconds(250, 300)), {{objects::Role::holder, holder.key}}, 150), "");
  EXPECT_EQ(submit(objects::Surrender{m.salt(), user.key.pub, grant, seconds(240, 260), Quantity(3)},
                   {{objects::Role::user, user.key}}, 151),
            "");
  std::optional<objects::Residual> residual;
  m.chain().observe([&](const Event& e) {
    if (e.leaf.kind == objects::Kind::residual) residual = std::get<objects::Residual>(e.object);
  });
  m.chain().tick(at_second(300));
  ASSERT_TRUE(residual);
  auto volume = [](std::int64_t q, std::int64_t s) {
    return volume_of(Quantity(q), Duration(s * kNanosPerSecond));
  };
  EXPECT_EQ(residual->requested, volume(10, 100));
  EXPECT_EQ(residual->failed, volume(4, 50));
  EXPECT_EQ(residual->released, volume(3, 20));
  EXPECT_EQ(residual->unmet, Volume{});
  EXPECT_EQ(residual->requested, residual->live + residual->displaced + residual->failed +
                                     residual->released + residual->unmet);
}

TEST_F(Aftermath, activity_is_bounded_by_the_live_grant_and_authorized_by_the_request) {
  auto report = [&](const Party& by, std::int64_t quantity, Window w, std::int64_t second) {
    return submit(objects::Activity{m.salt(), by.key.pub, by.credential, grant, w, Quantity(quantity)},
                  {{objects::Role::adaptation, by.key}}, second);
  };
  EXPECT_EQ(report(adaptation, 10, seconds(200, 250), 249), "window");
  EXPECT_EQ(report(adaptation, 11, seconds(200, 250), 250), "activity-bounded");
  EXPECT_EQ(report(adaptation, 0, seconds(200, 250), 250), "quantity");
  Party other = m.party(objects::Role::adaptation);
  EXPECT_EQ(report(other, 10, seconds(200, 250), 250), "activity-authorized");
  EXPECT_EQ(report(adaptation, 6, seconds(200, 250), 250), "");
  EXPECT_EQ(report(adaptation, 5, seconds(240, 250), 251), "activity-bounded");
  EXPECT_EQ(report(adaptation, 4, seconds(240, 250), 251), "");
}

TEST_F(Aftermath, a_withdrawal_is_the_users_once) {
  objects::Request q = m.request(user, {declaration}, 5, seconds(400, 500));
  ContentId open = m.ask(user, q);
  auto withdraw = [&](const Party& by, const ContentId& id) {
    return submit(objects::Withdrawal{m.salt(), by.key.pub, id}, {{objects::Role::user, by.key}}, 150);
  };
  EXPECT_EQ(withdraw(holder, open), "standing");
  EXPECT_EQ(withdraw(user, open), "");
  EXPECT_TRUE(state().request(open)->closed);  // nothing of it was ever granted
  EXPECT_EQ(withdraw(user, open), "standing");
  EXPECT_EQ(withdraw(user, request), "");
  EXPECT_FALSE(state().request(request)->closed);
  EXPECT_EQ(withdraw(user, ContentId{}), "objects-resolve? standing?");
}

// ---- Leases

struct Leased : Aftermath {
  Leased() : Aftermath("lease: 30s\nsurrender_fee: 10%\n") {}
};
TEST_F(Leased, a_grant_lapses_unless_it_is_renewed) {
  auto renew = [&](const Party& by, std::int64_t second) {
    return submit(objects::Renewal{m.salt(), by.key.pub, grant}, {{objects::Role::user, by.key}}, second);
  };
  EXPECT_EQ(renew(holder, 210), "standing");
  EXPECT_EQ(renew(user, 229), "");  // until 259
  m.chain().tick(at_second(258));
  EXPECT_EQ(capacity::volume_of(record().live), volume_of(Quantity(10), Duration(100 * kNanosPerSecond)));
  m.chain().tick(at_second(260));
  EXPECT_EQ(record().live, (capacity::Pieces{{seconds(200, 259), Quantity(10)}}));
  EXPECT_EQ(state().obligations.size(), 3U);
  EXPECT_EQ(renew(user, 261), "standing");
}

// ---- Batches and intents

TEST_F(Aftermath, a_batch_is_admitted_whole_and_each_item_is_provable_alone) {
  Party h = m.holder(100);
  objects::DeclarationBatch b{m.salt(), h.key.pub, {}, {}};
  std::vector<Digest> leaves;
  auto add = [&](objects::Declaration d) {
    b.items.push_back(d);
    leaves.push_back(log::leaf_hash(crypto::content_id(objects::encode_object(objects::Object(d))).view()));
    b.root = log::merkle_root(leaves);
  };
  add(m.declaration(h, 60, seconds(0, 100)));
  add(m.declaration(h, 60, seconds(100, 200)));
  objects::DeclarationBatch wrong = b;
  wrong.root.bytes[0] ^= 1;
  EXPECT_EQ(submit(wrong, {{objects::Role::holder, h.key}}, 150), "objects-resolve");
  objects::DeclarationBatch over = b;
  objects::Declaration third = m.declaration(h, 60, seconds(50, 150));
  over.items.push_back(third);
  std::vector<Digest> more_leaves = leaves;
  more_leaves.push_back(log::leaf_hash(crypto::content_id(objects::encode_object(objects::Object(third))).view()));
  over.root = log::merkle_root(more_leaves);
  EXPECT_EQ(submit(over, {{objects::Role::holder, h.key}}, 150), "asset");
  EXPECT_EQ(submit(b, {{objects::Role::holder, holder.key}}, 150), "signatures");
  EXPECT_EQ(submit(b, {{objects::Role::holder, h.key}}, 150), "");
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_TRUE(log::verify_inclusion(leaves[i], i, 2, log::inclusion_proof(leaves, i), b.root));
    EXPECT_NE(state().declaration(crypto::content_id(objects::encode_object(objects::Object(b.items[i])))), nullptr);
  }
  objects::DeclarationBatch again = b;
  again.salt = m.salt();
  EXPECT_EQ(submit(again, {{objects::Role::holder, h.key}}, 150), "objects-resolve asset");
}

TEST_F(Aftermath, an_intent_is_answered_by_declarations) {
  objects::Intent i{m.salt(), user.key.pub, Quantity(5), seconds(400, 500), "kW",
           "power",  "basic",      {"eu"},      Money(500'000)};
  EXPECT_EQ(submit(i, {{objects::Role::user, user.key}}, 150), "");
  const ContentId intent = last;
  objects::Intent wrong = i;
  wrong.unit = "MW";
  EXPECT_EQ(submit(wrong, {{objects::Role::user, user.key}}, 150), "class-unit");
  Party h = m.holder(50);
  objects::Declaration d = m.declaration(h, 50, seconds(350, 600));
  d.answers = intent;
  EXPECT_EQ(submit(d, {{objects::Role::holder, h.key}}, 150), "");
  const ContentId answer = last;
  objects::Request q = m.request(user, {}, 5, seconds(400, 500));
  q.intent = intent;
  EXPECT_EQ(submit(q, {{objects::Role::user, user.key}}, 151), "");
  const ContentId asked_for = last;
  objects::Request outside = q;
  outside.salt = m.salt();
  outside.window = seconds(400, 501);
  EXPECT_EQ(submit(outside, {{objects::Role::user, user.key}}, 151), "window");
  Party other = m.user("basic");
  objects::Request foreign = q;
  foreign.user = other.key.pub;
  EXPECT_EQ(submit(foreign, {{objects::Role::user, other.key}}, 151), "objects-resolve");
  objects::Settlement s = m.settlement(h, user, answer, asked_for, q, at_second(152));
  EXPECT_EQ(
      submit(s, {{objects::Role::submitter, h.key}, {objects::Role::holder, h.key}, {objects::Role::user, user.key}}, 152),
      "");
  objects::Settlement t = m.settlement(holder, user, declaration, asked_for, q, at_second(153), 1);
  EXPECT_NE(
      submit(t, {{objects::Role::submitter, holder.key}, {objects::Role::holder, holder.key}, {objects::Role::user, user.key}},
             153)
          .find("objects-resolve"),
      std::string::npos);
}

// ---- Quota of refusals

TEST_F(Aftermath, a_submitter_over_the_quota_is_shut_out_until_the_period_ends) {
  std::vector<objects::Kind> kinds;
  m.chain().observe([&](const Event& e) { kinds.push_back(e.leaf.kind); });
  auto refused = [&](std::int64_t second) {
    return m.submit(
        m.sign(objects::Withdrawal{m.salt(), user.key.pub, ContentId{}}, {{objects::Role::user, user.key}}),
        at_second(second));
  };
  const std::int64_t quota = state().genesis.refusal_quota.refusals;
  for (std::int64_t i = 0; i < quota; ++i) ASSERT_FALSE(refused(150).turned_away);
  EXPECT_EQ(kinds.back(), objects::Kind::shutout);
  std::int64_t size = m.chain().size();
  auto ask = [&](std::int64_t second) {
    return m.submit(m.sign(m.request(user, {declaration}, 1, seconds(400, 500)),
                           {{objects::Role::user, user.key}}),
                    at_second(second));
  };
  EXPECT_TRUE(ask(151).turned_away);
  EXPECT_TRUE(ask(152).turned_away);
  EXPECT_EQ(m.chain().size(), size);
  EXPECT_FALSE(refused(153).turned_away);  // what it tells of itself is heard
  EXPECT_FALSE(ask(3600).turned_away);
  EXPECT_FALSE(refused(3600).turned_away);
  EXPECT_NE(std::find(kinds.begin(), kinds.end(), objects::Kind::readmission), kinds.end());
}

}  // namespace
}  // namespace capmarket::chain
