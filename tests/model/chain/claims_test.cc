// Claims of non-delivery: who may say what until when, what makes them stand or fall, what is owed.
#include "model/chain/claims.h"

#include <gtest/gtest.h>

#include "tests/support/claimed_market.h"
#include "tests/support/times.h"

namespace capmarket::chain {
namespace {

using testing::at_second;
using testing::Party;
using testing::seconds;

struct Claimed : ::testing::Test, testing::ClaimedMarket {
  explicit Claimed(const std::string& burden = "claimant") : ClaimedMarket(burden) {
    m.chain().observe([this](const Event& e) {
      if (e.leaf.kind == objects::Kind::claim_closed)
        closed = std::get<objects::ClaimClosed>(e.object);
    });
  }
  std::optional<objects::ClaimClosed> closed;
};

/// A user was paid at once for what it said had not been delivered.
TEST_F(Claimed, a_claim_owes_nothing_until_it_stands) {
  EXPECT_EQ(claim(4, seconds(250, 300), 310), "");
  EXPECT_TRUE(state().failures.empty());
  EXPECT_EQ(net(), 0);
  wait(369);
  EXPECT_FALSE(closed);
  wait(370);  // 310 + 60
  ASSERT_TRUE(closed && closed->stands);
  EXPECT_EQ(closed->basis, objects::ClaimBasis::uncontested);
  ASSERT_EQ(state().failures.size(), 1U);
  const FailureRecord& f = state().failures.back();
  EXPECT_EQ(f.failure.pieces, (capacity::Pieces{{seconds(250, 300), Quantity(4)}}));
  EXPECT_TRUE(f.failure.late);
  EXPECT_EQ(f.trimmed, value(4, 50));
  EXPECT_EQ(net(), (f.trimmed + ratio_of(f.trimmed, BasisPoints(1'000))).value);
}

TEST_F(Claimed, a_claim_speaks_of_what_has_passed_and_comes_in_time) {
  EXPECT_EQ(claim(4, seconds(250, 300), 299), "window");
  EXPECT_EQ(claim(4, seconds(250, 299), 299), "");
  EXPECT_EQ(claim(4, seconds(250, 300), 250, objects::Role::holder), "");  // a notice looks ahead
  EXPECT_EQ(claim(1, seconds(200, 210), 900), "");
  EXPECT_EQ(claim(1, seconds(210, 220), 901), "window");  // 300 + 10 min
  EXPECT_EQ(claim(11, seconds(200, 210), 901), "window outstanding");
}

TEST_F(Claimed, only_the_holder_contests_once_and_in_time) {
  EXPECT_EQ(claim(4, seconds(250, 300), 310), "");
  auto by_user = [&] {
    return submit(objects::Contest{m.salt(), user.key.pub, claimed},
                  {{objects::Role::holder, user.key}}, 311);
  };
  EXPECT_EQ(by_user(), "standing");
  EXPECT_EQ(submit(objects::Contest{m.salt(), holder.key.pub, claimed},
                   {{objects::Role::user, user.key}}, 311),
            "signatures");
  EXPECT_EQ(submit(objects::Contest{m.salt(), holder.key.pub, settlement},
                   {{objects::Role::holder, holder.key}}, 311),
            "objects-resolve? window? standing?");
  EXPECT_EQ(contest(369), "");
  EXPECT_EQ(contest(369), "standing");
  EXPECT_EQ(claim(4, seconds(250, 300), 369), "");
  EXPECT_EQ(contest(429), "window standing");  // decided at that instant
}

TEST_F(Claimed, a_contested_claim_falls_unless_it_is_proved) {
  EXPECT_EQ(claim(4, seconds(250, 300), 310), "");
  EXPECT_EQ(contest(320), "");
  wait(429);
  EXPECT_FALSE(closed);
  wait(430);  // 310 + 60 + 60
  ASSERT_TRUE(closed);
  EXPECT_FALSE(closed->stands);
  EXPECT_EQ(closed->basis, objects::ClaimBasis::burden);
  EXPECT_TRUE(state().failures.empty());
  const objects::Obligation& fee = state().obligations.back().obligation;
  EXPECT_EQ(fee.kind, objects::ObligationKind::claim);
  EXPECT_EQ(fee.payer, user.key.pub);
  EXPECT_EQ(fee.payee, holder.key.pub);
  EXPECT_EQ(fee.amount, ratio_of(value(4, 50), BasisPoints(500)));
  EXPECT_EQ(fee.deadline, at_second(430 + 600));
}

TEST_F(Claimed, a_witness_of_another_authority_proves_it) {
  EXPECT_EQ(claim(4, seconds(250, 300), 310), "");
  EXPECT_EQ(witness(kin, objects::Side::claim, 311), "standing");  // issued as both parties are
  EXPECT_EQ(witness(kin, objects::Side::holder, 311), "standing");
  EXPECT_EQ(contest(320), "");
  EXPECT_EQ(witness(outsider, objects::Side::claim, 429), "");
  EXPECT_EQ(witness(outsider, objects::Side::holder, 429), "standing");  // heard once
  wait(430);
  ASSERT_TRUE(closed && closed->stands);
  EXPECT_EQ(closed->basis, objects::ClaimBasis::witness);
  const objects::Obligation& fee = state().obligations.back().obligation;
  EXPECT_EQ(fee.payer, holder.key.pub);
  EXPECT_EQ(fee.amount, ratio_of(value(4, 50), BasisPoints(1'000)));
  EXPECT_EQ(claim(1, seconds(200, 210), 431), "");
  EXPECT_EQ(witness(outsider, objects::Side::claim, 551), "window standing");
  claimed = settlement;
  EXPECT_EQ(witness(outsider, objects::Side::claim, 551), "objects-resolve? window? standing?");
}

TEST_F(Claimed, an_adaptation_is_no_witness_and_the_user_none_of_its_own) {
  EXPECT_EQ(claim(4, seconds(250, 300), 310), "");
  for (const auto& [role, by] :
       {std::pair(objects::Role::adaptation, adaptation), std::pair(objects::Role::user, user),
        std::pair(objects::Role::holder, holder)})
    EXPECT_EQ(submit(objects::Witness{m.salt(), by.key.pub, role, by.credential, claimed,
                                      objects::Side::claim},
                     {{role, by.key}}, 320),
              "standing");
  // An auditor claims by a credential of its own: its authority does not vouch for the claim.
  objects::DeliveryFailure f{
      m.salt(), outsider.key.pub, objects::Role::auditor, outsider.credential,
      grant,    Quantity(1),      seconds(200, 210),      at_second(150),
      "dark"};
  EXPECT_EQ(submit(f, {{objects::Role::auditor, outsider.key}}, 320), "");
  claimed = last;
  EXPECT_EQ(witness(outsider, objects::Side::claim, 321), "standing");
}

TEST_F(Claimed, evidence_against_fells_it_beside_a_witness_for_it) {
  auto used = [&](std::int64_t quantity, Window w, std::int64_t second) {
    return submit(objects::Activity{m.salt(), adaptation.key.pub, adaptation.credential, grant, w,
                                    Quantity(quantity)},
                  {{objects::Role::adaptation, adaptation.key}}, second);
  };
  EXPECT_EQ(used(6, seconds(250, 300), 305), "");
  EXPECT_EQ(claim(4, seconds(250, 300), 310), "");
  EXPECT_EQ(contest(311), "");
  EXPECT_EQ(claim(4, seconds(200, 250), 310), "");
  const ContentId second = claimed;
  EXPECT_EQ(used(7, seconds(249, 250), 312), "");
  EXPECT_EQ(submit(objects::Contest{m.salt(), holder.key.pub, second},
                   {{objects::Role::holder, holder.key}}, 312),
            "");
  EXPECT_EQ(witness(outsider, objects::Side::claim, 313), "");
  std::map<ContentId, objects::ClaimBasis> basis;
  m.chain().observe([&](const Event& e) {
    if (const auto* o = std::get_if<objects::ClaimClosed>(&e.object)) basis[o->failure] = o->basis;
  });
  wait(500);
  ASSERT_EQ(basis.size(), 2U);
  EXPECT_EQ(basis.at(second), objects::ClaimBasis::activity);  // 7 > 10 - 4
  EXPECT_TRUE(state().failures.empty());
  basis.erase(second);
  EXPECT_EQ(basis.begin()->second, objects::ClaimBasis::burden);  // 6 is what the claim leaves
}

TEST_F(Claimed, what_stands_is_at_most_what_is_live_then) {
  EXPECT_EQ(claim(8, seconds(250, 300), 310), "");
  EXPECT_EQ(claim(8, seconds(250, 300), 311), "");
  wait(371);
  ASSERT_EQ(state().failures.size(), 2U);
  EXPECT_EQ(state().failures.all()[0].failure.pieces[0].quantity, Quantity(8));
  EXPECT_EQ(state().failures.all()[1].failure.pieces[0].quantity, Quantity(2));
}

TEST_F(Claimed, it_is_late_unless_the_holder_told_of_the_first_instant_in_time) {
  EXPECT_EQ(claim(1, seconds(250, 300), 310, objects::Role::holder), "");  // 250 + 60: in time
  EXPECT_EQ(claim(4, seconds(250, 300), 311), "");
  EXPECT_EQ(claim(4, seconds(249, 250), 312), "");
  wait(400);
  ASSERT_EQ(state().failures.size(), 3U);
  EXPECT_FALSE(state().failures.all()[1].failure.late);
  EXPECT_TRUE(state().failures.all()[2].failure.late);
}

TEST_F(Claimed, the_fallback_of_a_claim_is_disputed_from_when_it_stands) {
  EXPECT_EQ(claim(4, seconds(250, 300), 890), "");
  auto dispute = [&](objects::Ground ground, const Party& by, objects::Role role,
                     std::int64_t second) {
    return submit(objects::Dispute{m.salt(), by.key.pub, role, {}, settlement, ground, {}},
                  {{role, by.key}}, second);
  };
  wait(950);
  EXPECT_EQ(dispute(objects::Ground::rule_misapplied, user, objects::Role::user, 950), "window");
  EXPECT_EQ(dispute(objects::Ground::fallback_not_followed, user, objects::Role::user, 1549), "");
  EXPECT_EQ(state().obligations.back().obligation.kind, objects::ObligationKind::remedy);
  EXPECT_EQ(dispute(objects::Ground::fallback_not_followed, holder, objects::Role::holder, 1550),
            "window");
}

struct HolderProves : Claimed {
  HolderProves() : Claimed("holder") {}
};
TEST_F(HolderProves, a_contest_without_evidence_fails_and_pays_its_fee) {
  EXPECT_EQ(claim(4, seconds(250, 300), 310), "");
  EXPECT_EQ(contest(320), "");
  wait(430);
  ASSERT_TRUE(closed && closed->stands);
  EXPECT_EQ(closed->basis, objects::ClaimBasis::burden);
  EXPECT_EQ(net(), value(4, 50).value * 12 / 10);  // refund, penalty, fee
  EXPECT_EQ(claim(4, seconds(200, 250), 431), "");
  EXPECT_EQ(contest(432), "");
  EXPECT_EQ(witness(outsider, objects::Side::holder, 433), "");
  wait(600);
  EXPECT_FALSE(closed->stands);
}

/// One unit of volume was worth a fee for every claim about it.
TEST_F(HolderProves, the_fee_is_of_what_the_claim_fails) {
  std::vector<Money> fees;
  for (std::int64_t second : {310, 320, 330}) {
    EXPECT_EQ(claim(8, seconds(250, 300), second), "");
    EXPECT_EQ(contest(second + 1), "");
  }
  wait(500);
  for (const auto& o : state().obligations.all())
    if (o.obligation.kind == objects::ObligationKind::claim) fees.push_back(o.obligation.amount);
  EXPECT_TRUE(closed->stands);
  EXPECT_EQ(fees, (std::vector{ratio_of(value(8, 50), BasisPoints(1'000)),
                               ratio_of(value(2, 50), BasisPoints(1'000))}));
}

}  // namespace
}  // namespace capmarket::chain
