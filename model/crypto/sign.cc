#include "model/crypto/sign.h"

#include <sodium.h>

#include "model/crypto/accept_set.h"
#include "model/crypto/hash.h"

namespace capmarket::crypto {
namespace {

/// The order of the prime-order group, L, little-endian.
constexpr std::uint8_t kOrder[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
                                     0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
                                     0,    0,    0,    0,    0,    0,    0,    0,
                                     0,    0,    0,    0,    0,    0,    0,    0x10};

SignatureBytes mac_of(const Signing& signing, const PublicKey& key, ByteView message) {
  Bytes keyed(key.bytes.begin(), key.bytes.end());
  keyed.insert(keyed.end(), message.begin(), message.end());
  SignatureBytes out;
  crypto_generichash(out.bytes.data(), out.bytes.size(), keyed.data(), keyed.size(),
                     signing.mac_key.bytes.data(), signing.mac_key.bytes.size());
  return out;
}

}  // namespace

std::string_view to_text(Scheme scheme) {
  switch (scheme) {
    case Scheme::ed25519:
      return "ed25519";
    case Scheme::mac:
      return "mac";
  }
  return {};
}

std::optional<Scheme> parse_scheme(std::string_view text) {
  if (text == "ed25519") return Scheme::ed25519;
  if (text == "mac") return Scheme::mac;
  return std::nullopt;
}

KeyPair key_pair_from_seed(const KeySeed& seed) {
  KeyPair out;
  crypto_sign_seed_keypair(out.pub.bytes.data(), out.secret.bytes.data(), seed.bytes.data());
  return out;
}

SignatureBytes sign(const Signing& signing, const KeyPair& key, ByteView message) {
  if (signing.scheme == Scheme::mac) return mac_of(signing, key.pub, message);
  SignatureBytes out;
  crypto_sign_detached(out.bytes.data(), nullptr, message.data(), message.size(),
                       key.secret.bytes.data());
  return out;
}

bool verify(const Signing& signing, const PublicKey& key, ByteView message,
            const SignatureBytes& signature) {
  if (signing.scheme == Scheme::mac) return mac_of(signing, key, message) == signature;
  return crypto_sign_verify_detached(signature.bytes.data(), message.data(), message.size(),
                                     key.bytes.data()) == 0;
}

bool is_valid_public_key(const PublicKey& key) {
  if (crypto_core_ed25519_is_valid_point(key.bytes.data()) != 1) return false;
  // libsodium before the fix of CVE-2025-69277 takes a point with a part of order 2 for one of the
  // prime-order group. L times one of the group is the identity, which the library refuses to give.
  std::uint8_t times_order[crypto_core_ed25519_BYTES];
  return crypto_scalarmult_ed25519_noclamp(times_order, kOrder, key.bytes.data()) != 0;
}

Result<void> crypto_self_test() {
  if (sodium_init() < 0) return fail("libsodium does not initialise");
  const Signing signing;
  KeySeed seed;
  for (std::size_t i = 0; i < 32; ++i) seed.bytes[i] = static_cast<std::uint8_t>(i);
  KeyPair key = key_pair_from_seed(seed);
  ByteView message = as_bytes("capmarket self-test");
  if (!verify(signing, key.pub, message, sign(signing, key, message)))
    return fail("Ed25519 refuses its own signature");
  if (!is_valid_public_key(key.pub)) return fail("Ed25519 refuses its own key");
  return check_accept_set(
      [&](const PublicKey& k, ByteView m, const SignatureBytes& s) {
        return verify(signing, k, m, s);
      },
      is_valid_public_key);
}

}  // namespace capmarket::crypto
