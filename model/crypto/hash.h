// SHA-256 of leaves and ids, by OpenSSL's libcrypto: it takes the instructions that the processor has.
#pragma once

#include <initializer_list>

#include "model/base/bytes.h"

namespace capmarket::crypto {

/// SHA-256 of `data`.
Digest sha256(ByteView data);
/// SHA-256 of the concatenation.
Digest sha256(std::initializer_list<ByteView> parts);
/// Content id: SHA-256 of a canonical body. Source: docs/spec/chain.md#ids.
ContentId content_id(ByteView canonical_body);

/// Appends `part` with its length as 8 bytes, big-endian: concatenations stay unambiguous.
void append_prefixed(Bytes& out, ByteView part);

}  // namespace capmarket::crypto
