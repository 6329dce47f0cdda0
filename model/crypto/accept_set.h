// What Ed25519 accepts here, pinned by signatures that tell libraries apart. Source:
// docs/spec/chain.md#ed25519.
#pragma once

#include <functional>

#include "model/base/bytes.h"
#include "model/base/result.h"

namespace capmarket::crypto {

/// How a library verifies.
using VerifyFunction =
    std::function<bool(const PublicKey&, ByteView message, const SignatureBytes&)>;
/// Which keys it takes as valid.
using KeyFunction = std::function<bool(const PublicKey&)>;

/// A problem that names the first signature of edge_signatures.h that these decide otherwise than
/// the protocol: small order of A or R, another encoding of either, S beyond the order, the equation
/// with the cofactor, keys with a part of small order. Deterministic; about two milliseconds.
Result<void> check_accept_set(const VerifyFunction& verifies, const KeyFunction& enters);

}  // namespace capmarket::crypto
