// Attacks on admission: each is refused by the right clause, and the refusal stands on the chain.
// Forged displacements, indices and co-signatures are in tests/model/admission.
#include <gtest/gtest.h>

#include "model/base/text.h"
#include "model/chain/leaf.h"
#include "tests/support/edited.h"
#include "tests/support/market.h"

namespace capmarket::adversary {
namespace {

using testing::at_second;
using testing::clauses;
using testing::Market;
using testing::Party;
using testing::RuleParts;
using testing::seconds;

class Attacks : public ::testing::Test {
 protected:
  Attacks() {
    m.chain().observe([this](const chain::Event& e) {
      recorded = e.leaf;
      ++leaves;
    });
  }
  Market m{{crypto::Scheme::mac}};
  Party holder = m.holder(100);
  Party user = m.user("basic");
  ContentId declaration = m.declare(holder, 100, seconds(0, 1000));
  chain::Leaf recorded;
  int leaves = 0;

  /// What the chain answers; a refusal must stand on it with the same clauses.
  std::string decide(const objects::CheckedSubmission& s, std::int64_t second) {
    int before = leaves;
    chain::Receipt receipt = m.submit(s, at_second(second));
    EXPECT_GT(leaves, before);
    if (!receipt.decision.admitted()) {
      EXPECT_EQ(recorded.id, s.id);
      EXPECT_EQ(recorded.decision, receipt.decision);
    }
    return clauses(receipt);
  }
  objects::CheckedSubmission sign(const objects::Settlement& s, const Party& by) {
    return m.sign(
        s, {{objects::Role::submitter, holder.key}, {objects::Role::holder, holder.key}, {objects::Role::user, by.key}});
  }
  objects::Settlement settlement(const Party& by, std::int64_t quantity, std::int64_t signed_at = 100) {
    objects::Request q = m.request(by, {declaration}, quantity, seconds(200, 300));
    return m.settlement(holder, by, declaration, m.ask(by, q), q, at_second(signed_at));
  }
};

TEST_F(Attacks, double_sale_by_two_racing_settlements) {
  Party other = m.user("basic");
  objects::Settlement a = settlement(user, 60), b = settlement(other, 60);
  EXPECT_EQ(decide(sign(a, user), 100), "");
  EXPECT_EQ(decide(sign(b, other), 100), "capacity");
}

TEST_F(Attacks, one_asset_declared_twice) {
  objects::Declaration d = m.declaration(holder, 1, seconds(999, 1100));
  EXPECT_EQ(decide(m.sign(d, {{objects::Role::holder, holder.key}}), 100), "asset");
  d.window = seconds(1000, 1100);  // the boundary
  EXPECT_EQ(decide(m.sign(d, {{objects::Role::holder, holder.key}}), 100), "");
}

TEST_F(Attacks, resubmission_under_altered_terms_without_disclosure) {
  objects::Settlement s = settlement(user, 101);
  EXPECT_EQ(decide(sign(s, user), 100), "capacity");
  ContentId refused = recorded.id;
  objects::Request q = m.request(user, {declaration}, 50, seconds(200, 300));
  objects::Settlement t = m.settlement(holder, user, declaration, m.ask(user, q), q, at_second(101));
  EXPECT_EQ(decide(sign(t, user), 101), "disclosure");
  t.salt = m.salt();
  t.signed_at = at_second(102);
  t.legs[0].predecessors = {refused};  // the refusal before the latest
  EXPECT_EQ(decide(sign(t, user), 102), "disclosure");
  ContentId latest = recorded.id;
  t.salt = m.salt();
  t.signed_at = at_second(103);
  t.legs[0].predecessors = {latest};
  // The refusal at 102 was admitted before 103: it is the latest now.
  EXPECT_EQ(decide(sign(t, user), 103), "");
}

TEST_F(Attacks, the_same_refused_bytes_get_the_same_receipt_and_no_second_leaf) {
  objects::CheckedSubmission s = sign(settlement(user, 101), user);
  EXPECT_EQ(decide(s, 100), "capacity");
  int before = leaves;
  chain::Receipt again = m.submit(s, at_second(105));
  EXPECT_TRUE(again.repeated);
  EXPECT_EQ(leaves, before);
}

TEST_F(Attacks, a_signature_means_nothing_for_another_kind_role_or_chain) {
  objects::Settlement s = settlement(user, 10);
  objects::CheckedSubmission good = sign(s, user);
  // The holder's signature in the user's role.
  objects::Submission moved{objects::Kind::settlement, good.body, good.signatures};
  moved.signatures[2] = good.signatures[1];
  moved.signatures[2].role = objects::Role::user;
  auto checked = objects::check_submission(moved, m.chain().state().chain, m.chain().signing());
  EXPECT_EQ(decide(*checked, 100), "signatures");
  // The same bytes signed for another chain.
  ContentId elsewhere = m.chain().state().chain;
  elsewhere.bytes[5] ^= 1;
  objects::Submission foreign{objects::Kind::settlement, good.body, {}};
  for (const auto& [role, key] : testing::Signers{
           {objects::Role::submitter, holder.key}, {objects::Role::holder, holder.key}, {objects::Role::user, user.key}})
    foreign.signatures.push_back(
        objects::make_signature(m.chain().signing(), elsewhere, role, objects::Kind::settlement, key, good.id));
  checked = objects::check_submission(foreign, m.chain().state().chain, m.chain().signing());
  EXPECT_EQ(decide(*checked, 100), "signatures");
  // A withdrawal's signature under a surrender of the same id would need the same bytes; the kind
  // stands in the preimage, so that the signature fails even then.
  objects::Signature other = objects::make_signature(m.chain().signing(), m.chain().state().chain, objects::Role::user,
                                   objects::Kind::surrender, user.key, good.id);
  objects::Submission kind{objects::Kind::settlement, good.body, good.signatures};
  kind.signatures[2] = other;
  checked = objects::check_submission(kind, m.chain().state().chain, m.chain().signing());
  EXPECT_EQ(decide(*checked, 100), "signatures");
  // What the parties did not both sign is no duty of theirs.
  EXPECT_EQ(decide(sign(settlement(user, 10, 101), user), 101), "");
}

TEST_F(Attacks, tier_inflation_without_the_membership_or_the_eligibility) {
  auto at_gold = [&](const Party& by) {
    objects::Request q = m.request(by, {declaration}, 10, seconds(200, 300), "gold");
    return decide(sign(m.settlement(holder, by, declaration, m.ask(by, q), q, at_second(100)), by),
                  100);
  };
  EXPECT_EQ(at_gold(user), "user-membership tier-eligible");
  EXPECT_EQ(at_gold(m.user("gold", "casino")), "tier-eligible");
  EXPECT_EQ(at_gold(m.user("basic", "hospital")), "user-membership");
  EXPECT_EQ(at_gold(m.user("gold", "hospital")), "");
  // The leg says another tier than the request.
  objects::Settlement s = settlement(m.user("gold", "hospital"), 10);
  s.legs[0].tier = "gold";
  std::string out =
      decide(m.sign(s, {{objects::Role::submitter, holder.key}, {objects::Role::holder, holder.key}}), 100);
  EXPECT_NE(out.find("tier-eligible"), std::string::npos) << out;
}

TEST_F(Attacks, a_sub_authority_cannot_leave_its_scope_classes_or_time) {
  crypto::KeyPair sub = testing::numbered_key(240);
  objects::AuthorityGrant grant{m.salt(),
                       m.authority(),
                       "eu/de/grid",
                       sub.pub,
                       {{"eu/de"}},
                       {"power"},
                       {at_second(0), at_second(500)}};
  ContentId id = m.admit(grant, {{objects::Role::authority, m.authority_key}});
  auto give = [&](auto&& change) {
    objects::CredentialGrant g = m.holder_grant(10, "eu/de");
    g.issuer = id;
    change(g);
    return decide(m.sign(g, {{objects::Role::authority, sub}}), 100);
  };
  EXPECT_EQ(give([](auto&) {}), "");
  EXPECT_EQ(give([](auto& g) { g.scope = {{"eu"}}; }), "narrowing");
  EXPECT_EQ(give([](auto& g) { g.assets[0].location = {"eu/fr"}; }), "narrowing");
  EXPECT_EQ(give([](auto& g) { g.assets[0].class_name = "gas"; }), "narrowing");
  EXPECT_EQ(give([](auto& g) { g.memberships = {{"net", "eu/net", "basic"}}; }), "narrowing");
  objects::AuthorityGrant wider{m.salt(),
                       id,
                       "eu/all",
                       testing::numbered_key(241).pub,
                       {{"eu"}},
                       {"power"},
                       {at_second(0), at_second(500)}};
  EXPECT_EQ(decide(m.sign(wider, {{objects::Role::authority, sub}}), 100), "narrowing");
  m.chain().tick(at_second(500));
  EXPECT_EQ(give([](auto&) {}), "narrowing");  // expired
}

TEST_F(Attacks, credentials_at_their_boundary_instants) {
  auto by = [&](Window valid, std::int64_t signed_at) {
    objects::CredentialGrant g = m.user_grant("basic");
    g.valid = valid;
    Party p = m.admit_party(g);
    return decide(sign(settlement(p, 1, signed_at), p), signed_at);
  };
  EXPECT_EQ(by(seconds(100, 101), 100), "");
  EXPECT_EQ(by(seconds(0, 100), 100), "user-membership");
  EXPECT_EQ(by(seconds(101, 200), 100), "user-membership");
  Party revoked = m.user("basic");
  m.admit(objects::Revocation{m.salt(), m.authority(), revoked.credential, at_second(102), "lost"},
          {{objects::Role::authority, m.authority_key}});
  EXPECT_EQ(decide(sign(settlement(revoked, 1, 101), revoked), 101), "");
  EXPECT_EQ(decide(sign(settlement(revoked, 1, 102), revoked), 102), "user-membership");
}

TEST_F(Attacks, sequence_indices_with_a_gap_a_duplicate_or_past_the_end) {
  objects::Settlement s = settlement(user, 10);
  auto with = [&](std::int64_t index, std::int64_t quantity) {
    Party fresh = m.user("basic");
    objects::Request q = m.request(fresh, {declaration}, 10, seconds(200, 300));
    objects::Settlement t =
        m.settlement(holder, fresh, declaration, m.ask(fresh, q), q, at_second(100), index);
    t.legs[0].quantity = Quantity(quantity);
    return decide(sign(t, fresh), 100);
  };
  EXPECT_EQ(with(1, 5), "sequence");
  EXPECT_EQ(with(-1, 5), "sequence");
  EXPECT_EQ(with(kWireMax, 5), "sequence");
  EXPECT_EQ(with(0, 11), "sequence");
  EXPECT_EQ(with(0, 10), "");
  s.indices.clear();
  EXPECT_EQ(decide(sign(s, user), 100), "sequence");
  const ContentId refused = recorded.id;
  objects::Settlement twice = settlement(user, 10, 101);
  twice.legs[0].quantity = Quantity(5);
  twice.legs[0].predecessors = {refused};
  EXPECT_EQ(decide(sign(twice, user), 101), "");
  twice.salt = m.salt();
  EXPECT_EQ(decide(sign(twice, user), 101), "sequence");  // the same index again
}

TEST_F(Attacks, quantities_and_times_at_the_end_of_their_range_are_refused_not_wrapped) {
  Party rich = m.user("basic");
  objects::Request q = m.request(rich, {declaration}, kWireMax, seconds(200, 300));
  objects::Settlement s = m.settlement(holder, rich, declaration, m.ask(rich, q), q, at_second(100));
  EXPECT_EQ(decide(sign(s, rich), 100), "quantity capacity");
  Party late = m.user("basic");
  objects::Settlement t = settlement(late, 1);
  t.legs[0].window = {Instant(kWireMax - 1), Instant(kWireMax)};
  EXPECT_EQ(decide(sign(t, late), 100), "window granularity retention");
  Party early = m.user("basic");
  objects::Settlement u = settlement(early, 1);
  u.legs[0].window = {Instant(-kWireMax), Instant(kWireMax)};
  std::string out = decide(sign(u, early), 100);
  EXPECT_NE(out.find("window"), std::string::npos) << out;
  Party broke = m.user("basic");
  objects::Settlement v = settlement(broke, 1);
  v.legs[0].price = Money(kWireMax);
  EXPECT_EQ(decide(sign(v, broke), 100), "price");
  objects::Settlement w = settlement(m.user("basic"), 1);
  w.legs[0].retain_until = Instant(kWireMax);
  w.legs[0].quantity = Quantity(kWireMax);
  w.legs[0].displace = {{Money(kWireMax), Money(kWireMax)}};
  out = decide(m.sign(w, {{objects::Role::submitter, holder.key}, {objects::Role::holder, holder.key}}), 100);
  EXPECT_NE(out.find("capacity"), std::string::npos) << out;
  EXPECT_EQ(recorded.decision.shortfalls,
            (std::vector<admission::Shortfall>{{0, Quantity(kWireMax - 100), Money(0), Money(0)}}));
}

TEST_F(Attacks, the_rule_of_another_jurisdiction_or_place) {
  RuleParts elsewhere;
  elsewhere.name = "eu/fr/power";
  elsewhere.scope = "us";
  rules::Rule rule = testing::rule_from(testing::rule_text(elsewhere));
  // The authority does not govern that place: the rule itself is refused.
  EXPECT_EQ(decide(m.sign(rule, {{objects::Role::authority, m.authority_key}}), 0), "standing");
  objects::Settlement s = settlement(user, 10);
  s.legs[0].rule = recorded.id;  // a refused rule is no rule
  std::string out = decide(sign(s, user), 100);
  EXPECT_NE(out.find("rule-in-force?"), std::string::npos) << out;
}

TEST_F(Attacks, a_rule_before_and_after_its_time_and_a_stale_or_future_signature) {
  auto signed_and_sent = [&](std::int64_t signed_at, std::int64_t sent) {
    Party fresh = m.user("basic");
    return decide(sign(settlement(fresh, 1, signed_at), fresh), sent);
  };
  EXPECT_EQ(signed_and_sent(100, 102), "");               // skew 2 s
  EXPECT_EQ(signed_and_sent(100, 103), "rule-in-force");  // stale
  EXPECT_EQ(signed_and_sent(104, 103), "rule-in-force");  // from the future
}

TEST_F(Attacks, a_successor_governs_from_its_start_and_never_what_was_signed_before) {
  RuleParts parts;
  parts.pricing = "{ mode: fixed, tariff: 50.00 }";
  std::string text = testing::rule_text(parts);
  text = testing::edited(text, "version: 1", "version: 2\nsupersedes: " + to_hex(m.rule()));
  text = testing::edited(text, "from: 2026-01-01T00:00:00Z",
                         "from: 2026-01-01T00:02:00Z");  // second 120
  objects::Settlement before = settlement(user, 10, 119);
  objects::CheckedSubmission old_terms = sign(before, user);
  auto facts_before = m.chain().facts(old_terms, at_second(119));
  m.adopt(text, at_second(110));
  auto facts_after = m.chain().facts(old_terms, at_second(119));
  EXPECT_EQ(capmarket::admission::decide(*facts_before), capmarket::admission::decide(*facts_after));
  EXPECT_EQ(decide(old_terms, 119), "");
  Party other = m.user("basic");
  EXPECT_EQ(decide(sign(settlement(other, 10, 120), other), 120), "rule-in-force");
}

}  // namespace
}  // namespace capmarket::adversary
