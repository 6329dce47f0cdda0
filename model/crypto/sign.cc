#include "model/crypto/sign.h"

#include <sodium.h>

#include "model/crypto/hash.h"

namespace capmarket::crypto {
namespace {

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
  return crypto_core_ed25519_is_valid_point(key.bytes.data()) == 1;
}

Result<void> crypto_self_test() {
  if (sodium_init() < 0) return fail("libsodium does not initialise");
  const Signing signing;
  KeySeed seed;
  for (std::size_t i = 0; i < 32; ++i) seed.bytes[i] = static_cast<std::uint8_t>(i);
  KeyPair key = key_pair_from_seed(seed);
  ByteView message = as_bytes("capmarket self-test");
  SignatureBytes good = sign(signing, key, message);
  if (!verify(signing, key.pub, message, good)) return fail("Ed25519 refuses its own signature");

  // S + L: the same equation, not canonical. L is the group order, little-endian.
  static constexpr std::uint8_t kOrder[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
                                              0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
                                              0,    0,    0,    0,    0,    0,    0,    0,
                                              0,    0,    0,    0,    0,    0,    0,    0x10};
  SignatureBytes malleated = good;
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    unsigned sum = malleated.bytes[32 + i] + kOrder[i] + carry;
    malleated.bytes[32 + i] = static_cast<std::uint8_t>(sum);
    carry = sum >> 8;
  }
  if (verify(signing, key.pub, message, malleated))
    return fail("Ed25519 accepts a non-canonical S");

  // A = R = the identity, S = 0 satisfies the equation for every message: small order.
  PublicKey identity;
  identity.bytes[0] = 1;
  SignatureBytes trivial;
  trivial.bytes[0] = 1;
  if (verify(signing, identity, message, trivial)) return fail("Ed25519 accepts a small-order key");
  if (is_valid_public_key(identity)) return fail("a small-order key counts as valid");
  // y = p + 1 is the identity again, written non-canonically.
  PublicKey non_canonical;
  non_canonical.bytes.fill(0xff);
  non_canonical.bytes[0] = 0xee;
  non_canonical.bytes[31] = 0x7f;
  if (verify(signing, non_canonical, message, trivial))
    return fail("Ed25519 accepts a non-canonical A");
  SignatureBytes small_r = good;
  small_r.bytes = trivial.bytes;
  if (verify(signing, key.pub, message, small_r)) return fail("Ed25519 accepts a small-order R");
  return {};
}

}  // namespace capmarket::crypto
