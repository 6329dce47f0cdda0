// Revocations, reviews and disputes: who may dispute what until when, what is found, what it
// entails, and that a unit is remedied once.
#include "model/log/merkle.h"
#include "tests/model/chain/aftermath.h"
#include "tests/support/edge_market.h"

namespace capmarket::chain {
namespace {

TEST_F(Aftermath, a_revocation_counts_at_its_instant_and_reviews_what_rests_on_it) {
  std::optional<objects::Review> review;
  m.chain().observe([&](const Event& e) {
    if (e.leaf.kind == objects::Kind::review) review = std::get<objects::Review>(e.object);
  });
  auto revoke = [&](const ContentId& target, const crypto::KeyPair& by,
                    const ContentId& authority) {
    return submit(objects::Revocation{m.salt(), authority, target, at_second(160), "stolen"},
                  {{objects::Role::authority, by}}, 150);
  };
  ContentId root = m.root_id(0), overseas = m.root_id(1);
  EXPECT_EQ(revoke(user.credential, m.overseas_key, overseas), "standing");
  EXPECT_EQ(revoke(ContentId{}, m.root_key, root), "objects-resolve? signatures? standing?");
  EXPECT_FALSE(review);
  EXPECT_EQ(revoke(user.credential, m.root_key, root), "");  // an ancestor
  ASSERT_TRUE(review);
  EXPECT_EQ(review->settlements, 1);
  EXPECT_EQ(review->root, log::merkle_root(std::vector<Digest>{log::leaf_hash(settlement.view())}));
  EXPECT_FALSE(record().live.empty());  // nothing is void
  auto settle_at = [&](std::int64_t signed_at) {
    objects::Request q = m.request(user, {declaration}, 1, seconds(400, 500));
    return clauses(
        m.settle(holder, user,
                 m.settlement(holder, user, declaration, m.ask(user, q), q, at_second(signed_at)),
                 at_second(161)));
  };
  EXPECT_EQ(settle_at(159), "");
  EXPECT_EQ(settle_at(160), "user-membership");
}

struct Compensated : Aftermath {
  explicit Compensated(const std::string& how = "{ on_review: compensate, rate: 50% }")
      : Aftermath("revocation: " + how + "\n") {}
  objects::Dispute dispute(objects::Ground ground, const Party& by, objects::Role role) {
    objects::Dispute d{m.salt(), by.key.pub, role, {}, settlement, ground, {}};
    if (role == objects::Role::auditor) d.credential = by.credential;
    return d;
  }
  std::string raise(objects::Ground ground, const Party& by, objects::Role role,
                    std::int64_t second) {
    m.chain().observe([&](const Event& e) {
      if (e.leaf.kind == objects::Kind::resolution)
        resolution = std::get<objects::Resolution>(e.object);
    });
    return submit(dispute(ground, by, role), {{role, by.key}}, second);
  }
  void revoke(const ContentId& credential, std::int64_t effective) {
    ASSERT_EQ(submit(objects::Revocation{m.salt(), m.authority(), credential, at_second(effective),
                                         "key"},
                     {{objects::Role::authority, m.authority_key}}, 150),
              "");
  }
  std::optional<objects::Resolution> resolution;
};

TEST_F(Compensated, a_revoked_credential_is_found_only_if_it_took_effect_before_signing) {
  revoke(user.credential, 101);
  EXPECT_EQ(raise(objects::Ground::credential_invalid, auditor, objects::Role::auditor, 160), "");
  ASSERT_TRUE(resolution);
  EXPECT_FALSE(resolution->founded);
  EXPECT_EQ(raise(objects::Ground::credential_invalid, auditor, objects::Role::auditor, 161),
            "standing");  // twice
}

TEST_F(Compensated, the_party_at_fault_pays_the_rate) {
  revoke(holder.credential, 100);
  EXPECT_EQ(raise(objects::Ground::credential_invalid, user, objects::Role::user, 160), "");
  ASSERT_TRUE(resolution && resolution->founded);
  EXPECT_EQ(resolution->at_fault, holder.key.pub);
  EXPECT_EQ(resolution->faults, std::vector<ContentId>{holder.credential});
  const objects::Obligation& o = state().obligations.back().obligation;
  EXPECT_EQ(o.kind, objects::ObligationKind::remedy);
  EXPECT_EQ(o.payer, holder.key.pub);
  EXPECT_EQ(o.amount, ratio_of(value(10, 100), BasisPoints(5'000)));
}

/// Five disputes on one fault owed five remedies: the number of auditors was money.
TEST_F(Compensated, a_fault_is_remedied_once_however_many_dispute_it) {
  revoke(holder.credential, 100);
  EXPECT_EQ(raise(objects::Ground::credential_invalid, user, objects::Role::user, 160), "");
  EXPECT_TRUE(resolution->already_resolved.empty());
  const ContentId first = m.chain().state().remedied.begin()->second;
  const std::size_t owed = state().obligations.size();
  for (int i = 0; i < 4; ++i) {
    Party other = m.party(objects::Role::auditor);
    EXPECT_EQ(raise(objects::Ground::credential_invalid, other, objects::Role::auditor, 161 + i),
              "");
    ASSERT_TRUE(resolution->founded);
    EXPECT_EQ(resolution->faults, std::vector<ContentId>{holder.credential});
    EXPECT_EQ(resolution->already_resolved, std::vector<ContentId>{first});
  }
  EXPECT_EQ(state().obligations.size(), owed);
}

TEST_F(Compensated, an_unfounded_dispute_bars_no_later_remedy) {
  EXPECT_EQ(raise(objects::Ground::credential_invalid, user, objects::Role::user, 160), "");
  EXPECT_FALSE(resolution->founded);
  revoke(holder.credential, 100);
  EXPECT_EQ(raise(objects::Ground::credential_invalid, auditor, objects::Role::auditor, 161), "");
  EXPECT_TRUE(resolution->founded);
  EXPECT_TRUE(resolution->already_resolved.empty());
  EXPECT_EQ(state().obligations.back().obligation.kind, objects::ObligationKind::remedy);
}

struct VoidFuture : Compensated {
  VoidFuture() : Compensated("{ on_review: void-future }") {}
};
TEST_F(VoidFuture, releases_what_lies_after_the_finding) {
  revoke(user.credential, 90);
  EXPECT_EQ(raise(objects::Ground::credential_invalid, holder, objects::Role::holder, 240), "");
  EXPECT_EQ(record().live, (capacity::Pieces{{seconds(200, 240), Quantity(10)}}));
}

TEST_F(Compensated, only_parties_and_auditors_dispute_and_only_in_time) {
  Party stranger = m.user("basic");
  EXPECT_EQ(raise(objects::Ground::rule_misapplied, stranger, objects::Role::user, 160),
            "standing");
  EXPECT_EQ(raise(objects::Ground::rule_misapplied, auditor, objects::Role::user, 160), "standing");
  std::int64_t end = 300 + 30 * 24 * 3600;
  EXPECT_EQ(raise(objects::Ground::rule_misapplied, user, objects::Role::user, end - 1), "");
  ASSERT_TRUE(resolution);
  EXPECT_FALSE(resolution->founded);
  EXPECT_EQ(raise(objects::Ground::rule_misapplied, holder, objects::Role::holder, end), "window");
}

/// A review had no end, and a dispute in it was out of time as soon as its legs were.
TEST_F(Compensated, an_old_settlement_can_be_disputed_while_its_review_is_open) {
  const std::int64_t end = 300 + 30 * 24 * 3600;
  std::vector<objects::ReviewClosed> ended;
  m.chain().tick(at_second(end));
  EXPECT_EQ(raise(objects::Ground::credential_invalid, user, objects::Role::user, end), "window");
  ASSERT_EQ(
      submit(objects::Revocation{m.salt(), m.authority(), holder.credential, at_second(100), "key"},
             {{objects::Role::authority, m.authority_key}}, end),
      "");
  const std::int64_t until = end + 30 * 24 * 3600;  // review_within: dispute_within
  EXPECT_EQ(state().reviews.back().until, at_second(until));
  EXPECT_EQ(raise(objects::Ground::rule_misapplied, user, objects::Role::user, until - 1),
            "window");
  EXPECT_EQ(raise(objects::Ground::credential_invalid, user, objects::Role::user, until - 1), "");
  EXPECT_TRUE(resolution->founded);
  m.chain().observe([&](const Event& e) {
    if (const auto* o = std::get_if<objects::ReviewClosed>(&e.object)) ended.push_back(*o);
  });
  EXPECT_EQ(submit(dispute(objects::Ground::credential_invalid, auditor, objects::Role::auditor),
                   {{objects::Role::auditor, auditor.key}}, until),
            "window");
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].review, state().reviews.back().id);
  EXPECT_EQ(ended[0].compensated, 1);
  EXPECT_EQ(ended[0].upheld + ended[0].voided + ended[0].undisputed, 0);
}

TEST_F(Compensated, evidence_concerns_the_ground_and_a_leg) {
  revoke(holder.credential, 100);
  const ContentId revocation = last;
  Party stranger = m.user("basic");
  auto with = [&](objects::Ground ground, const ContentId& evidence) {
    objects::Dispute d = dispute(ground, user, objects::Role::user);
    d.evidence = {evidence};
    return submit(d, {{objects::Role::user, user.key}}, 160);
  };
  EXPECT_EQ(with(objects::Ground::credential_invalid, stranger.credential), "standing");
  EXPECT_EQ(with(objects::Ground::credential_invalid, declaration), "standing");
  EXPECT_EQ(with(objects::Ground::fallback_not_followed, revocation), "standing");
  EXPECT_EQ(with(objects::Ground::rule_misapplied, revocation), "standing");
  EXPECT_EQ(with(objects::Ground::credential_invalid, ContentId{}),
            "objects-resolve? window? standing?");
  EXPECT_EQ(with(objects::Ground::credential_invalid, revocation), "");
  EXPECT_EQ(with(objects::Ground::rule_misapplied, declaration), "");
}

/// Who wrote the chain admitted what the rule refuses.
TEST_F(Compensated, a_decision_that_the_rule_does_not_make_is_a_misapplied_rule) {
  m.chain().neglect(admission::ClauseId::price);
  objects::Request q = m.request(user, {declaration}, 1, seconds(400, 500));
  objects::Settlement s =
      m.settlement(holder, user, declaration, m.ask(user, q), q, at_second(150));
  s.legs[0].price = Money(5'000);  // below the floor
  ASSERT_EQ(clauses(m.settle(holder, user, s, at_second(150))), "");
  const ContentId wrong = state().settlements.back().id;
  EXPECT_EQ(raise(objects::Ground::rule_misapplied, user, objects::Role::user, 160), "");
  EXPECT_FALSE(resolution->founded);  // the one before
  settlement = wrong;
  EXPECT_EQ(raise(objects::Ground::rule_misapplied, user, objects::Role::user, 161), "");
  ASSERT_TRUE(resolution->founded);
  EXPECT_EQ(resolution->at_fault, m.genesis().log_key);
  EXPECT_EQ(resolution->faults, std::vector<ContentId>{wrong});
  EXPECT_TRUE(state().grant(objects::grant_id(wrong, 0))->live.empty());
}

TEST_F(Compensated, a_later_correction_of_an_attested_fact_is_a_misapplied_rule) {
  objects::CredentialGrant corrected = state().delegation.credential(holder.credential)->grant;
  corrected.salt = m.salt();
  corrected.assets[0].quantity = Quantity(99);
  m.admit(corrected, {{objects::Role::authority, m.authority_key}}, at_second(150));
  EXPECT_EQ(raise(objects::Ground::rule_misapplied, user, objects::Role::user, 160), "");
  ASSERT_TRUE(resolution && resolution->founded);
  EXPECT_EQ(resolution->at_fault, holder.key.pub);
  EXPECT_TRUE(record().live.empty());
}

TEST_F(Compensated, late_notice_and_a_missing_record_are_found) {
  EXPECT_EQ(raise(objects::Ground::fallback_not_followed, user, objects::Role::user, 140), "");
  EXPECT_FALSE(resolution->founded);
  EXPECT_EQ(submit(failure(4, seconds(250, 300)), {{objects::Role::holder, holder.key}}, 211), "");
  EXPECT_EQ(raise(objects::Ground::fallback_not_followed, auditor, objects::Role::auditor, 212),
            "");
  EXPECT_TRUE(resolution->founded);
  EXPECT_EQ(resolution->faults, std::vector<ContentId>{state().failures.all()[0].id});
}

/// A holder that tells nobody until long after the window is late, whatever it says when it knew.
TEST_F(Compensated, a_notice_is_late_by_the_first_instant_that_it_is_about) {
  const testing::Signers by{{objects::Role::holder, holder.key}};
  auto told = [&](Window window, std::int64_t second) {
    objects::DeliveryFailure f = failure(1, window);
    f.failed_at = at_second(second);
    EXPECT_EQ(submit(f, by, second), "");
    return state().failures.all().back().failure.late;
  };
  EXPECT_FALSE(told(seconds(210, 220), 270));  // 60 s
  EXPECT_TRUE(told(seconds(209, 210), 270));
  EXPECT_FALSE(told(seconds(290, 300), 270));  // ahead: by when it knew
}

TEST_F(Compensated, a_later_failure_is_remedied_beside_one_that_was) {
  const testing::Signers by{{objects::Role::holder, holder.key}};
  EXPECT_EQ(submit(failure(4, seconds(250, 300)), by, 211), "");
  EXPECT_EQ(raise(objects::Ground::fallback_not_followed, user, objects::Role::user, 212), "");
  const std::size_t owed = state().obligations.size();
  EXPECT_EQ(raise(objects::Ground::fallback_not_followed, holder, objects::Role::holder, 213), "");
  EXPECT_EQ(resolution->already_resolved.size(), 1U);
  EXPECT_EQ(state().obligations.size(), owed);
  EXPECT_EQ(submit(failure(3, seconds(250, 300)), by, 214), "");
  EXPECT_EQ(raise(objects::Ground::fallback_not_followed, auditor, objects::Role::auditor, 215),
            "");
  EXPECT_EQ(resolution->faults.size(), 2U);
  EXPECT_EQ(resolution->already_resolved.size(), 1U);
  ASSERT_EQ(state().obligations.size(), owed + 2);  // of the failure itself, and its remedy
  EXPECT_EQ(state().obligations.back().obligation.amount,
            ratio_of(value(3, 50), BasisPoints(1'000)));
}

// ---- Peers

struct Peers : ::testing::Test, testing::EdgeMarket {
  std::optional<objects::Resolution> resolution;
  std::vector<objects::Release> releases;

  std::string dispute(const ContentId& settlement, std::int64_t second) {
    m.chain().observe([&](const Event& e) {
      if (e.leaf.kind == objects::Kind::resolution)
        resolution = std::get<objects::Resolution>(e.object);
      if (e.leaf.kind == objects::Kind::release)
        releases.push_back(std::get<objects::Release>(e.object));
    });
    return testing::EdgeMarket::dispute(settlement, second);
  }
};

TEST_F(Peers, an_agreement_is_both_members_and_does_not_overlap_another) {
  EXPECT_EQ(agree(60, 40, seconds(0, 1000), false), "signatures");
  EXPECT_EQ(agree(60, -1), "quantity");
  EXPECT_EQ(agree(60, 40), "");
  EXPECT_EQ(agree(50, 50), "standing");
}

TEST_F(Peers, no_breach_is_no_fault) {
  ContentId s = grant(left, 60);
  EXPECT_EQ(dispute(s, 150), "");
  EXPECT_FALSE(resolution->founded);
}

TEST_F(Peers, a_breach_releases_the_latest_and_without_agreement_blames_its_holder) {
  grant(left, 70);
  ContentId late = grant(right, 50);
  EXPECT_EQ(dispute(late, 150), "");
  ASSERT_TRUE(resolution->founded);
  EXPECT_EQ(resolution->at_fault, right.key.pub);
  ASSERT_EQ(releases.size(), 1U);
  EXPECT_EQ(releases[0].pieces, (capacity::Pieces{{seconds(200, 300), Quantity(20)}}));
}

TEST_F(Peers, the_agreed_split_decides_who_is_at_fault_and_past_volume_owes_the_penalty) {
  EXPECT_EQ(agree(40, 60), "");
  ContentId early = grant(left, 70);
  grant(right, 50);
  EXPECT_EQ(dispute(early, 250), "");
  ASSERT_TRUE(resolution->founded);
  EXPECT_EQ(resolution->at_fault, left.key.pub);
  ASSERT_EQ(releases.size(), 1U);
  EXPECT_EQ(releases[0].pieces, (capacity::Pieces{{seconds(250, 300), Quantity(20)}}));
  const objects::Obligation& penalty = m.chain().state().obligations.back().obligation;
  EXPECT_EQ(penalty.payer, left.key.pub);
  EXPECT_EQ(penalty.payee, right.key.pub);
  Money past = *value_of(Money(200'000), volume_of(Quantity(20), Duration(50 * kNanosPerSecond)));
  EXPECT_EQ(penalty.amount, ratio_of(past, BasisPoints(5'000)));
}

/// A breach was punished once for each settlement in it.
TEST_F(Peers, a_breach_is_punished_once_at_each_instant) {
  EXPECT_EQ(agree(40, 60), "");
  ContentId early = grant(left, 70), late = grant(right, 50);
  EXPECT_EQ(dispute(early, 250), "");
  const std::size_t owed = m.chain().state().obligations.size();
  EXPECT_TRUE(resolution->already_resolved.empty());
  EXPECT_EQ(dispute(late, 260), "");
  ASSERT_TRUE(resolution->founded);  // [200, 250) stays in breach
  EXPECT_EQ(resolution->already_resolved.size(), 1U);
  EXPECT_TRUE(resolution->faults.empty());
  EXPECT_EQ(m.chain().state().obligations.size(), owed);
}

/// Who disputed first chose the price of the whole breach: by a leg of a unit at any price.
struct PeerPenalties : Peers, ::testing::WithParamInterface<int> {};
TEST_P(PeerPenalties, follow_the_prices_of_who_is_at_fault_whoever_disputes_what) {
  EXPECT_EQ(agree(40, 60), "");
  std::vector<ContentId> legs = {grant(left, 69), grant(right, 60),
                                 grant(left, 1, seconds(200, 300), 100, Money(10'000)),
                                 grant(right, 1, seconds(200, 300), 100, Money(500'000))};
  const std::size_t before = m.chain().state().obligations.size();
  std::rotate(legs.begin(), legs.begin() + GetParam(), legs.end());
  for (std::size_t i = 0; i < legs.size(); ++i)
    EXPECT_EQ(dispute(legs[i], 310 + static_cast<std::int64_t>(i)), "");
  // 131 over 100: of the 31 the latest unit of the holder at fault was sold at 1.00, thirty
  // at 20.00.
  auto worth = [](std::int64_t price, std::int64_t quantity) {
    return *value_of(Money(price), volume_of(Quantity(quantity), Duration(100 * kNanosPerSecond)));
  };
  Money owed;
  const auto& all = m.chain().state().obligations.all();
  for (std::size_t i = before; i < all.size(); ++i) {
    EXPECT_EQ(all[i].obligation.payer, left.key.pub);
    EXPECT_EQ(all[i].obligation.payee, right.key.pub);
    owed += all[i].obligation.amount;
  }
  EXPECT_EQ(owed, ratio_of(worth(10'000, 1), BasisPoints(5'000)) +
                      ratio_of(worth(200'000, 30), BasisPoints(5'000)));
}
INSTANTIATE_TEST_SUITE_P(FirstDisputed, PeerPenalties, ::testing::Range(0, 4));

/// Two grants of the holder at fault, two prices: each floored by itself.
TEST_F(Peers, a_penalty_is_told_grant_by_grant) {
  EXPECT_EQ(agree(40, 60), "");
  grant(left, 60, seconds(200, 300), 100, Money(100'000));
  grant(left, 5, seconds(200, 300), 100, Money(300'000));
  ContentId s = grant(right, 50);
  EXPECT_EQ(dispute(s, 310), "");
  const auto& all = m.chain().state().obligations.all();
  auto half = [](std::int64_t price, std::int64_t quantity) {
    return ratio_of(
        *value_of(Money(price), volume_of(Quantity(quantity), Duration(100 * kNanosPerSecond))),
        BasisPoints(5'000));
  };
  ASSERT_GE(all.size(), 2U);
  EXPECT_EQ(all[all.size() - 2].obligation.amount, half(300'000, 5));  // the latest first
  EXPECT_EQ(all[all.size() - 1].obligation.amount, half(100'000, 10));
}

}  // namespace
}  // namespace capmarket::chain
