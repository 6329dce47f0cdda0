// Every key that enters is canonical and of the prime-order group; grants: tests/model/admission.
#include <gtest/gtest.h>

#include "model/chain/chain.h"
#include "model/crypto/edge_signatures.h"
#include "model/crypto/sign.h"
#include "model/log/log.h"
#include "model/log/note.h"
#include "tests/support/market.h"
#include "tests/support/parties.h"

namespace capmarket::crypto {
namespace {

/// The keys of edge_signatures.h that verify something and still do not enter.
std::vector<PublicKey> keys_that_only_verify() {
  std::vector<PublicKey> out;
  for (const EdgeSignature& edge : kEdgeSignatures) {
    if (!edge.accepted || edge.key_enters) continue;
    const Bytes raw = *from_hex(edge.key);
    std::copy(raw.begin(), raw.end(), out.emplace_back().bytes.begin());
  }
  return out;
}

/// What is wrong with a chain of that log key; empty where nothing is.
std::string created_under(const PublicKey& log_key) {
  objects::Genesis g;
  g.chain_name = "entering";
  g.log_key = log_key;
  g.roots.push_back({"eu", testing::numbered_key(1).pub, {{"eu"}}, {"power"}});
  auto genesis = testing::sign({}, {}, g, {{objects::Role::root, testing::numbered_key(1)}});
  auto chain = chain::Chain::create(genesis, testing::kStart, log::memory_log(nullptr));
  return chain ? "" : to_text(chain.error());
}

TEST(EnteringKeys, of_the_log_are_of_the_prime_order_group) {
  EXPECT_EQ(created_under(testing::log_key().pub), "");
  EXPECT_GE(keys_that_only_verify().size(), 3u);
  for (const PublicKey& key : keys_that_only_verify())
    EXPECT_NE(created_under(key).find("log_key"), std::string::npos) << to_hex(key);
  EXPECT_NE(created_under(PublicKey{}).find("log_key"), std::string::npos);
}

TEST(EnteringKeys, of_notes_are_of_the_prime_order_group) {
  for (log::NoteKeyKind kind : {log::NoteKeyKind::ed25519, log::NoteKeyKind::cosignature}) {
    EXPECT_TRUE(log::parse_verifier_key(log::to_text({"w", kind, testing::numbered_key(1).pub})));
    for (const PublicKey& key : keys_that_only_verify())
      EXPECT_FALSE(log::parse_verifier_key(log::to_text({"w", kind, key}))) << to_hex(key);
    EXPECT_FALSE(log::parse_verifier_key(log::to_text({"w", kind, PublicKey{}})));
  }
}

}  // namespace
}  // namespace capmarket::crypto
