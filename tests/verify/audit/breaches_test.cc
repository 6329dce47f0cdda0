// Breaches of an edge are found by replay, whether anybody disputed them or not.
#include "verify/audit/breaches.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/edge_market.h"
#include "tests/support/scratch_folder.h"
#include "verify/audit/audit.h"

namespace capmarket::audit {
namespace {

using testing::at_second;
using testing::EdgeMarket;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::seconds;

/// What is found, in short: `right 20@200-300 of 1 open`; sequence numbers apart.
std::string in_short(const EdgeMarket& market, const PeerBreach& b) {
  std::string out = b.member == market.left.key.pub ? "left" : "right";
  if (!b.agreed) out += " (latest)";
  for (const objects::Piece& p : b.pieces) {
    auto second = [](Instant t) { return (t - testing::kStart).value / kNanosPerSecond; };
    out +=
        fmt::format(" {}@{}-{}", p.quantity.value, second(p.window.from), second(p.window.until));
  }
  return out + fmt::format(" of {} {}", b.settlements.size(), to_text(b.outcome));
}

struct PeerBreaches : ::testing::Test, EdgeMarket {
  /// The audit's breaches of a chain that holds.
  std::vector<PeerBreach> audited() const { return audited(*this); }
  static std::vector<PeerBreach> audited(const EdgeMarket& market) {
    testing::ScratchFolder dir;
    market.m.write(dir.path());
    auto report = audit_chain(dir.path(), {1, nullptr});
    CHECK(report.has_value());
    EXPECT_TRUE(report->holds());
    return report->breaches;
  }
  std::vector<std::string> found() const { return found(*this); }
  static std::vector<std::string> found(const EdgeMarket& market) {
    std::vector<std::string> out;
    for (const PeerBreach& b : audited(market)) out.push_back(in_short(market, b));
    return out;
  }
};

/// Nothing was said of it: only a dispute looked.
TEST_F(PeerBreaches, are_found_without_a_dispute_and_violate_nothing) {
  grant(left, 70);
  const ContentId late = grant(right, 50);
  ASSERT_THAT(found(), ElementsAre("right (latest) 20@200-300 of 1 open"));
  const PeerBreach b = audited()[0];
  EXPECT_EQ(b.edge, edge);
  EXPECT_EQ(b.name, "edge");
  EXPECT_EQ(b.unit, "kW");
  EXPECT_EQ(b.most(), Quantity(20));
  EXPECT_EQ(b.window(), seconds(200, 300));
  EXPECT_THAT(b.settlements, ElementsAre(sequence(late)));
  EXPECT_THAT(b.disputes, IsEmpty());
}

TEST_F(PeerBreaches, begin_one_unit_above_the_parts) {
  ASSERT_EQ(agree(60, 40), "");
  grant(right, 40);
  grant(left, 60);
  EXPECT_THAT(found(), IsEmpty());
  grant(left, 1, seconds(299, 300));
  EXPECT_THAT(found(), ElementsAre("left 1@299-300 of 2 open"));
}

/// Exactly its part is nobody's fault, though it came last.
TEST_F(PeerBreaches, are_of_the_member_above_its_part) {
  ASSERT_EQ(agree(60, 40), "");
  grant(right, 41);
  grant(left, 60);
  EXPECT_THAT(found(), ElementsAre("right 1@200-300 of 1 open"));
}

/// More than its part is no breach while the edge has room, nor is what lies outside it in time.
TEST_F(PeerBreaches, are_of_the_edge_and_not_of_a_part_alone) {
  ASSERT_EQ(agree(60, 40), "");
  grant(left, 90);
  grant(right, 10);
  grant(right, 40, seconds(300, 400));
  EXPECT_THAT(found(), IsEmpty());
  // The member above its part is at fault, though the other came last.
  grant(right, 1, seconds(200, 210));
  EXPECT_THAT(found(), ElementsAre("left 1@200-210 of 1 open"));
}

TEST_F(PeerBreaches, are_judged_by_an_agreement_inside_its_time) {
  ASSERT_EQ(agree(40, 60, seconds(0, 250)), "");
  grant(left, 70);
  grant(right, 50);
  EXPECT_THAT(found(),
              ElementsAre("left 20@200-250 of 1 open", "right (latest) 20@250-300 of 1 open"));
}

TEST_F(PeerBreaches, follow_one_agreement_after_another) {
  ASSERT_EQ(agree(40, 60, seconds(0, 250)), "");
  ASSERT_EQ(agree(80, 20, seconds(250, 280)), "");
  ASSERT_EQ(agree(60, 30, seconds(280, 1000)), "");  // both exceed it: the first is named
  grant(left, 70);
  grant(right, 50);
  EXPECT_THAT(found(), ElementsAre("left 20@200-250 of 1 open", "right 20@250-280 of 1 open",
                                   "left 20@280-300 of 1 open"));
}

TEST_F(PeerBreaches, name_all_settlements_that_exceed_together) {
  ASSERT_EQ(agree(60, 40), "");
  const ContentId first = grant(left, 40), second = grant(left, 30, seconds(250, 350));
  grant(right, 40);
  const ContentId apart = grant(left, 50, seconds(300, 310));
  ASSERT_THAT(found(), ElementsAre("left 10@250-300 of 2 open"));
  EXPECT_THAT(audited()[0].settlements, ElementsAre(sequence(first), sequence(second)));
  grant(right, 30, seconds(300, 310));
  ASSERT_THAT(found(), ElementsAre("left 10@250-310 of 3 open"));
  EXPECT_THAT(audited()[0].settlements,
              ElementsAre(sequence(first), sequence(second), sequence(apart)));
}

TEST_F(PeerBreaches, follow_the_schedule) {
  EdgeMarket steps(testing::edge_rule(), {{at_second(0), Quantity(100)},
                                          {at_second(250), Quantity(60)},
                                          {at_second(280), Quantity(200)}});
  steps.grant(steps.left, 70);
  EXPECT_THAT(found(steps), ElementsAre("left (latest) 10@250-280 of 1 open"));
  steps.grant(steps.right, 50);
  EXPECT_THAT(found(steps), ElementsAre("right (latest) 20@200-250 60@250-280 of 1 open"));
}

TEST_F(PeerBreaches, are_only_where_a_rule_coordinates_by_peer) {
  EdgeMarket none(testing::edge_rule("{ mode: none }\n"));
  none.grant(none.left, 70);
  none.grant(none.right, 50);
  EXPECT_THAT(found(none), IsEmpty());
}

// ---- What no longer loads the edge

TEST_F(PeerBreaches, end_with_what_is_surrendered) {
  grant(left, 70);
  const ContentId late = grant(right, 50);
  m.admit(objects::Surrender{m.salt(), user.key.pub, objects::grant_id(late, 0), seconds(200, 250),
                             Quantity(20)},
          {{objects::Role::user, user.key}}, at_second(150));
  EXPECT_THAT(found(), ElementsAre("right (latest) 20@250-300 of 1 open"));
}

/// What failed stays in the load, unless what it stood on is gone.
TEST_F(PeerBreaches, end_with_what_is_curtailed_and_not_with_what_failed) {
  grant(left, 70);
  const ContentId late = grant(right, 50);
  m.admit(objects::DeliveryFailure{m.salt(),
                                   right.key.pub,
                                   objects::Role::holder,
                                   {},
                                   objects::grant_id(late, 0),
                                   Quantity(50),
                                   seconds(200, 240),
                                   at_second(150),
                                   "storm"},
          {{objects::Role::holder, right.key}}, at_second(150));
  // Nothing of the latest is live there.
  EXPECT_THAT(found(), ElementsAre("left (latest) 20@200-240 of 1 open",
                                   "right (latest) 20@240-300 of 1 open"));
  m.admit(objects::Curtailment{m.salt(), right.key.pub, declaration, Quantity(50),
                               seconds(240, 280), "fire"},
          {{objects::Role::holder, right.key}}, at_second(160));
  EXPECT_THAT(found(), ElementsAre("left (latest) 20@200-240 of 1 open",
                                   "right (latest) 20@280-300 of 1 open"));
}

TEST_F(PeerBreaches, end_with_what_is_displaced) {
  testing::RuleParts parts = testing::edge_rule();
  parts.tiers =
      "  - { name: gold, rank: 20, eligible: \"true\", displaces: { when: \"true\", compensation: "
      "0.00, pay_within: 1h, victims: latest-first } }\n"
      "  - { name: basic, rank: 10, eligible: \"true\" }\n";
  EdgeMarket market(parts);
  testing::Market& chain = market.m;
  objects::CredentialGrant golden = chain.user_grant("basic");
  testing::join(golden, "power", {"gold"});
  const testing::Party high = chain.admit_party(golden);
  market.grant(market.left, 70);
  market.grant(market.right, 100, seconds(200, 250));
  EXPECT_THAT(found(market), ElementsAre("right (latest) 70@200-250 of 1 open"));
  objects::Request q = chain.request(high, {market.declaration}, 60, seconds(200, 250), "gold");
  objects::Settlement s = chain.settlement(market.right, high, market.declaration,
                                           chain.ask(high, q), q, at_second(110));
  s.legs[0].displace = objects::DisplaceTerms{Money(0), Money(kWireMax)};
  ASSERT_EQ(testing::clauses(chain.settle(market.right, high, s, at_second(110))), "");
  // 60 of 100 gave way to 60: two settlements of the same load.
  EXPECT_THAT(found(market), ElementsAre("right (latest) 70@200-250 of 2 open"));
}

// ---- Disputes

TEST_F(PeerBreaches, are_released_ahead_by_a_founded_dispute) {
  grant(left, 70);
  const ContentId late = grant(right, 50);
  ASSERT_EQ(dispute(late, 150), "");
  ASSERT_THAT(found(), ElementsAre("right (latest) 20@200-300 of 1 released"));
  EXPECT_THAT(audited()[0].disputes, ElementsAre(BreachDispute{sequence(last), true}));
}

TEST_F(PeerBreaches, are_penalised_where_they_have_been) {
  ASSERT_EQ(agree(40, 60), "");
  const ContentId early = grant(left, 70);
  grant(right, 50);
  ASSERT_EQ(dispute(early, 250), "");
  const std::int64_t first = sequence(last);
  ASSERT_THAT(found(),
              ElementsAre("left 20@200-250 of 1 penalised", "left 20@250-300 of 1 released"));
  // A unit is remedied once: what finds it again is not listed.
  ASSERT_EQ(dispute(grant(left, 1, seconds(310, 320), 255), 260), "");
  for (const PeerBreach& b : audited())
    EXPECT_THAT(b.disputes, ElementsAre(BreachDispute{first, true}));
}

TEST_F(PeerBreaches, stay_open_where_the_dispute_came_too_early) {
  const ContentId early = grant(left, 70);
  ASSERT_EQ(dispute(early, 150), "");
  grant(right, 50, seconds(200, 300), 160);
  ASSERT_THAT(found(), ElementsAre("right (latest) 20@200-300 of 1 open"));
  EXPECT_THAT(audited()[0].disputes, ElementsAre(BreachDispute{sequence(last), false}));
}

/// A dispute releases what is live of the member at fault. What failed of it stays in the load.
TEST_F(PeerBreaches, stay_open_where_nothing_of_who_is_at_fault_is_live) {
  ASSERT_EQ(agree(40, 60), "");
  const ContentId early = grant(left, 70);
  grant(right, 50);
  m.admit(objects::DeliveryFailure{m.salt(),
                                   left.key.pub,
                                   objects::Role::holder,
                                   {},
                                   objects::grant_id(early, 0),
                                   Quantity(70),
                                   seconds(200, 300),
                                   at_second(150),
                                   "storm"},
          {{objects::Role::holder, left.key}}, at_second(150));
  ASSERT_EQ(dispute(early, 160), "");
  ASSERT_THAT(found(), ElementsAre("left 20@200-300 of 1 open"));
  EXPECT_THAT(audited()[0].disputes, ElementsAre(BreachDispute{sequence(last), true}));
}

/// What is sold again after a release is another breach.
TEST_F(PeerBreaches, come_again_after_a_remedy) {
  grant(left, 70);
  const ContentId late = grant(right, 50);
  ASSERT_EQ(dispute(late, 150), "");
  grant(right, 5, seconds(200, 210), 160);
  EXPECT_THAT(found(), ElementsAre("right (latest) 20@200-300 of 1 released",
                                   "right (latest) 5@200-210 of 2 open"));
}

TEST_F(PeerBreaches, keep_a_hundred_settlements_of_one_and_count_the_others) {
  EdgeMarket narrow(testing::edge_rule(), {{at_second(0), Quantity(1)}});
  for (int i = 0; i < 102; ++i) narrow.grant(narrow.left, 1);
  const std::vector<PeerBreach> all = audited(narrow);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].settlements.size(), kBreachListMax);
  EXPECT_EQ(all[0].settlements_more, 2);
  EXPECT_EQ(all[0].most(), Quantity(101));
}

}  // namespace
}  // namespace capmarket::audit
