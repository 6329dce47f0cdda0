// SHA-256 (leaves, ids) and CRC-32C (frames).
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

/// CRC-32C (Castagnoli) of `data`, continuing from `crc`.
std::uint32_t crc32c(ByteView data, std::uint32_t crc = 0);

/// Appends `part` with its length as 8 bytes, big-endian: concatenations stay unambiguous.
void append_prefixed(Bytes& out, ByteView part);

}  // namespace capmarket::crypto
