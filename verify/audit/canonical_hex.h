// Hex where one value has one text: in what is signed or hashed.
#pragma once

#include <string>

#include "model/base/bytes.h"

namespace capmarket::audit {

/// Lower-case hex of exactly as many bytes as `out` has; false on anything else.
template <class Fixed>
bool canonical_hex(const std::string& text, Fixed& out) {
  return from_hex(text, out) && to_hex(out) == text;
}

}  // namespace capmarket::audit
