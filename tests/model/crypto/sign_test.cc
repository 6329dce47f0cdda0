#include "model/crypto/sign.h"

#include <gtest/gtest.h>

#include "tests/model/crypto/vectors.h"
#include "tests/support/parties.h"

namespace capmarket::crypto {
namespace {

/// RFC 8032, section 7.1: all of Ed25519 there.
TEST(Ed25519, matches_the_vectors_of_rfc_8032) {
  ASSERT_TRUE(crypto_self_test().has_value());
  const auto vectors = stored_signatures("rfc8032.txt");
  EXPECT_EQ(vectors.size(), 5u);
  for (const StoredSignature& v : vectors) {
    KeySeed seed;
    Bytes raw = *from_hex(v.flags.at(0));
    ASSERT_EQ(raw.size(), seed.bytes.size());
    std::copy(raw.begin(), raw.end(), seed.bytes.begin());
    KeyPair key = key_pair_from_seed(seed);
    EXPECT_EQ(to_hex(key.pub), to_hex(v.key));
    EXPECT_EQ(to_hex(sign(Signing{}, key, v.message)), to_hex(v.signature));
    EXPECT_TRUE(verify(Signing{}, key.pub, v.message, v.signature));
    EXPECT_TRUE(is_valid_public_key(key.pub));
  }
}

TEST(Ed25519, refuses_a_key_outside_the_prime_order_group) {
  PublicKey torsion;  // a point of order 8
  Bytes raw = *from_hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
  std::copy(raw.begin(), raw.end(), torsion.bytes.begin());
  EXPECT_FALSE(is_valid_public_key(torsion));
  EXPECT_FALSE(is_valid_public_key(PublicKey{}));
  EXPECT_TRUE(is_valid_public_key(testing::numbered_key(1).pub));
}

class EachScheme : public ::testing::TestWithParam<Scheme> {};

INSTANTIATE_TEST_SUITE_P(Schemes, EachScheme, ::testing::Values(Scheme::ed25519, Scheme::mac));

TEST_P(EachScheme, refuses_a_signature_with_any_bit_flipped) {
  Signing signing{GetParam(), {}};
  KeyPair key = testing::numbered_key(7);
  ByteView message = as_bytes("message");
  SignatureBytes good = sign(signing, key, message);
  ASSERT_TRUE(verify(signing, key.pub, message, good));
  for (std::size_t bit = 0; bit < 512; ++bit) {
    SignatureBytes bad = good;
    bad.bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    EXPECT_FALSE(verify(signing, key.pub, message, bad)) << bit;
  }
  EXPECT_FALSE(verify(signing, testing::numbered_key(8).pub, message, good));
  EXPECT_FALSE(verify(signing, key.pub, as_bytes("messagf"), good));
}

}  // namespace
}  // namespace capmarket::crypto
