#include "model/crypto/crc32c.h"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#elif defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
#endif

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

#if defined(__x86_64__) || defined(__ARM_FEATURE_CRC32)

/// Eight bytes as they lie; both processors take them with the first byte lowest.
std::uint64_t word_at(ByteView data, std::size_t at) {
  std::uint64_t out;
  std::memcpy(&out, data.data() + at, sizeof(out));
  return out;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t crc_of_word(std::uint32_t crc, std::uint64_t word) {
  return static_cast<std::uint32_t>(_mm_crc32_u64(crc, word));
}
__attribute__((target("sse4.2"))) std::uint32_t crc_of_byte(std::uint32_t crc, std::uint8_t byte) {
  return _mm_crc32_u8(crc, byte);
}
__attribute__((target("sse4.2")))
#else
std::uint32_t crc_of_word(std::uint32_t crc, std::uint64_t word) { return __crc32cd(crc, word); }
std::uint32_t crc_of_byte(std::uint32_t crc, std::uint8_t byte) { return __crc32cb(crc, byte); }
#endif
std::uint32_t crc32c_native(ByteView data, std::uint32_t crc) {
  crc = ~crc;
  std::size_t i = 0;
  for (; i + sizeof(std::uint64_t) <= data.size(); i += sizeof(std::uint64_t))
    crc = crc_of_word(crc, word_at(data, i));
  for (; i < data.size(); ++i) crc = crc_of_byte(crc, data[i]);
  return ~crc;
}

#endif

}  // namespace

std::uint32_t crc32c_by_table(ByteView data, std::uint32_t crc) {
  crc = ~crc;
  for (std::uint8_t b : data) crc = kCrcTable[(crc ^ b) & 0xff] ^ (crc >> 8);
  return ~crc;
}

Crc32c crc32c_by_instruction() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("sse4.2") != 0 ? crc32c_native : nullptr;
#elif defined(__ARM_FEATURE_CRC32)
  return crc32c_native;
#else
  return nullptr;
#endif
}

std::uint32_t crc32c(ByteView data, std::uint32_t crc) {
  static const Crc32c kWay =
      crc32c_by_instruction() != nullptr ? crc32c_by_instruction() : crc32c_by_table;
  return kWay(data, crc);
}

}  // namespace capmarket::crypto
