// Base64 as signed notes write it: RFC 4648 section 4, with padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/base/bytes.h"

namespace capmarket::log {

/// The text of `bytes`. O(n).
std::string to_base64(ByteView bytes);
/// The bytes of a text that is nothing else: padded, no blanks. Empty on anything else. O(n).
std::optional<Bytes> from_base64(std::string_view text);

}  // namespace capmarket::log
