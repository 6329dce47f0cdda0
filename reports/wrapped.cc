#include "reports/wrapped.h"

#include <algorithm>
#include <vector>

#include "model/base/visible.h"

namespace capmarket::reports {
namespace {

/// A word of a line with the spaces before it.
struct Word {
  std::size_t spaces = 0, columns = 0;
  std::string_view text;
};

std::size_t columns_of_word(std::string_view word) {
  std::size_t out = 0;
  for (std::size_t at = 0; at < word.size();) {
    if (word[at] == '\x1b') {  // a colour ends with `m`
      at = std::min(word.find('m', at), word.size() - 1) + 1;
      continue;
    }
    at += character_at(word, at).size;
    ++out;
  }
  return out;
}

std::vector<Word> words_of(std::string_view line) {
  std::vector<Word> out;
  for (std::size_t at = 0; at < line.size();) {
    std::size_t begin = std::min(line.find_first_not_of(' ', at), line.size());
    std::size_t end = std::min(line.find(' ', begin), line.size());
    std::string_view word = line.substr(begin, end - begin);
    out.push_back({begin - at, columns_of_word(word), word});
    at = end;
  }
  return out;
}

/// `  12 | tiers:` and the caret below it.
bool is_source(std::string_view line) {
  std::size_t bar = line.find_first_not_of(" 0123456789");
  return bar != line.npos && bar > 0 && line[bar] == '|' && line[bar - 1] == ' ';
}

/// Where what follows begins: below the last column of a table, if that starts in the first half.
std::size_t hanging(const std::vector<Word>& words, std::size_t columns) {
  std::size_t at = 0, out = words.front().spaces + 2;
  for (std::size_t i = 0; i < words.size(); ++i) {
    at += words[i].spaces;
    if (i > 0 && words[i].spaces >= 2) out = at <= columns / 2 ? at : words.front().spaces + 4;
    at += words[i].columns;
  }
  return std::min(out, columns / 2);
}

std::string wrapped_line(std::string_view line, std::size_t columns) {
  const std::vector<Word> words = words_of(line);
  if (words.empty() || is_source(line)) return std::string(line);
  std::size_t width = 0;
  for (const Word& w : words) width += w.spaces + w.columns;
  if (width <= columns) return std::string(line);
  const std::size_t indent = hanging(words, columns);
  std::string out;
  std::size_t at = 0;
  bool fresh = true;  // nothing but the indent stands in the line
  for (const Word& w : words) {
    if (!fresh && at + w.spaces + w.columns > columns) {
      out += "\n" + std::string(indent, ' ');
      at = indent;
    } else {
      out += std::string(w.spaces, ' ');
      at += w.spaces;
    }
    out += w.text;
    at += w.columns;
    fresh = false;
  }
  return out;
}

}  // namespace

std::string wrapped(std::string_view text, int columns) {
  if (columns <= 0) return std::string(text);
  std::string out;
  while (!text.empty()) {
    std::size_t end = std::min(text.find('\n'), text.size());
    out += wrapped_line(text.substr(0, end), static_cast<std::size_t>(columns));
    if (end < text.size()) out += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace capmarket::reports
