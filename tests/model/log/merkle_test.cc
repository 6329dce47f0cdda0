#include "model/log/merkle.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <sstream>

namespace capmarket::log {
namespace {

Digest leaf_of(const char* hex) { return leaf_hash(*from_hex(hex)); }

/// The leaves of the test tree of RFC 6962 implementations (certificate-transparency reference
/// vectors).
constexpr const char* kLeaves[] = {"",
                                   "00",
                                   "10",
                                   "2021",
                                   "3031",
                                   "40414243",
                                   "5051525354555657",
                                   "606162636465666768696a6b6c6d6e6f"};

TEST(Merkle, matches_the_published_roots) {
  const char* roots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                         "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                         "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                         "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                         "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                         "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  MerkleFrontier frontier;
  std::vector<Digest> all;
  EXPECT_EQ(to_hex(frontier.root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (int i = 0; i < 8; ++i) {
    all.push_back(leaf_of(kLeaves[i]));
    frontier.append(all.back());
    EXPECT_EQ(to_hex(frontier.root()), roots[i]);
    EXPECT_EQ(merkle_root(all), frontier.root());
  }
}

/// One line of a file of published proofs.
struct StoredProof {
  bool holds = false;
  std::uint64_t numbers[2] = {};
  std::vector<Digest> hashes;  // two, then the proof
};
std::vector<StoredProof> stored_proofs(const std::string& name) {
  std::ifstream file(std::string(CAPMARKET_SOURCE_DIR "/tests/model/log/vectors/") + name);
  std::vector<StoredProof> out;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#")) continue;
    std::istringstream fields(line);
    std::string word;
    StoredProof one;
    EXPECT_TRUE(fields >> word >> one.numbers[0] >> one.numbers[1]) << line;
    one.holds = word == "holds";
    while (fields >> word) EXPECT_TRUE(from_hex(word, one.hashes.emplace_back())) << line;
    EXPECT_GE(one.hashes.size(), 2U) << line;
    out.push_back(std::move(one));
  }
  return out;
}

TEST(Merkle, takes_and_refuses_proofs_as_published) {
  const std::vector<StoredProof> included = stored_proofs("inclusion.txt");
  ASSERT_EQ(included.size(), 72U);
  for (const StoredProof& p : included)
    EXPECT_EQ(verify_inclusion(p.hashes[1], p.numbers[0], p.numbers[1],
                               std::span(p.hashes).subspan(2), p.hashes[0]),
              p.holds)
        << p.numbers[0] << " of " << p.numbers[1];
  const std::vector<StoredProof> grown = stored_proofs("consistency.txt");
  ASSERT_EQ(grown.size(), 71U);
  for (const StoredProof& p : grown)
    EXPECT_EQ(verify_consistency(p.numbers[0], p.hashes[0], p.numbers[1], p.hashes[1],
                                 std::span(p.hashes).subspan(2)),
              p.holds)
        << p.numbers[0] << " to " << p.numbers[1];
}

RC_GTEST_PROP(Merkle, proves_every_leaf_and_no_other, (std::uint8_t seed)) {
  auto n = *rc::gen::inRange<std::size_t>(1, 70);
  std::vector<Digest> leaves;
  MerkleFrontier frontier;
  for (std::size_t i = 0; i < n; ++i) {
    Bytes raw = {seed, static_cast<std::uint8_t>(i)};
    leaves.push_back(leaf_hash(raw));
    frontier.append(leaves.back());
  }
  Digest root = merkle_root(leaves);
  RC_ASSERT(root == frontier.root());
  auto i = *rc::gen::inRange<std::size_t>(0, n);
  auto proof = inclusion_proof(leaves, i);
  RC_ASSERT(verify_inclusion(leaves[i], i, n, proof, root));
  RC_ASSERT(!verify_inclusion(leaves[i], (i + 1) % n, n, proof, root) || n == 1);
  Digest other = leaves[i];
  other.bytes[0] ^= 1;
  RC_ASSERT(!verify_inclusion(other, i, n, proof, root));
}

/// The proofs that RFC 6962 implementations publish of that tree.
TEST(Merkle, proves_growth_as_published) {
  std::vector<Digest> all;
  for (const char* leaf : kLeaves) all.push_back(leaf_of(leaf));
  auto hex = [](const std::vector<Digest>& proof) {
    std::string out;
    for (const Digest& d : proof) out += to_hex(d).substr(0, 8) + " ";
    return out;
  };
  EXPECT_EQ(hex(consistency_proof(all, 1)), "96a296d2 5f083f0a 6b47aaf2 ");
  EXPECT_EQ(hex(consistency_proof(all, 6)), "0ebc5d34 ca854ea1 d37ee418 ");
  EXPECT_EQ(hex(consistency_proof(std::span<const Digest>(all).first(5), 2)), "5f083f0a bc1a0643 ");
  EXPECT_TRUE(consistency_proof(all, 8).empty());
}

RC_GTEST_PROP(Merkle, proves_growth_from_every_size_and_no_other_root, (std::uint8_t seed)) {
  const auto n = *rc::gen::inRange<std::size_t>(1, 70),
             m = *rc::gen::inRange<std::size_t>(1, n + 1);
  std::vector<Digest> leaves;
  for (std::size_t i = 0; i < n; ++i)
    leaves.push_back(leaf_hash(Bytes{seed, static_cast<std::uint8_t>(i)}));
  const Digest root = merkle_root(leaves),
               old = merkle_root(std::span<const Digest>(leaves).first(m));
  std::vector<Digest> proof = consistency_proof(leaves, m);
  RC_ASSERT(verify_consistency(m, old, n, root, proof));
  Digest other = old;
  other.bytes[*rc::gen::inRange<std::size_t>(0, 32)] ^= 1;
  RC_ASSERT(!verify_consistency(m, other, n, root, proof));
  RC_ASSERT(!verify_consistency(m, old, n, other, proof));
  RC_ASSERT(!verify_consistency(0, old, n, root, proof));
  if (!proof.empty()) {
    proof[*rc::gen::inRange<std::size_t>(0, proof.size())].bytes[0] ^= 1;
    RC_ASSERT(!verify_consistency(m, old, n, root, proof));
    proof.pop_back();
    RC_ASSERT(!verify_consistency(m, old, n, root, proof));
  }
}

}  // namespace
}  // namespace capmarket::log
