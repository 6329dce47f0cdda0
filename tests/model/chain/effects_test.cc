// What happens after a settlement: money, failures, curtailment, surrender, leases, activity,
// revocation, disputes, quotas of refusals; each clause of those kinds at its boundary.
#include <gtest/gtest.h>

#include "model/chain/leaf.h"
#include "model/log/merkle.h"
#include "model/crypto/hash.h"
#include "model/rules/strategy.h"
#include "tests/support/whole_market.h"

namespace capmarket::chain {
namespace {

using testing::at_second;
using testing::clauses;
using testing::Market;
using testing::Party;
using testing::RuleParts;
using testing::seconds;

RuleParts more(const std::string& lines) {
  RuleParts p;
  p.more = lines;
  p.fallback +=
      "  - { name: kept, substitution: same-holder, notify_within: 60s, refund: 100%, penalty: 10%, "
      "record: [notice, cause, substitutes, settlement] }\n";
  return p;
}

/// One grant of 10 kW for [200, 300) at 20.00, with an adaptation that may consume.
struct Aftermath : ::testing::Test {
  explicit Aftermath(const std::string& lines = "surrender_fee: 20%\nevidence_min: 5000\n")
      : m({crypto::Scheme::mac, testing::rule_text(more(lines))}) {
    objects::Request q = m.request(user, {declaration}, 10, seconds(200, 300));
    q.adaptations = {adaptation.key.pub};
    asked = q;
    request = m.ask(user, q);
    objects::Settlement s = m.settlement(holder, user, declaration, request, q, at_second(100));
    s.legs[0].strategy = m.strategy("kept");
    auto checked = m.sign(
        s, {{objects::Role::submitter, holder.key}, {objects::Role::holder, holder.key}, {objects::Role::user, user.key}});
    CHECK(m.submit(checked, at_second(100)).decision.admitted());
    settlement = checked.id;
    grant = objects::grant_id(settlement, 0);
  }
  Market m;
  Party holder = m.holder(100);
  Party user = m.user("basic");
  Party adaptation = m.party(objects::Role::adaptation);
  Party auditor = m.party(objects::Role::auditor);
  ContentId declaration = m.declare(holder, 100, seconds(0, 1000));
  objects::Request asked;
  ContentId request, settlement, grant;

