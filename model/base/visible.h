// Text from outside as a terminal may show it. Source: docs/spec/commands.md#output.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace capmarket {

/// One character of a text. Of what is not UTF-8 the single byte, `valid` false.
struct Character {
  char32_t code = 0;
  std::size_t size = 1;
  bool valid = true;
};

/// The character that begins at `at`. Precondition: `at` < text.size(). O(1).
Character character_at(std::string_view text, std::size_t at);

/// Whether a terminal shows nothing of it, or shows what stands beside it in another order: bidi
/// controls, zero width, soft hyphen, fillers, tags.
bool is_hidden(char32_t code);

/// `text` with controls, hidden characters and bytes that are not UTF-8 as escapes: `\x1b`,
/// `\u202e`; a tab and a line end too where `whole` says that none belongs there. O(n).
std::string visible(std::string_view text, bool whole = true);

/// `visible` of the first `most` bytes, cut at a character; `…` behind what is cut. O(n).
std::string shown(std::string_view text, std::size_t most = 40);

/// `visible`, and each value between backquotes longer than 80 bytes cut at a character. O(n).
std::string visible_message(std::string_view text);

}  // namespace capmarket
