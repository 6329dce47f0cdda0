// Bytes, 32-byte digests and content ids.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace capmarket {

/// Bytes that are owned.
using Bytes = std::vector<std::uint8_t>;
/// Bytes that somebody else owns.
using ByteView = std::span<const std::uint8_t>;

/// `N` bytes of one meaning, ordered bytewise. Zero-initialised.
template <class Tag, std::size_t N>
struct FixedBytes {
  std::array<std::uint8_t, N> bytes{};

  static constexpr std::size_t kSize = N;
  auto operator<=>(const FixedBytes&) const = default;
  ByteView view() const { return bytes; }
  bool is_zero() const { return *this == FixedBytes{}; }
};

/// A SHA-256 value.
struct DigestTag {};
using Digest = FixedBytes<DigestTag, 32>;

/// SHA-256 of a canonical body: what an object is called by.
struct ContentIdTag {};
using ContentId = FixedBytes<ContentIdTag, 32>;

/// An Ed25519 public key: what a party is called by.
struct PublicKeyTag {};
using PublicKey = FixedBytes<PublicKeyTag, 32>;

/// What makes two equal bodies differ.
struct SaltTag {};
using Salt = FixedBytes<SaltTag, 16>;

/// An Ed25519 signature, or a code of the `mac` scheme.
struct SignatureTag {};
using SignatureBytes = FixedBytes<SignatureTag, 64>;

/// Lower-case hex.
std::string to_hex(ByteView bytes);
template <class Tag, std::size_t N>
std::string to_hex(const FixedBytes<Tag, N>& b) {
  return to_hex(b.view());
}

/// Bytes of an even number of hex digits of either case; empty on anything else.
std::optional<Bytes> from_hex(std::string_view text);

/// Exactly the bytes of one value in hex; false, and `out` as it was, on anything else.
template <class Tag, std::size_t N>
bool from_hex(std::string_view text, FixedBytes<Tag, N>& out) {
  const auto bytes = from_hex(text);
  if (!bytes || bytes->size() != N) return false;
  for (std::size_t i = 0; i < N; ++i) out.bytes[i] = (*bytes)[i];
  return true;
}

/// The bytes of `text`, which must outlive them.
inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// For hash tables that only look up: the first eight bytes of a digest are uniform.
struct FixedBytesHash {
  template <class Tag, std::size_t N>
  std::size_t operator()(const FixedBytes<Tag, N>& b) const noexcept {
    std::size_t h = 0;
    std::memcpy(&h, b.bytes.data(), sizeof h);
    return h;
  }
};

/// 8 bytes, the most significant first.
inline std::array<std::uint8_t, 8> big_endian(std::int64_t v) {
  std::array<std::uint8_t, 8> out{};
  for (std::size_t i = 0; i < 8; ++i)
    out[7 - i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(v) >> (8 * i));
  return out;
}

}  // namespace capmarket
