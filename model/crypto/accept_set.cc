#include "model/crypto/accept_set.h"

#include <fmt/format.h>

#include "model/base/check.h"
#include "model/crypto/edge_signatures.h"

namespace capmarket::crypto {
namespace {

template <class Fixed>
Fixed fixed_of(const char* hex) {
  Fixed out;
  CHECK(from_hex(hex, out));
  return out;
}

}  // namespace

Result<void> check_accept_set(const VerifyFunction& verifies, const KeyFunction& enters) {
  for (const EdgeSignature& edge : kEdgeSignatures) {
    const auto key = fixed_of<PublicKey>(edge.key);
    const auto signature = fixed_of<SignatureBytes>(edge.signature);
    const auto message = from_hex(edge.message);
    CHECK(message.has_value());
    if (verifies(key, *message, signature) != edge.accepted)
      return fail(fmt::format("Ed25519 of this library {} {}",
                              edge.accepted ? "refuses" : "accepts", edge.what),
                  "the accept set of libsodium 1.0.18");
    if (enters(key) != edge.key_enters)
      return fail(fmt::format("Ed25519 of this library {} the key of {}",
                              edge.key_enters ? "refuses" : "takes as valid", edge.what),
                  "keys of the prime-order group");
  }
  return {};
}

}  // namespace capmarket::crypto
