#include "model/yaml/look_alikes.h"

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>

#include "model/base/visible.h"

namespace capmarket::yaml {
namespace {

struct Alphabet {
  char32_t first, last;
  std::string_view name;
};
constexpr Alphabet kAlphabets[] = {{'A', 'Z', "Latin"},         {'a', 'z', "Latin"},
                                   {0xc0, 0x24f, "Latin"},      {0x370, 0x3ff, "Greek"},
                                   {0x400, 0x52f, "Cyrillic"},  {0x531, 0x58f, "Armenian"},
                                   {0x13a0, 0x13ff, "Cherokee"}};

std::string_view alphabet_of(char32_t c) {
  for (const Alphabet& a : kAlphabets)
    if (c >= a.first && c <= a.last) return a.name;
  return {};
}

bool is_mark(char32_t c) { return c >= 0x300 && c <= 0x36f; }
bool is_full_width(char32_t c) { return c >= 0xff01 && c <= 0xff5e; }
bool is_odd_space(char32_t c) {
  return c == 0xa0 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f || c == 0x3000;
}

/// What a reader sees of a text, and why that is not what it is.
struct Seen {
  std::string text;
  std::string_view odd;  // empty: nothing is
};

Seen seen(std::string_view text) {
  Seen out;
  std::string_view alphabet;
  char32_t before = 0;
  for (std::size_t at = 0; at < text.size();) {
    Character c = character_at(text, at);
    std::string_view own = alphabet_of(c.code);
    bool letter = own.empty() ? c.code > 0x7f : true;
    if (!letter) alphabet = {};
    if (is_hidden(c.code)) {
      out.odd = "a character that cannot be seen";
    } else if (is_full_width(c.code)) {
      out.odd = "full-width letters";
      out.text += static_cast<char>(c.code - 0xff01 + 0x21);
    } else if (is_odd_space(c.code)) {
      out.odd = "a space that is none";
      out.text += ' ';
    } else {
      if (is_mark(c.code) && !alphabet_of(before).empty())
        out.odd = "a letter and its mark as two characters";
      if (!own.empty() && !alphabet.empty() && own != alphabet)
        out.odd = "letters of two alphabets in one word";
      out.text += text.substr(at, c.size);
    }
    if (!own.empty()) alphabet = own;
    before = c.code;
    at += c.size;
  }
  return out;
}

class Reader {
 public:
  void read(const YamlNode& node) {
    if (node.is_scalar()) {
      if (auto text = node.text()) scalar(node, *text);
    } else if (node.is_list()) {
      for (const YamlNode& item : node.items()) read(item);
    } else if (node.is_map()) {
      for (const auto& [key, value] : node.entries()) {
        read(key);
        read(value);
      }
    }
  }
  Problems take() { return std::move(out_); }

 private:
  void scalar(const YamlNode& node, std::string_view text) {
    name(node, text);
    for (char quote : {'"', '\''})
      for (std::size_t open = text.find(quote); open != text.npos;) {
        std::size_t close = text.find(quote, open + 1);
        if (close == text.npos) break;
        name(node, text.substr(open + 1, close - open - 1));
        open = text.find(quote, close + 1);
      }
  }

  void name(const YamlNode& node, std::string_view text) {
    bool plain = true;
    for (char c : text) plain = plain && static_cast<unsigned char>(c) < 0x80;
    Seen s = plain ? Seen{std::string(text), {}} : seen(text);
    auto [it, fresh] = first_.try_emplace(s.text, std::string(text), node.line());
    bool twin = !fresh && it->second.first != text;
    if (twin)
      warn(node, text,
           fmt::format("looks like `{}` of line {} and is another name", it->second.first,
                       it->second.second));
    else if (!s.odd.empty())
      warn(node, text, fmt::format("holds {}", s.odd));
  }

  void warn(const YamlNode& node, std::string_view text, const std::string& why) {
    if (told_.emplace(std::string(text), node.line()).second)
      out_.push_back(node.problem(fmt::format("`{}` {}", text, why),
                                  "names that a reader can tell apart: one alphabet, composed "
                                  "letters, nothing hidden"));
  }

  std::map<std::string, std::pair<std::string, int>> first_;  // by what is seen: text and line
  std::map<std::string, int> told_;
  Problems out_;
};

}  // namespace

Problems look_alikes(const YamlNode& root) {
  // Reading records problems of its own, which whoever reads the file for good records again.
  Reader reader;
  reader.read(root);
  return reader.take();
}

}  // namespace capmarket::yaml
