#include "model/crypto/hash.h"

#include <sodium.h>

#include <array>

namespace capmarket::crypto {
namespace {

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t c = i;
    for (int k = 0; k < 8; ++k) c = (c & 1) != 0 ? (c >> 1) ^ 0x82f63b78U : c >> 1;
    table[i] = c;
  }
  return table;
}
constexpr std::array<std::uint32_t, 256> kCrcTable = make_crc_table();

}  // namespace

Digest sha256(ByteView data) {
  Digest out;
  crypto_hash_sha256(out.bytes.data(), data.data(), data.size());
  return out;
}

Digest sha256(std::initializer_list<ByteView> parts) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  for (ByteView part : parts) crypto_hash_sha256_update(&state, part.data(), part.size());
  Digest out;
  crypto_hash_sha256_final(&state, out.bytes.data());
  return out;
}

ContentId content_id(ByteView canonical_body) {
  ContentId out;
  out.bytes = sha256(canonical_body).bytes;
  return out;
}

std::uint32_t crc32c(ByteView data, std::uint32_t crc) {
  crc = ~crc;
  for (std::uint8_t b : data) crc = kCrcTable[(crc ^ b) & 0xff] ^ (crc >> 8);
  return ~crc;
}

void append_prefixed(Bytes& out, ByteView part) {
  auto n = static_cast<std::uint64_t>(part.size());
  for (int i = 7; i >= 0; --i) out.push_back(static_cast<std::uint8_t>(n >> (8 * i)));
  out.insert(out.end(), part.begin(), part.end());
}

}  // namespace capmarket::crypto
