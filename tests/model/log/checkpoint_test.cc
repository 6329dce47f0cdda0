#include "model/log/checkpoint.h"

#include <gtest/gtest.h>

#include "model/crypto/hash.h"
#include "tests/support/parties.h"

namespace capmarket::log {
namespace {

TEST(Checkpoint, opens_what_the_key_signed_and_nothing_else) {
  crypto::KeyPair key = testing::numbered_key(9);
  Checkpoint c{"capmarket/ab", 42, crypto::sha256(as_bytes("root"))};
  std::string note = sign_checkpoint(c, key);
  auto back = open_checkpoint(note, key.pub);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->size, 42);
  EXPECT_EQ(back->root, c.root);
  EXPECT_FALSE(open_checkpoint(note, testing::numbered_key(8).pub).has_value());
  for (std::size_t i = 0; i < note.size(); ++i) {
    std::string bad = note;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    EXPECT_FALSE(open_checkpoint(bad, key.pub).has_value()) << i;
  }
  for (std::size_t n = 0; n < note.size(); ++n)
    EXPECT_FALSE(open_checkpoint(note.substr(0, n), key.pub).has_value()) << n;
}

}  // namespace
}  // namespace capmarket::log
