// Signatures: Ed25519, or the `mac` scheme (keyed BLAKE2b) for sweeps.
// Source: docs/spec/chain.md#signatures.
#pragma once

#include <optional>
#include <string_view>

#include "model/base/bytes.h"
#include "model/base/result.h"

namespace capmarket::crypto {

/// `mac` keeps objects and decisions and drops public verifiability: its key stands in the genesis,
/// so anybody who reads the chain could forge. It is for simulation only and is recorded
/// everywhere.
enum class Scheme : std::uint8_t { ed25519, mac };
/// The greatest number of a scheme on the wire.
constexpr std::int64_t enum_max(Scheme) { return 1; }
/// `ed25519` or `mac`.
std::string_view to_text(Scheme scheme);
/// The scheme of that text; empty on anything else.
std::optional<Scheme> parse_scheme(std::string_view text);

/// What a key pair is derived from: 32 bytes.
struct SeedTag {};
using KeySeed = FixedBytes<SeedTag, 32>;
/// The key of the `mac` scheme, as it stands in the genesis: 32 bytes.
struct MacKeyTag {};
using MacKey = FixedBytes<MacKeyTag, 32>;
/// The secret half of a key pair, in the form of libsodium: 64 bytes.
struct SecretKeyTag {};
using SecretKey = FixedBytes<SecretKeyTag, 64>;

/// A public key and what signs for it.
struct KeyPair {
  PublicKey pub;
  SecretKey secret;
};
/// The Ed25519 key pair of a seed. Deterministic.
KeyPair key_pair_from_seed(const KeySeed& seed);

/// How this chain signs: the scheme, and for `mac` the key of the genesis.
struct Signing {
  Scheme scheme = Scheme::ed25519;
  MacKey mac_key;
};

/// The signature of `message` under `key`, by the scheme. Deterministic.
SignatureBytes sign(const Signing& signing, const KeyPair& key, ByteView message);

/// Ed25519: S < L, A and R canonical and not of small order, SB = R + kA without the cofactor (A may
/// have a part of small order). The same on every library that passes `crypto_self_test`.
bool verify(const Signing& signing, const PublicKey& key, ByteView message,
            const SignatureBytes& signature);

/// The key is a canonical point of the prime-order group. Asked once of every key that enters.
bool is_valid_public_key(const PublicKey& key);

/// Initialises the library and refuses one that decides edge-case signatures otherwise than the
/// protocol (accept_set.h). Call once before anything else in this header.
Result<void> crypto_self_test();

}  // namespace capmarket::crypto
