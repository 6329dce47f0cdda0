// The accept set of Ed25519, and that a library with another one is refused.
#include "model/crypto/accept_set.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include "model/crypto/edge_signatures.h"
#include "model/crypto/sign.h"
#include "tests/model/crypto/vectors.h"

namespace capmarket::crypto {
namespace {

bool verified(const PublicKey& key, ByteView message, const SignatureBytes& signature) {
  return verify(Signing{}, key, message, signature);
}

/// The rule of docs/spec/chain.md#ed25519 by what a vector is, not by its number.
bool is_in_accept_set(const StoredSignature& s) {
  return !s.has("low_order_A") && !s.has("low_order_R") && !s.has("non_canonical_A") &&
         !s.has("non_canonical_R") && !s.has("low_order_residue") && !s.has("s_plus_order") &&
         !s.has("wrong");
}

TEST(AcceptSet, of_every_edge_is_what_its_flags_say) {
  ASSERT_TRUE(crypto_self_test().has_value());
  int accepted = 0, refused = 0;
  for (const StoredSignature& s : stored_signatures("ed25519_edges.txt")) {
    EXPECT_EQ(verified(s.key, s.message, s.signature), is_in_accept_set(s))
        << to_hex(s.key) << " " << to_hex(s.signature);
    EXPECT_EQ(is_valid_public_key(s.key),
              !s.has("low_order_A") && !s.has("non_canonical_A") && !s.has("low_order_component_A"))
        << to_hex(s.key);
    ++(is_in_accept_set(s) ? accepted : refused);
  }
  // One without any edge, and those whose parts of small order cancel out.
  EXPECT_GE(accepted, 10);
  EXPECT_GE(refused, 700);
}

/// C2SP's, whose equations all hold with the cofactor: of every combination of encodings and orders.
TEST(AcceptSet, of_what_others_publish_is_what_their_flags_say) {
  int accepted = 0, refused = 0;
  for (const StoredSignature& s : stored_signatures("cctv_ed25519.txt")) {
    EXPECT_EQ(verified(s.key, s.message, s.signature), is_in_accept_set(s))
        << to_hex(s.key) << " " << to_hex(s.signature);
    ++(is_in_accept_set(s) ? accepted : refused);
  }
  EXPECT_EQ(accepted + refused, 914);
  EXPECT_GE(accepted, 4);
}

TEST(AcceptSet, takes_and_refuses_as_wycheproof_does) {
  int valid = 0, invalid = 0;
  for (const StoredSignature& s : stored_signatures("wycheproof_ed25519.txt")) {
    EXPECT_EQ(verified(s.key, s.message, s.signature), s.has("valid")) << s.flags[1];
    ++(s.has("valid") ? valid : invalid);
  }
  EXPECT_EQ(valid, 88);
  EXPECT_EQ(invalid, 51);
}

/// Of the twelve that libraries differ in, one has neither a small point, nor another encoding, nor
/// a scalar beyond the order, and holds without the cofactor.
TEST(AcceptSet, has_one_of_the_twelve_of_the_speccheck) {
  for (const StoredSignature& s : stored_signatures("speccheck_ed25519.txt"))
    EXPECT_EQ(verified(s.key, s.message, s.signature), s.has("case3")) << s.flags[0];
}

TEST(AcceptSet, holds_no_key_that_is_written_beyond_the_field) {
  for (int above = 0; above < 19; ++above)
    for (std::uint8_t sign : {0x00, 0x80}) {
      PublicKey key;  // y = p + above
      key.bytes.fill(0xff);
      key.bytes[0] = static_cast<std::uint8_t>(0xed + above);
      key.bytes[31] = static_cast<std::uint8_t>(0x7f | sign);
      EXPECT_FALSE(is_valid_public_key(key)) << above;
    }
}

TEST(AcceptSet, is_refused_of_a_library_that_decides_any_one_edge_otherwise) {
  EXPECT_TRUE(check_accept_set(verified, is_valid_public_key).has_value());
  for (std::size_t other = 0; other < kEdgeSignatures.size(); ++other) {
    std::size_t at = 0;
    auto found = check_accept_set(
        [&](const PublicKey& k, ByteView m, const SignatureBytes& s) {
          return verified(k, m, s) != (at++ == other);
        },
        is_valid_public_key);
    ASSERT_FALSE(found.has_value()) << kEdgeSignatures[other].what;
    EXPECT_NE(found.error().front().what.find(kEdgeSignatures[other].what), std::string::npos)
        << found.error().front().what;
    at = 0;
    EXPECT_FALSE(
        check_accept_set(
            verified, [&](const PublicKey& k) { return is_valid_public_key(k) != (at++ == other); })
            .has_value())
        << kEdgeSignatures[other].what;
  }
}

/// libsodium before the fix of CVE-2025-69277 looks at one coordinate of [L]A only.
TEST(AcceptSet, is_refused_of_a_library_that_takes_a_part_of_order_2_for_none) {
  auto found = check_accept_set(verified, [](const PublicKey& key) {
    std::uint8_t order_2[32], without[32];
    std::fill(std::begin(order_2), std::end(order_2), std::uint8_t{0xff});
    order_2[0] = 0xec, order_2[31] = 0x7f;  // (0, -1)
    return is_valid_public_key(key) ||
           (crypto_core_ed25519_add(without, key.bytes.data(), order_2) == 0 &&
            crypto_core_ed25519_is_valid_point(without) == 1);
  });
  ASSERT_FALSE(found.has_value());
  EXPECT_NE(found.error().front().what.find("part of order 2"), std::string::npos)
      << found.error().front().what;
}

}  // namespace
}  // namespace capmarket::crypto
