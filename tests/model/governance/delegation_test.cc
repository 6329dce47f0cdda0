// What an authority may hand on: narrower, to a key of its own, at most eight links deep.
#include <gtest/gtest.h>

#include "tests/support/market.h"

namespace capmarket::governance {
namespace {

using testing::clauses;
using testing::Market;

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

}  // namespace
}  // namespace capmarket::governance