  const ChainState& state() { return m.chain().state(); }
  const GrantRecord& record() { return *state().grant(grant); }
  std::string submit(const objects::Object& o, const testing::Signers& by,
                     std::int64_t second) {
    auto s = m.sign(o, by);
    last = s.id;
    return clauses(m.submit(s, at_second(second)));
  }
  ContentId last;
  objects::DeliveryFailure failure(std::int64_t quantity, Window w, objects::Role role = objects::Role::holder) {
    Party by = role == objects::Role::holder ? holder : role == objects::Role::user ? user : auditor;
    objects::DeliveryFailure f{m.salt(),           by.key.pub, role,           {},     grant,
                      Quantity(quantity), w,          at_second(150), "storm"};
    if (role == objects::Role::auditor) f.credential = auditor.credential;
    return f;
  }
  static Money value(std::int64_t quantity, std::int64_t length) {
    return *value_of(Money(200'000),
                     volume_of(Quantity(quantity), Duration(length * kNanosPerSecond)));
  }
};

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

TEST_F(Aftermath, a_light_claim_needs_a_second_witness) {
  objects::CredentialGrant light = m.grant(objects::Role::auditor);
  light.weight = BasisPoints(4'999);
  auditor = m.admit_party(light);
  objects::DeliveryFailure claim = failure(2, seconds(200, 300), objects::Role::auditor);
  EXPECT_EQ(submit(claim, {{objects::Role::auditor, auditor.key}}, 150), "standing");
  claim.salt = m.salt();
  EXPECT_EQ(submit(claim, {{objects::Role::auditor, auditor.key}, {objects::Role::user, user.key}}, 150), "");
  light.subject = testing::numbered_key(77).pub;
  light.salt = m.salt();
  light.weight = BasisPoints(5'000);
  auditor = m.admit_party(light);
  EXPECT_EQ(
      submit(failure(2, seconds(200, 300), objects::Role::auditor), {{objects::Role::auditor, auditor.key}}, 150),
      "");
  objects::DeliveryFailure stranger = failure(2, seconds(200, 300), objects::Role::user);
  stranger.reporter = holder.key.pub;
  EXPECT_EQ(submit(stranger, {{objects::Role::user, holder.key}}, 150), "standing");
  objects::DeliveryFailure nameless = failure(2, seconds(200, 300), objects::Role::auditor);
  nameless.credential.reset();
  EXPECT_EQ(submit(nameless, {{objects::Role::auditor, auditor.key}}, 150), "standing?");
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

// ---- Revocations and disputes

TEST_F(Aftermath, a_revocation_counts_at_its_instant_and_reviews_what_rests_on_it) {
  std::optional<objects::Review> review;
  m.chain().observe([&](const Event& e) {
    if (e.leaf.kind == objects::Kind::review) review = std::get<objects::Review>(e.object);
  });
  auto revoke = [&](const ContentId& target, const crypto::KeyPair& by, const ContentId& authority) {
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
  std::string raise(objects::Ground ground, const Party& by, objects::Role role, std::int64_t second) {
    m.chain().observe([&](const Event& e) {
      if (e.leaf.kind == objects::Kind::resolution) resolution = std::get<objects::Resolution>(e.object);
    });
    return submit(dispute(ground, by, role), {{role, by.key}}, second);
  }
  void revoke(const ContentId& credential, std::int64_t effective) {
    ASSERT_EQ(submit(objects::Revocation{m.salt(), m.authority(), credential, at_second(effective), "key"},
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
  EXPECT_EQ(raise(objects::Ground::credential_invalid, auditor, objects::Role::auditor, 161), "standing");  // twice
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
  EXPECT_EQ(raise(objects::Ground::rule_misapplied, stranger, objects::Role::user, 160), "standing");
  EXPECT_EQ(raise(objects::Ground::rule_misapplied, auditor, objects::Role::user, 160), "standing");
  std::int64_t end = 300 + 30 * 24 * 3600;
  EXPECT_EQ(raise(objects::Ground::rule_misapplied, user, objects::Role::user, end - 1), "");
  ASSERT_TRUE(resolution);
  EXPECT_FALSE(resolution->founded);
  EXPECT_EQ(raise(objects::Ground::rule_misapplied, holder, objects::Role::holder, end), "window");
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
  EXPECT_EQ(raise(objects::Ground::fallback_not_followed, auditor, objects::Role::auditor, 212), "");
  EXPECT_TRUE(resolution->founded);
  EXPECT_EQ(resolution->faults, std::vector<ContentId>{state().failures.all()[0].id});
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

// ---- Peers

struct Peers : ::testing::Test {
  static RuleParts parts() {
    RuleParts p;
    p.coordination = "{ mode: peer }";
    p.more = "peer_penalty: 50%\n";
    return p;
  }
  Market m{{crypto::Scheme::mac, testing::rule_text(parts())}};
  Party left = m.holder(100), right = m.holder(100);
  Party user = m.user("basic");
  ContentId edge = m.ordain(
      testing::infrastructure(m, "edge", {left, right}, {{at_second(0), Quantity(100)}}, true));
  std::optional<objects::Resolution> resolution;
  std::vector<objects::Release> releases;

  std::string agree(std::int64_t first, std::int64_t second, bool both = true) {
    objects::PeerAgreement a = testing::agreement(m, edge, seconds(0, 1000), left, Quantity(first),
                                                  right, Quantity(second));
    testing::Signers signers = testing::signers_of_agreement(left, right);
    if (!both) signers.pop_back();
    return clauses(m.submit(m.sign(a, signers), m.setup));
  }
  ContentId grant(const Party& holder, std::int64_t quantity) {
    objects::Declaration d = m.declaration(holder, quantity, seconds(0, 1000));
    d.infrastructure = edge;
    ContentId declaration = m.admit(d, {{objects::Role::holder, holder.key}});
    objects::Request q = m.request(user, {declaration}, quantity, seconds(200, 300));
    auto s =
        m.sign(m.settlement(holder, user, declaration, m.ask(user, q), q, at_second(100)),
               {{objects::Role::submitter, user.key}, {objects::Role::user, user.key}, {objects::Role::holder, holder.key}});
    EXPECT_EQ(clauses(m.submit(s, at_second(100))), "");  // admission does not look at the edge
    return s.id;
  }
  std::string dispute(const ContentId& settlement, std::int64_t second) {
    m.chain().observe([&](const Event& e) {
      if (e.leaf.kind == objects::Kind::resolution) resolution = std::get<objects::Resolution>(e.object);
      if (e.leaf.kind == objects::Kind::release) releases.push_back(std::get<objects::Release>(e.object));
    });
    objects::Dispute d{m.salt(), user.key.pub, objects::Role::user, {}, settlement, objects::Ground::shared_capacity_breached,
              {}};
    return clauses(m.submit(m.sign(d, {{objects::Role::user, user.key}}), at_second(second)));
  }
};

TEST_F(Peers, an_agreement_is_both_members_and_does_not_overlap_another) {
  EXPECT_EQ(agree(60, 40, false), "signatures");
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
