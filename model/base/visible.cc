#include "model/base/visible.h"

#include <fmt/format.h>

#include <cstdint>

namespace capmarket {
namespace {

constexpr std::size_t kValueShownMax = 80;
constexpr std::size_t kMessageShownMax = 2000;

struct Range {
  char32_t first, last;
};
// Unicode: Default_Ignorable_Code_Point and Bidi_Control, and the separators of lines.
constexpr Range kHidden[] = {
    {0x00ad, 0x00ad},   {0x034f, 0x034f},   {0x061c, 0x061c}, {0x115f, 0x1160}, {0x17b4, 0x17b5},
    {0x180b, 0x180f},   {0x200b, 0x200f},   {0x2028, 0x202e}, {0x2060, 0x206f}, {0x3164, 0x3164},
    {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0}, {0xfff0, 0xfffb}, {0x1bca0, 0x1bca3},
    {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
};

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7f && c < 0xa0); }

void append_escape(std::string& out, const Character& c) {
  if (!c.valid || c.code < 0x80)
    out += fmt::format("\\x{:02x}", static_cast<std::uint32_t>(c.code));
  else if (c.code < 0x10000)
    out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(c.code));
  else
    out += fmt::format("\\U{:08x}", static_cast<std::uint32_t>(c.code));
}

/// The part before `most`, ended between two characters.
std::string_view head_of(std::string_view text, std::size_t most) {
  while (most > 0 && (static_cast<std::uint8_t>(text[most]) & 0xc0) == 0x80) --most;
  return text.substr(0, most);
}

}  // namespace

Character character_at(std::string_view text, std::size_t at) {
  auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  std::uint8_t first = byte(at);
  Character wrong{first, 1, false};
  if (first < 0x80) return {first, 1, true};
  std::size_t more = first >> 5 == 6 ? 1 : first >> 4 == 14 ? 2 : first >> 3 == 30 ? 3 : 0;
  if (more == 0 || at + more >= text.size()) return wrong;
  char32_t code = first & (0x3fU >> more);
  for (std::size_t k = 1; k <= more; ++k) {
    if (byte(at + k) >> 6 != 2) return wrong;
    code = code << 6 | (byte(at + k) & 0x3f);
  }
  constexpr char32_t kLeast[] = {0, 0x80, 0x800, 0x10000};
  if (code < kLeast[more] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return wrong;
  return {code, more + 1, true};
}

bool is_hidden(char32_t code) {
  for (const Range& r : kHidden)
    if (code >= r.first && code <= r.last) return true;
  return false;
}

std::string visible(std::string_view text, bool whole) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    Character c = character_at(text, at);
    bool layout = !whole && (c.code == '\n' || c.code == '\t') && c.valid;
    if (c.valid && (layout || (!is_control(c.code) && !is_hidden(c.code))))
      out += text.substr(at, c.size);
    else
      append_escape(out, c);
    at += c.size;
  }
  return out;
}

std::string shown(std::string_view text, std::size_t most) {
  return text.size() <= most ? visible(text) : visible(head_of(text, most)) + "…";
}

std::string visible_message(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::size_t open = text.find('`');
    std::size_t close = open == text.npos ? text.npos : text.find('`', open + 1);
    if (close == text.npos) break;
    out += visible(text.substr(0, open + 1));
    std::string_view value = text.substr(open + 1, close - open - 1);
    if (value.size() > kValueShownMax)
      out += visible(head_of(value, kValueShownMax)) + "…";
    else
      out += visible(value);
    out += '`';
    text.remove_prefix(close + 1);
  }
  out += visible(text);
  if (out.size() > kMessageShownMax) out = std::string(head_of(out, kMessageShownMax)) + "…";
  return out;
}

}  // namespace capmarket
