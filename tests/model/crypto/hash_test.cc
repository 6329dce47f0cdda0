#include "model/crypto/hash.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sodium.h>

#include "model/crypto/crc32c.h"

namespace capmarket::crypto {
namespace {

/// The portable way: libsodium's, which takes no instruction that a processor may lack.
Digest portable_sha256(ByteView data) {
  Digest out;
  crypto_hash_sha256(out.bytes.data(), data.data(), data.size());
  return out;
}

TEST(Hash, matches_the_published_vectors) {
  EXPECT_EQ(to_hex(sha256(as_bytes("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256(ByteView())),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256({as_bytes("a"), as_bytes("bc")}), sha256(as_bytes("abc")));
  EXPECT_EQ(crc32c(as_bytes("123456789")), 0xe3069283U);  // RFC 3720, B.4
  EXPECT_EQ(crc32c(as_bytes("56789"), crc32c(as_bytes("1234"))), 0xe3069283U);
}

TEST(Hash, is_the_portable_one_at_every_length_of_three_blocks) {
  Bytes data;
  for (int i = 0; i <= 3 * 64; ++i) {
    EXPECT_EQ(sha256(data), portable_sha256(data)) << i;
    data.push_back(static_cast<std::uint8_t>(37 * i));
  }
}

RC_GTEST_PROP(Hash, by_instruction_and_portable_are_one, (const Bytes& data, std::uint32_t crc)) {
  const std::size_t cut = data.empty() ? 0 : data.back() % data.size();
  const ByteView all(data), first = all.subspan(0, cut), rest = all.subspan(cut);
  RC_ASSERT(sha256(all) == portable_sha256(all));
  RC_ASSERT(sha256({first, rest}) == portable_sha256(all));
  RC_ASSERT(crc32c(all, crc) == crc32c_by_table(all, crc));
  if (const Crc32c native = crc32c_by_instruction()) {
    RC_ASSERT(native(all, crc) == crc32c_by_table(all, crc));
    RC_ASSERT(native(rest, native(first, crc)) == crc32c_by_table(all, crc));
  }
}

}  // namespace
}  // namespace capmarket::crypto
