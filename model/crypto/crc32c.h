// CRC-32C, by the processor's instruction where it has one. Source: RFC 3720, appendix B.
#pragma once

#include "model/base/bytes.h"

namespace capmarket::crypto {

/// CRC-32C (Castagnoli) of `data`, continuing from `crc`. O(n); the same on every processor.
std::uint32_t crc32c(ByteView data, std::uint32_t crc = 0);

/// The ways to come to it. Each has the signature and the meaning of crc32c.
using Crc32c = std::uint32_t (*)(ByteView data, std::uint32_t crc);
std::uint32_t crc32c_by_table(ByteView data, std::uint32_t crc);
/// By SSE4.2 or the ARMv8 instructions; null where this processor, or this build, has none.
Crc32c crc32c_by_instruction();

}  // namespace capmarket::crypto
