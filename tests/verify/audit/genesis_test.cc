// A genesis that is none: whoever writes on a chain and whoever audits it refuse the same ones.
#include "verify/audit/genesis.h"

#include <gtest/gtest.h>

#include <functional>

#include "model/chain/genesis.h"
#include "tests/support/parties.h"

namespace capmarket::audit {
namespace {

using objects::Role;

objects::Genesis sound() {
  objects::Genesis g;
  g.chain_name = "sound";
  g.format = objects::kFormatVersion;
  g.log_key = capmarket::testing::log_key().pub;
  g.roots.push_back({"eu", capmarket::testing::numbered_key(1).pub, {{"eu"}}, {"power"}});
  g.roots.push_back({"us", capmarket::testing::numbered_key(2).pub, {{"us"}}, {"power"}});
  return g;
}

using Signers = std::vector<std::pair<Role, crypto::KeyPair>>;

Signers both() {
  return {{Role::root, capmarket::testing::numbered_key(1)},
          {Role::root, capmarket::testing::numbered_key(2)}};
}

/// Whether the writer takes it, and that the audit says the same.
bool is_genesis(const std::function<void(objects::Genesis&)>& change, const Signers& by = both()) {
  objects::Genesis g = sound();
  change(g);
  const crypto::Signing signing{g.scheme, g.mac_key.value_or(crypto::MacKey{})};
  const auto submission = capmarket::testing::sign(signing, {}, g, by);
  const bool written = chain::expect_genesis(submission).has_value();
  const bool audited = faults_of(g).empty() && unsigned_of(g, submission).empty();
  EXPECT_EQ(written, audited);
  return written && audited;
}

bool is_genesis(const Signers& by) {
  return is_genesis([](objects::Genesis&) {}, by);
}

TEST(GenesisOf, a_chain_is_the_same_for_writer_and_audit) {
  EXPECT_TRUE(is_genesis(both()));
  EXPECT_FALSE(is_genesis([](auto& g) { g.mac_key.emplace(); })) << "of no use under ed25519";
  EXPECT_FALSE(is_genesis([](auto& g) { g.scheme = crypto::Scheme::mac; }));
  EXPECT_TRUE(is_genesis([](auto& g) {
    g.scheme = crypto::Scheme::mac;
    g.mac_key.emplace();
  }));
  EXPECT_FALSE(is_genesis([](auto& g) { g.roots.clear(); }));
  for (const std::int64_t victims : {-1, 33})
    EXPECT_FALSE(is_genesis([&](auto& g) { g.cover.victims = victims; }));
  for (const std::int64_t pieces : {-1, 65})
    EXPECT_FALSE(is_genesis([&](auto& g) { g.cover.pieces = pieces; }));
  for (const std::int64_t victims : {0, 32})
    EXPECT_TRUE(is_genesis([&](auto& g) { g.cover.victims = victims; }));
  for (const std::int64_t ahead : {-1, 0, 1})
    EXPECT_EQ(is_genesis([&](auto& g) { g.tick_ahead = Duration(ahead); }), ahead == 1);
  EXPECT_FALSE(is_genesis([](auto& g) { g.log_key = {}; }));
  EXPECT_FALSE(is_genesis([](auto& g) { g.roots[1].key = {}; }));
}

TEST(GenesisOf, a_chain_is_signed_by_each_root_the_first_ones_as_the_envelope) {
  const Signers all = both();
  EXPECT_FALSE(is_genesis(Signers{}));
  EXPECT_FALSE(is_genesis(Signers{all[0]}));
  EXPECT_FALSE(is_genesis(Signers{all[1]}));
  EXPECT_FALSE(is_genesis(Signers{all[1], all[0]})) << "the second root's envelope";
  EXPECT_FALSE(is_genesis(Signers{{Role::authority, all[0].second}, all[1]}));
  const std::pair<Role, crypto::KeyPair> stranger = {Role::root,
                                                     capmarket::testing::numbered_key(3)};
  EXPECT_FALSE(is_genesis(Signers{stranger, all[0], all[1]}));
  EXPECT_TRUE(is_genesis(Signers{all[0], all[1], stranger}));
}

}  // namespace
}  // namespace capmarket::audit
