// Text from outside, as it is shown.
#pragma once

#include <string>
#include <string_view>

namespace capmarket {

/// On one line, of printable ASCII (other bytes as `\x1b`), at most `most` bytes of it; `…` behind
/// what is cut.
std::string shown(std::string_view text, std::size_t most = 40);

}  // namespace capmarket
