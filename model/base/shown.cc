#include "model/base/shown.h"

#include <fmt/format.h>

namespace capmarket {

std::string shown(std::string_view text, std::size_t most) {
  std::string out;
  for (char c : text.substr(0, most)) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte >= 0x20 && byte < 0x7f ? std::string(1, c) : fmt::format("\\x{:02x}", byte);
  }
  return text.size() > most ? out + "…" : out;
}

}  // namespace capmarket
