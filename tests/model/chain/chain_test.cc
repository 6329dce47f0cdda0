// Leaves, trees, checkpoints, files, replay.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>

#include "model/chain/reader.h"
#include "model/crypto/hash.h"
#include "tests/support/market.h"
#include "tests/support/scratch_folder.h"

namespace capmarket::chain {
namespace {

using testing::Market;

Digest leaf_of(const char* hex) { return log::leaf_hash(*from_hex(hex)); }

/// The test tree of RFC 6962 implementations (certificate-transparency reference vectors).
TEST(Merkle, matches_the_published_roots) {
  const char* leaves[] = {"",
                          "00",
                          "10",
                          "2021",
                          "3031",
                          "40414243",
                          "5051525354555657",
                          "606162636465666768696a6b6c6d6e6f"};
  const char* roots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                         "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                         "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                         "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                         "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                         "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  log::MerkleFrontier frontier;
  std::vector<Digest> all;
  EXPECT_EQ(to_hex(frontier.root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (int i = 0; i < 8; ++i) {
    all.push_back(leaf_of(leaves[i]));
    frontier.append(all.back());
    EXPECT_EQ(to_hex(frontier.root()), roots[i]);
    EXPECT_EQ(log::merkle_root(all), frontier.root());
  }
}

RC_GTEST_PROP(Merkle, proves_every_leaf_and_no_other, (std::uint8_t seed)) {
  auto n = *rc::gen::inRange<std::size_t>(1, 70);
  std::vector<Digest> leaves;
  log::MerkleFrontier frontier;
  for (std::size_t i = 0; i < n; ++i) {
    Bytes raw = {seed, static_cast<std::uint8_t>(i)};
    leaves.push_back(log::leaf_hash(raw));
    frontier.append(leaves.back());
  }
  Digest root = log::merkle_root(leaves);
  RC_ASSERT(root == frontier.root());
  auto i = *rc::gen::inRange<std::size_t>(0, n);
  auto proof = log::inclusion_proof(leaves, i);
  RC_ASSERT(log::verify_inclusion(leaves[i], i, n, proof, root));
  RC_ASSERT(!log::verify_inclusion(leaves[i], (i + 1) % n, n, proof, root) || n == 1);
  Digest other = leaves[i];
  other.bytes[0] ^= 1;
  RC_ASSERT(!log::verify_inclusion(other, i, n, proof, root));
}

TEST(Checkpoint, opens_what_the_key_signed_and_nothing_else) {
  crypto::KeyPair key = testing::numbered_key(9);
  log::Checkpoint c{"capmarket/ab", 42, crypto::sha256(as_bytes("root"))};
  std::string note = log::sign_checkpoint(c, key);
  auto back = log::open_checkpoint(note, key.pub);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->size, 42);
  EXPECT_EQ(back->root, c.root);
  EXPECT_FALSE(log::open_checkpoint(note, testing::numbered_key(8).pub).has_value());
  for (std::size_t i = 0; i < note.size(); ++i) {
    std::string bad = note;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    EXPECT_FALSE(log::open_checkpoint(bad, key.pub).has_value()) << i;
  }
  for (std::size_t n = 0; n < note.size(); ++n)
    EXPECT_FALSE(log::open_checkpoint(note.substr(0, n), key.pub).has_value()) << n;
}

TEST(Frames, are_read_back_and_a_torn_one_is_told_from_a_damaged_one) {
  Bytes log;
  log::append_frame(log, as_bytes("leaf"), as_bytes("payload"));
  ByteView leaf, payload;
  std::size_t at = 0;
  EXPECT_EQ(log::read_frame(log, at, leaf, payload), log::FrameFault::none);
  EXPECT_EQ(std::string(payload.begin(), payload.end()), "payload");
  EXPECT_EQ(log::read_frame(log, at, leaf, payload), log::FrameFault::end);
  for (std::size_t n = 1; n < log.size(); ++n) {
    at = 0;
    EXPECT_EQ(log::read_frame(ByteView(log).first(n), at, leaf, payload), log::FrameFault::torn) << n;
  }
  for (std::size_t i = 0; i < log.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      Bytes bad = log;
      bad[i] ^= static_cast<std::uint8_t>(1 << bit);
      at = 0;
      EXPECT_NE(log::read_frame(bad, at, leaf, payload), log::FrameFault::none) << i;
    }
}

Digest four(std::uint8_t n) {
  Bytes raw(4, n);
  return log::leaf_hash(raw);
}

TEST(FileLog, starts_a_new_segment_rather_than_split_a_frame_or_outgrow_one) {
  testing::ScratchFolder dir;
  auto log = log::file_log(dir.path(), ContentId{}, as_bytes("genesis"), testing::numbered_key(3));
  ASSERT_TRUE(log.has_value());
  log::MerkleFrontier frontier;
  Bytes payload(16 * 1024 * 1024, 7);
  for (std::uint8_t i = 0; i < 6; ++i) {
    Bytes leaf(4, i);
    (*log)->append(leaf, payload);
    frontier.append(four(i));
  }
  ASSERT_TRUE((*log)->checkpoint(frontier.root(), 6).has_value());
  EXPECT_TRUE(std::filesystem::exists(dir.path() + "/segments/00000001.seg"));
  EXPECT_LE(std::filesystem::file_size(dir.path() + "/segments/00000000.seg"), log::kSegmentBytesMax);
  EXPECT_FALSE((*log)->checkpoint(frontier.root(), 5).has_value());  // not what was written
}

TEST(FileLog, refuses_a_directory_that_holds_a_chain) {
  testing::ScratchFolder dir;
  ASSERT_TRUE(log::file_log(dir.path(), ContentId{}, as_bytes("genesis"), testing::numbered_key(3)).has_value());
  EXPECT_FALSE(log::file_log(dir.path(), ContentId{}, as_bytes("genesis"), testing::numbered_key(3)).has_value());
}

/// RFC 9162 frames of a whole market, read back and replayed to the same root.
TEST(Replay, gives_the_same_root_from_the_bytes) {
  Market m;
  testing::Party h = m.holder(100), u = m.user("basic");
  ContentId d = m.declare(h, 100, testing::seconds(0, 1000));
  objects::Request q = m.request(u, {d}, 40, testing::seconds(200, 300));
  ContentId id = m.ask(u, q);
  m.settle(h, u, m.settlement(h, u, d, id, q, testing::at_second(100)), testing::at_second(100));
  objects::Settlement twice = m.settlement(h, u, d, id, q, testing::at_second(101));
  EXPECT_FALSE(m.settle(h, u, twice, testing::at_second(101)).decision.admitted());
  m.chain().tick(testing::at_second(2000));

  testing::ScratchFolder dir;
  m.write(dir.path());
  auto reader = ChainReader::open(dir.path());
  ASSERT_TRUE(reader.has_value()) << to_text(reader.error());
  auto again = replay(*reader);
  ASSERT_TRUE(again.has_value()) << to_text(again.error());
  EXPECT_EQ(again->root(), m.chain().root());
  EXPECT_EQ(again->state().grants.size(), m.chain().state().grants.size());
}

}  // namespace
}  // namespace capmarket::chain
