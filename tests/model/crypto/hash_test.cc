#include "model/crypto/hash.h"

#include <gtest/gtest.h>

namespace capmarket::crypto {
namespace {

TEST(Hash, matches_the_published_vectors) {
  EXPECT_EQ(to_hex(sha256(as_bytes("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256({as_bytes("a"), as_bytes("bc")}), sha256(as_bytes("abc")));
  EXPECT_EQ(crc32c(as_bytes("123456789")), 0xe3069283U);  // RFC 3720, B.4
  EXPECT_EQ(crc32c(as_bytes("56789"), crc32c(as_bytes("1234"))), 0xe3069283U);
}

}  // namespace
}  // namespace capmarket::crypto
