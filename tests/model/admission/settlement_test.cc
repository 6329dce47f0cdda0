// Each clause of a settlement: it refuses what it should, and admits the boundary.
#include <gtest/gtest.h>

#include "model/admission/explain.h"
#include "tests/support/market.h"

namespace capmarket::admission {
namespace {

using testing::at_second;
using testing::clauses;
using testing::Market;
using testing::Party;
using testing::seconds;

/// One good settlement, signed at second 100 for [200, 300), 40 of 100 kW.
class SettlementClauses : public ::testing::Test {
 protected:
  Market m;
  Party holder = m.holder(100);
  Party user = m.user("basic");
  ContentId declaration = m.declare(holder, 100, seconds(0, 1000));
  objects::Request request = m.request(user, {declaration}, 40, seconds(200, 300));
  ContentId request_id = m.ask(user, request);
  objects::Settlement good = m.settlement(holder, user, declaration, request_id, request, at_second(100));

  std::string decide(const objects::Settlement& s, std::int64_t second = 100) {
    return clauses(m.settle(holder, user, s, at_second(second)));
  }
  /// Changes the only leg.
  template <class F>
  objects::Settlement with(F&& change) {
    objects::Settlement s = good;
    s.salt = m.salt();
    change(s.legs[0]);
    return s;
  }
};

TEST_F(SettlementClauses, admits_a_good_one) { EXPECT_EQ(decide(good), ""); }

TEST_F(SettlementClauses, objects_resolve_refuses_what_does_not_exist_and_what_is_not_named) {
  std::string out = decide(with([](objects::Leg& l) { l.rule.bytes[0] ^= 1; }));
  EXPECT_NE(out.find("objects-resolve?"), std::string::npos) << out;
  ContentId other = m.declare(m.holder(50), 50, seconds(0, 1000));
  out = decide(with([&](objects::Leg& l) { l.declaration = other; }));
  EXPECT_NE(out.find("objects-resolve"), std::string::npos) << out;
  out = decide(with([](objects::Leg& l) { l.user_credential = ContentId{}; }));
  EXPECT_NE(out.find("user-membership?"), std::string::npos) << out;
}

TEST_F(SettlementClauses, signatures_refuses_a_missing_or_foreign_signer) {
  auto submit = [&](testing::Signers signers) {
    objects::Settlement s = good;
    s.salt = m.salt();
    return clauses(m.submit(m.sign(s, signers), at_second(100)));
  };
  crypto::KeyPair stranger = m.user("basic").key;
  EXPECT_EQ(submit({{objects::Role::submitter, holder.key}, {objects::Role::user, user.key}}), "signatures");
  EXPECT_EQ(submit({{objects::Role::submitter, holder.key}, {objects::Role::holder, holder.key}}), "signatures");
  EXPECT_EQ(
      submit({{objects::Role::submitter, stranger}, {objects::Role::holder, holder.key}, {objects::Role::user, user.key}}),
      "signatures");
  EXPECT_EQ(
      submit({{objects::Role::submitter, holder.key}, {objects::Role::holder, stranger}, {objects::Role::user, user.key}}),
      "signatures");
  // In the wrong role a signature says nothing.
  EXPECT_EQ(
      submit({{objects::Role::submitter, holder.key}, {objects::Role::user, holder.key}, {objects::Role::holder, user.key}}),
      "signatures");
}

TEST_F(SettlementClauses, holder_scope_refuses_an_expired_credential_and_admits_its_last_instant) {
  objects::CredentialGrant g = m.holder_grant(100);
  g.valid.until = at_second(150);
  crypto::KeyPair key = testing::numbered_key(12);
  ASSERT_EQ(key.pub, g.subject);
  auto s = m.sign(g, {{objects::Role::authority, m.authority_key}});
  ASSERT_TRUE(m.submit(s, m.setup).decision.admitted());
  Party h{g.role, key, s.id};
  ContentId d = m.declare(h, 100, seconds(0, 1000));
  objects::Request q = m.request(user, {d}, 40, seconds(200, 300));
  ContentId id = m.ask(user, q);
  objects::Settlement late = m.settlement(h, user, d, id, q, at_second(150));
  EXPECT_EQ(clauses(m.settle(h, user, late, at_second(150))), "holder-scope");
  objects::Settlement last = m.settlement(h, user, d, id, q, Instant(at_second(150).value - 1));
  EXPECT_EQ(clauses(m.settle(h, user, last, at_second(151))), "");
}

TEST_F(SettlementClauses, user_membership_refuses_a_forged_tier) {
  objects::Request q = m.request(user, {declaration}, 40, seconds(200, 300), "gold");
  ContentId id = m.ask(user, q);
  objects::Settlement s = m.settlement(holder, user, declaration, id, q, at_second(100));
  EXPECT_EQ(clauses(m.settle(holder, user, s, at_second(100))), "user-membership tier-eligible");
}

TEST_F(SettlementClauses, user_membership_refuses_a_credential_of_another_place) {
  objects::CredentialGrant g = m.user_grant("basic");
  g.scope = {{"eu/fr"}};
  crypto::KeyPair key = testing::numbered_key(12);
  auto granted = m.sign(g, {{objects::Role::authority, m.authority_key}});
  ASSERT_TRUE(m.submit(granted, m.setup).decision.admitted());
  Party u{g.role, key, granted.id};
  objects::Request q = m.request(u, {declaration}, 40, seconds(200, 300));
  ContentId id = m.ask(u, q);
  objects::Settlement s = m.settlement(holder, u, declaration, id, q, at_second(100));
  EXPECT_EQ(clauses(m.settle(holder, u, s, at_second(100))), "user-membership");
}

TEST_F(SettlementClauses, tier_eligible_asks_the_rule) {
  for (const char* kind : {"hospital", "bakery"}) {
    Party u = m.user("gold", kind);
    objects::Request q = m.request(u, {declaration}, 10, seconds(200, 300), "gold");
    ContentId id = m.ask(u, q);
    objects::Settlement s = m.settlement(holder, u, declaration, id, q, at_second(100));
    EXPECT_EQ(clauses(m.settle(holder, u, s, at_second(100))),
              std::string(kind) == "hospital" ? "" : "tier-eligible");
  }
  objects::Settlement other = with([](objects::Leg& l) { l.tier = "gold"; });  // not the request's
  EXPECT_EQ(decide(other), "user-membership tier-eligible");
}

TEST_F(SettlementClauses, rule_in_force_bounds_the_skew_on_both_sides) {
  EXPECT_EQ(decide(good, 103), "rule-in-force");  // 3 s after signing, skew 2 s
  objects::Settlement edge = good;
  edge.salt = m.salt();
  edge.signed_at = at_second(101);
  edge.legs[0].predecessors = {};
  EXPECT_EQ(decide(edge, 103), "");
  objects::Settlement future = good;
  future.signed_at = at_second(104);
  future.indices[0].index = 1;
  future.salt = m.salt();
  EXPECT_NE(decide(future, 103).find("rule-in-force"), std::string::npos);
}

TEST_F(SettlementClauses, class_unit_refuses_a_request_in_another_unit) {
  objects::Request q = request;
  q.salt = m.salt();
  q.unit = "MW";
  auto s = m.sign(q, {{objects::Role::user, user.key}});
  EXPECT_EQ(clauses(m.submit(s, m.setup)), "class-unit");
}

TEST_F(SettlementClauses, window_stays_inside_request_and_declaration_and_after_signing) {
  EXPECT_EQ(decide(with([](objects::Leg& l) { l.window = seconds(199, 300); })), "window");
  EXPECT_EQ(decide(with([](objects::Leg& l) {
              l.window = seconds(200, 301);
              l.retain_until = kDistantFuture;
            })),
            "window");
  EXPECT_EQ(decide(with([](objects::Leg& l) { l.window = seconds(300, 200); })), "window");
  objects::Settlement late = good;
  late.signed_at = Instant(at_second(200).value + 1);  // rounds up to 201
  late.salt = m.salt();
  EXPECT_EQ(decide(late, 201), "window disclosure");
  late.signed_at = at_second(200);
  EXPECT_EQ(decide(late, 201), "disclosure");
}

TEST_F(SettlementClauses, granularity_refuses_fractions_of_a_second) {
  EXPECT_EQ(decide(with([](objects::Leg& l) { l.window.from = l.window.from + Duration(1); })),
            "granularity");
  EXPECT_EQ(decide(with([](objects::Leg& l) { l.window.until = l.window.until - Duration(1); })),
            "granularity");
}

TEST_F(SettlementClauses, quantity_must_be_positive_and_inside_the_limits) {
  EXPECT_EQ(decide(with([](objects::Leg& l) { l.quantity = Quantity(0); })), "quantity");
  EXPECT_EQ(decide(with([](objects::Leg& l) { l.quantity = Quantity(-5); })), "quantity");
  EXPECT_EQ(decide(with([](objects::Leg& l) { l.quantity = Quantity(1); })), "");
}

TEST_F(SettlementClauses, capacity_admits_the_last_unit_and_refuses_one_more) {
  EXPECT_EQ(decide(good), "");
  auto settle_more = [&](std::int64_t quantity, Window window) {
    objects::Request q = m.request(user, {declaration}, quantity, window);
    ContentId id = m.ask(user, q);
    objects::Settlement s = m.settlement(holder, user, declaration, id, q, at_second(100));
    return clauses(m.settle(holder, user, s, at_second(100)));
  };
  EXPECT_EQ(settle_more(61, seconds(250, 260)), "capacity");
  EXPECT_EQ(settle_more(61, seconds(299, 310)), "capacity");
  EXPECT_EQ(settle_more(100, seconds(300, 310)), "");  // half-open: the first ended
  EXPECT_EQ(settle_more(60, seconds(250, 260)), "");
  EXPECT_EQ(settle_more(1, seconds(259, 260)), "capacity");
}

TEST_F(SettlementClauses, price_stays_inside_bounds_and_the_requests_maximum) {
  EXPECT_EQ(decide(with([](objects::Leg& l) { l.price = Money(9'999); })), "price");
  EXPECT_EQ(decide(with([](objects::Leg& l) { l.price = Money(500'001); })), "price");
  objects::Settlement floor = with([](objects::Leg& l) { l.price = Money(10'000); });
  EXPECT_EQ(decide(floor), "");
}

TEST_F(SettlementClauses, sequence_wants_the_next_index_and_at_most_the_requested_quantity) {
  objects::Settlement gap = good;
  gap.indices[0].index = 1;
  gap.salt = m.salt();
  EXPECT_EQ(decide(gap), "sequence");
  EXPECT_EQ(decide(good), "");
  objects::Settlement again = good;
  again.indices[0].index = 1;
  again.salt = m.salt();
  again.legs[0].quantity = Quantity(1);
  EXPECT_EQ(decide(again, 101), "sequence");  // the request has its 40 already
}

TEST_F(SettlementClauses, sequence_wants_the_partial_flag_for_less_than_the_whole) {
  objects::Request q = m.request(user, {declaration}, 40, seconds(200, 300), "basic", false);
  ContentId id = m.ask(user, q);
  objects::Settlement s = m.settlement(holder, user, declaration, id, q, at_second(100));
  s.legs[0].quantity = Quantity(39);
  EXPECT_EQ(clauses(m.settle(holder, user, s, at_second(100))), "sequence");
  objects::Settlement whole = m.settlement(holder, user, declaration, id, q, at_second(100));
  EXPECT_EQ(clauses(m.settle(holder, user, whole, at_second(100))), "");
}

TEST_F(SettlementClauses, disclosure_wants_the_latest_refusal_named) {
  objects::Settlement refused = with([](objects::Leg& l) { l.quantity = Quantity(0); });
  auto first = m.sign(
      refused, {{objects::Role::submitter, holder.key}, {objects::Role::holder, holder.key}, {objects::Role::user, user.key}});
  EXPECT_EQ(clauses(m.submit(first, at_second(100))), "quantity");
  objects::Settlement silent = good;
  silent.signed_at = at_second(101);
  silent.salt = m.salt();
  auto second = m.sign(
      silent, {{objects::Role::submitter, holder.key}, {objects::Role::holder, holder.key}, {objects::Role::user, user.key}});
  EXPECT_EQ(clauses(m.submit(second, at_second(101))), "disclosure");
  objects::Settlement stale = silent;
  stale.signed_at = at_second(102);
  stale.legs[0].predecessors = {first.id};
  EXPECT_EQ(decide(stale, 102), "disclosure");
  objects::Settlement open = stale;
  open.signed_at = at_second(103);
  open.legs[0].predecessors = {m.sign(stale, {}).id};
  EXPECT_EQ(decide(open, 103), "");
  // Discharged: the next one owes nothing.
  EXPECT_TRUE(m.chain().state().undischarged.empty());
}

TEST_F(SettlementClauses, retention_is_at_least_the_longer_of_class_and_rule) {
  EXPECT_EQ(decide(with([](objects::Leg& l) { l.retain_until = l.retain_until - Duration(1); })),
            "retention");
  EXPECT_EQ(decide(good), "");
}

TEST_F(SettlementClauses, answers_identical_bytes_with_the_same_receipt_and_no_effect) {
  auto s = m.sign(
      good, {{objects::Role::submitter, holder.key}, {objects::Role::holder, holder.key}, {objects::Role::user, user.key}});
  chain::Receipt first = m.submit(s, at_second(100));
  std::int64_t size = m.chain().size();
  chain::Receipt second = m.submit(s, at_second(101));
  EXPECT_TRUE(second.repeated);
  EXPECT_EQ(second.sequence, first.sequence);
  EXPECT_EQ(m.chain().size(), size);
}

TEST_F(SettlementClauses, explains_a_refusal_with_the_facts_that_it_read) {
  objects::Settlement s = with([](objects::Leg& l) { l.quantity = Quantity(0); });
  auto checked = m.sign(
      s, {{objects::Role::submitter, holder.key}, {objects::Role::holder, holder.key}, {objects::Role::user, user.key}});
  auto facts = m.chain().facts(checked, at_second(100));
  auto rows = explain(std::get<SettlementFacts<Concrete>>(*facts), m.chain().state().names);
  for (const ClauseExplanation& row : rows) {
    EXPECT_EQ(row.holds, row.id != ClauseId::quantity) << to_text(row.id);
    if (row.id != ClauseId::quantity) continue;
    ASSERT_FALSE(row.facts.empty());
    bool named = false;
    for (const FactValue& f : row.facts)
      named = named || (f.name == "legs.0.quantity" && f.value == "0");
    EXPECT_TRUE(named);
    // The condition that fails, and no other.
    ASSERT_FALSE(row.unmet.empty());
    EXPECT_EQ(row.unmet.front(), std::vector<std::string>{"legs.0.quantity"});
  }
}

TEST(SettlementOverflow, fails_its_clause_instead_of_wrapping) {
  Market m;
  Party h = m.holder(100), u = m.user("basic");
  ContentId d = m.declare(h, 100, seconds(0, 1000));
  objects::Request q = m.request(u, {d}, 40, seconds(200, 300));
  ContentId id = m.ask(u, q);
  objects::Settlement s = m.settlement(h, u, d, id, q, at_second(100));
  s.legs[0].quantity = Quantity(kWireMax);
  s.legs[0].price = Money(kWireMax);
  s.legs[0].window = {Instant(-kWireMax), Instant(kWireMax)};
  s.legs[0].retain_until = Instant(kWireMax);
  std::string out = clauses(m.settle(h, u, s, at_second(100)));
  for (const char* clause : {"window", "quantity", "capacity", "price", "sequence", "retention"})
    EXPECT_NE(out.find(clause), std::string::npos) << clause << " in " << out;
}

}  // namespace
}  // namespace capmarket::admission
