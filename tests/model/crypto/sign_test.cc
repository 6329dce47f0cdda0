#include "model/crypto/sign.h"

#include <gtest/gtest.h>

#include "tests/support/parties.h"

namespace capmarket::crypto {
namespace {

/// RFC 8032, section 7.1, tests 1 to 3.
TEST(Ed25519, matches_the_vectors_of_rfc_8032) {
  ASSERT_TRUE(crypto_self_test().has_value());
  struct Vector {
    const char *seed, *key, *message, *signature;
  };
  const Vector vectors[] = {
      {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
       "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
       "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf"
       "9b46bd25bf5f0595bbe24655141438e7a100b"},
      {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
       "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
       "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f"
       "11d8c387b2eaeb4302aeeb00d291612bb0c00"},
      {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
       "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
       "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984"
       "dc6594a7c15e9716ed28dc027beceea1ec40a"}};
  for (const Vector& v : vectors) {
    KeySeed seed;
    Bytes raw = *from_hex(v.seed);
    std::copy(raw.begin(), raw.end(), seed.bytes.begin());
    KeyPair key = key_pair_from_seed(seed);
    EXPECT_EQ(to_hex(key.pub), v.key);
    Bytes message = *from_hex(v.message);
    SignatureBytes s = sign(Signing{}, key, message);
    EXPECT_EQ(to_hex(s), v.signature);
    EXPECT_TRUE(verify(Signing{}, key.pub, message, s));
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
