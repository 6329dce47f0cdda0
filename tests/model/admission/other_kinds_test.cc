// Clauses of declarations, requests, grants, classes and rules.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "model/admission/explain.h"
#include "model/objects/reference_page.h"
#include "tests/support/market.h"

namespace capmarket::admission {
namespace {

using testing::at_second;
using testing::clauses;
using testing::Market;
using testing::Party;
using testing::seconds;

class DeclarationClauses : public ::testing::Test {
 protected:
  Market m;
  Party holder = m.holder(100);
  objects::Declaration good = m.declaration(holder, 100, seconds(0, 1000));
  template <class F>
  std::string decide(F&& change) {
    objects::Declaration d = good;
    d.salt = m.salt();
    change(d);
    return clauses(m.submit(m.sign(d, {{objects::Role::holder, holder.key}}), m.setup));
  }
};

TEST_F(DeclarationClauses, asset_refuses_the_same_capacity_declared_twice) {
  EXPECT_EQ(decide([](objects::Declaration&) {}), "");
  EXPECT_EQ(decide([](objects::Declaration&) {}), "asset");
  EXPECT_EQ(decide([](objects::Declaration& d) {
              d.window = seconds(999, 1500);
              d.quantity = Quantity(1);
            }),
            "asset");
  EXPECT_EQ(decide([](objects::Declaration& d) { d.window = seconds(1000, 1500); }), "");
}

TEST_F(DeclarationClauses, asset_refuses_more_than_attested_and_admits_all_of_it_in_parts) {
  EXPECT_EQ(decide([](objects::Declaration& d) { d.quantity = Quantity(101); }), "asset");
  EXPECT_EQ(decide([](objects::Declaration& d) { d.quantity = Quantity(60); }), "");
  EXPECT_EQ(decide([](objects::Declaration& d) { d.quantity = Quantity(41); }), "asset");
  EXPECT_EQ(decide([](objects::Declaration& d) { d.quantity = Quantity(40); }), "");
}

TEST_F(DeclarationClauses, asset_refuses_another_asset_and_another_holders) {
  EXPECT_EQ(decide([](objects::Declaration& d) { d.asset_id = "other"; }), "asset");
  EXPECT_EQ(decide([](objects::Declaration& d) { d.asset_issuer = ContentId{}; }), "asset objects-resolve?");
  Party other = m.holder(100, "eu/fr");
  EXPECT_EQ(decide([&](objects::Declaration& d) { d.credential = other.credential; }), "holder-scope asset");
}

TEST_F(DeclarationClauses, holder_scope_refuses_a_place_outside_the_credential) {
  EXPECT_EQ(decide([](objects::Declaration& d) { d.location = {"eu/fr"}; }), "holder-scope asset");
  EXPECT_EQ(decide([](objects::Declaration& d) { d.location = {"eu/de/x"}; }), "");
}

TEST_F(DeclarationClauses, refuses_empty_windows_fractions_and_foreign_units) {
  EXPECT_EQ(decide([](objects::Declaration& d) { d.window.until = d.window.from; }), "window");
  EXPECT_EQ(decide([](objects::Declaration& d) { d.window.until = d.window.until - Duration(1); }),
            "granularity");
  EXPECT_EQ(decide([](objects::Declaration& d) { d.unit = "MW"; }), "class-unit");
  EXPECT_EQ(decide([](objects::Declaration& d) { d.quantity = Quantity(0); }), "quantity");
  EXPECT_EQ(decide([](objects::Declaration& d) { d.class_name = "gas"; }),
            "asset objects-resolve? class-unit? granularity?");
}

TEST_F(DeclarationClauses, refuses_a_signature_of_somebody_else) {
  auto s = m.sign(good, {{objects::Role::holder, testing::numbered_key(200)}});
  EXPECT_EQ(clauses(m.submit(s, m.setup)), "signatures");
}

class RequestClauses : public ::testing::Test {
 protected:
  Market m;
  Party holder = m.holder(100);
  Party user = m.user("basic");
  ContentId declaration = m.declare(holder, 100, seconds(0, 1000));
  template <class F>
  std::string decide(F&& change) {
    objects::Request q = m.request(user, {declaration}, 40, seconds(200, 300));
    change(q);
    return clauses(m.submit(m.sign(q, {{objects::Role::user, user.key}}), m.setup));
  }
};

TEST_F(RequestClauses, window_is_not_empty_and_inside_a_named_declaration) {
  EXPECT_EQ(decide([](objects::Request&) {}), "");
  EXPECT_EQ(decide([](objects::Request& q) {
              q.window.until = q.window.from;
              q.open_until = q.window.from;
            }),
            "window");
  EXPECT_EQ(decide([](objects::Request& q) {
              q.window = seconds(999, 1001);
              q.open_until = q.window.until;
            }),
            "window");
  EXPECT_EQ(decide([](objects::Request& q) {
              q.window = seconds(0, 1000);
              q.open_until = q.window.until;
            }),
            "");
  EXPECT_EQ(decide([](objects::Request& q) { q.declarations.clear(); }), "objects-resolve window");
  EXPECT_EQ(decide([](objects::Request& q) { q.open_until = q.window.until + Duration(1); }), "window");
}

TEST_F(RequestClauses, refuses_unknown_declarations_and_no_quantity) {
  EXPECT_EQ(decide([](objects::Request& q) { q.declarations.push_back(ContentId{}); }), "objects-resolve?");
  EXPECT_EQ(decide([](objects::Request& q) { q.quantity = Quantity(0); }), "quantity");
  EXPECT_EQ(decide([](objects::Request& q) { q.class_name = "gas"; }), "objects-resolve? class-unit?");
}

TEST(RequestClosing, records_one_residual_when_it_takes_no_more) {
  Market m;
  Party h = m.holder(100), u = m.user("basic");
  ContentId d = m.declare(h, 100, seconds(0, 1000));
  objects::Request q = m.request(u, {d}, 40, seconds(200, 300));
  q.open_until = at_second(150);
  ContentId id = m.ask(u, q);
  std::vector<objects::Residual> residuals;
  std::vector<Instant> times;
  m.chain().observe([&](const chain::Event& e) {
    if (const auto* r = std::get_if<objects::Residual>(&e.object)) {
      residuals.push_back(*r);
      times.push_back(e.leaf.time);
    }
  });
  m.chain().tick(at_second(149));
  EXPECT_TRUE(residuals.empty());
  m.chain().tick(at_second(500));
  ASSERT_EQ(residuals.size(), 1U);
  EXPECT_EQ(times[0], at_second(150));
  EXPECT_EQ(residuals[0].request, id);
  EXPECT_EQ(residuals[0].unmet, volume_of(Quantity(40), Duration(100 * kNanosPerSecond)));
}

TEST(RequestClosing, waits_for_the_windows_end_when_something_was_granted) {
  Market m;
  Party h = m.holder(100), u = m.user("basic");
  ContentId d = m.declare(h, 100, seconds(0, 1000));
  objects::Request q = m.request(u, {d}, 40, seconds(200, 300));
  q.open_until = at_second(150);
  ContentId id = m.ask(u, q);
  objects::Settlement s = m.settlement(h, u, d, id, q, at_second(100));
  s.legs[0].window = seconds(250, 300);
  s.legs[0].quantity = Quantity(30);
  ASSERT_EQ(clauses(m.settle(h, u, s, at_second(100))), "");
  std::optional<objects::Residual> residual;
  m.chain().observe([&](const chain::Event& e) {
    if (const auto* r = std::get_if<objects::Residual>(&e.object)) residual = *r;
  });
  m.chain().tick(at_second(299));
  EXPECT_FALSE(residual.has_value());
  m.chain().tick(at_second(300));
  ASSERT_TRUE(residual.has_value());
  EXPECT_EQ(residual->live, volume_of(Quantity(30), Duration(50 * kNanosPerSecond)));
  EXPECT_EQ(residual->requested, residual->live + residual->unmet);
}

class GrantClauses : public ::testing::Test {
 protected:
  Market m;
  std::string decide(const objects::CredentialGrant& g) {
    return clauses(m.submit(m.sign(g, {{objects::Role::authority, m.authority_key}}), m.setup));
  }
};

TEST_F(GrantClauses, narrowing_refuses_scope_classes_and_assets_outside_the_issuer) {
  objects::CredentialGrant g = m.holder_grant(100, "us/ny");
  EXPECT_EQ(decide(g), "narrowing");
  g = m.user_grant("basic");
  g.memberships[0].class_name = "gas";  // the root has it, the authority does not
  EXPECT_EQ(decide(g), "narrowing");
  g = m.holder_grant(100);
  g.assets[0].location = {"us"};
  EXPECT_EQ(decide(g), "narrowing");
  g = m.holder_grant(100);
  g.valid.until = g.valid.from;
  EXPECT_EQ(decide(g), "narrowing");
  EXPECT_EQ(decide(m.holder_grant(100)), "");
}

TEST_F(GrantClauses, narrowing_refuses_a_key_in_use_and_a_bad_key) {
  objects::CredentialGrant g = m.holder_grant(100);
  g.subject = m.authority_key.pub;
  EXPECT_EQ(decide(g), "narrowing");
  g.subject = PublicKey{};
  EXPECT_EQ(decide(g), "narrowing");
}

TEST_F(GrantClauses, a_grant_needs_its_issuer_and_its_signature) {
  objects::CredentialGrant g = m.holder_grant(100);
  g.issuer = ContentId{};
  EXPECT_EQ(decide(g), "objects-resolve? signatures? narrowing?");
  g = m.holder_grant(100);
  EXPECT_EQ(clauses(m.submit(m.sign(g, {{objects::Role::authority, m.root_key}}), m.setup)), "signatures");
}

TEST_F(GrantClauses, a_chain_of_authorities_is_at_most_eight_links_long) {
  ContentId parent = m.authority();
  crypto::KeyPair parent_key = m.authority_key;
  std::string last;
  for (std::uint8_t i = 0; i < 8; ++i) {
    objects::AuthorityGrant g{m.salt(), parent,    "deep" + std::to_string(i), testing::numbered_key(100 + i).pub,
                     {{"eu"}}, {"power"}, {m.setup, kDistantFuture}};
    auto s = m.sign(g, {{objects::Role::authority, parent_key}});
    last = clauses(m.submit(s, m.setup));
    if (!last.empty()) {
      EXPECT_EQ(last, "narrowing");
      EXPECT_EQ(i, 6);  // eu/tso and six below it, and room for a credential
      return;
    }
    parent = s.id;
    parent_key = testing::numbered_key(100 + i);
  }
  FAIL() << "the ninth link was admitted";
}

class RuleClauses : public ::testing::Test {
 protected:
  Market m;
  std::string decide(const rules::Rule& rule) {
    return clauses(m.submit(m.sign(rule, {{objects::Role::authority, m.authority_key}}), m.setup));
  }
};

TEST_F(RuleClauses, window_refuses_a_rule_that_meets_another_or_lies_in_the_past) {
  rules::Rule r = testing::rule_from(testing::rule_text());
  r.name = "eu/other";
  EXPECT_EQ(decide(r), "window");
  r.effective = {Instant(r.effective.until), Instant(r.effective.until) + Duration(kNanosPerHour)};
  EXPECT_EQ(decide(r), "");
  rules::Rule past = testing::rule_from(testing::rule_text());
  past.name = "eu/past";
  past.effective = {m.setup - Duration(1), m.setup};
  EXPECT_EQ(decide(past), "window");
}

TEST_F(RuleClauses, standing_refuses_a_rule_outside_what_the_authority_governs) {
  rules::Rule r = testing::rule_from(testing::rule_text());
  r.name = "us/power";
  r.scope = {"us"};
  EXPECT_EQ(decide(r), "standing");
  r = testing::rule_from(testing::rule_text());
  r.authority = "nobody";
  r.name = "eu/2";
  EXPECT_EQ(decide(r), "window objects-resolve? signatures? standing?");
}

TEST_F(RuleClauses, a_successor_takes_over_and_the_old_version_stays_for_what_was_signed_before) {
  Party h = m.holder(100), u = m.user("basic");
  ContentId d = m.declare(h, 100, seconds(0, 1000));
  rules::Rule r = testing::rule_from(testing::rule_text());
  r.version = 2;
  r.supersedes = m.rule();
  r.effective.from = at_second(100);
  ASSERT_EQ(decide(r), "");
  for (std::int64_t second : {99, 100}) {
    objects::Request q = m.request(u, {d}, 1, seconds(200, 300));
    ContentId id = m.ask(u, q);
    objects::Settlement s = m.settlement(h, u, d, id, q, at_second(second));
    EXPECT_EQ(clauses(m.settle(h, u, s, at_second(101))), second == 99 ? "" : "rule-in-force");
  }
  r.version = 3;  // supersedes what is superseded
  EXPECT_EQ(decide(r), "window standing");
}

/// The reference page is the table; a mismatch writes `.new` beside it.
TEST(ClauseReference, is_the_page_in_the_docs) {
  std::string file = std::string(CAPMARKET_SOURCE_DIR) + "/docs/reference/clauses.md";
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  if (text.str() != clause_reference()) std::ofstream(file + ".new") << clause_reference();
  EXPECT_EQ(text.str(), clause_reference());
}

TEST(ObjectReference, is_the_page_in_the_docs) {
  std::string file = std::string(CAPMARKET_SOURCE_DIR) + "/docs/reference/objects.md";
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  if (text.str() != objects::schema_page()) std::ofstream(file + ".new") << objects::schema_page();
  EXPECT_EQ(text.str(), objects::schema_page());
}

TEST(ChainSubmit, does_not_take_derived_objects_ticks_or_a_genesis_from_outside) {
  Market m;
  objects::Residual residual;
  EXPECT_FALSE(m.chain().submit(m.sign(residual, {}), m.setup).has_value());
  EXPECT_FALSE(m.chain().submit(m.sign(objects::Tick{{}, m.setup}, {}), m.setup).has_value());
}

TEST(Settlements, keep_the_limits_of_the_protocol_or_are_no_object) {
  auto decodes = [](const objects::Settlement& s) {
    return objects::decode_object(objects::Kind::settlement, objects::encode_object(s)).has_value();
  };
  objects::Settlement s;
  EXPECT_FALSE(decodes(s));
  s.legs.resize(objects::kLegsMax);
  EXPECT_TRUE(decodes(s));
  s.legs[3].displacements.resize(objects::kVictimsMax);
  EXPECT_TRUE(decodes(s));
  s.legs[3].displacements.resize(objects::kVictimsMax + 1);
  EXPECT_FALSE(decodes(s));
  s.legs.clear();
  s.legs.resize(objects::kLegsMax + 1);
  EXPECT_FALSE(decodes(s));
}

}  // namespace
}  // namespace capmarket::admission
