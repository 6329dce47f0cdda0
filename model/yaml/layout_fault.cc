#include "model/yaml/layout_fault.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace capmarket::yaml {
namespace {

bool word_sign(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.';
}

/// How many signs of a word `text` begins with; none where it begins with a digit.
std::size_t word_length(std::string_view text) {
  if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return 0;
  std::size_t n = 0;
  while (n < text.size() && word_sign(text[n])) ++n;
  return n;
}

/// A line that holds something, as far as its layout says it.
struct LaidLine {
  int number = 0;
  std::size_t indent = 0;  // of its first sign
  std::size_t key_at = 0;  // of what stands behind its `-`; without one, the indent
  bool item = false;       // begins with `- `
  std::string key;         // of `KEY: …`; empty where it is none
  std::string value;       // behind the `:`, else all of it; without a comment
  std::string text;        // all from `key_at` on, without a comment

  bool opens() const { return !key.empty() && value.empty(); }
};

/// Counts what is open of `{ [` at the end of a text, quotes respected.
int brackets_left(std::string_view text, int open) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' || c == '\'')
      i = std::min(text.find(c, i + 1), text.size() - 1);
    else if (c == '{' || c == '[')
      ++open;
    else if ((c == '}' || c == ']') && open > 0)
      --open;
  }
  return open;
}

std::string without_comment(std::string text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"' || text[i] == '\'')
      i = std::min(text.find(text[i], i + 1), text.size() - 1);
    else if (text[i] == '#' && i > 0 && text[i - 1] == ' ')
      text.resize(i);
  }
  text.resize(text.find_last_not_of(" \t") + 1);
  return text;
}

/// The key of `KEY: VALUE` or `KEY:`, with how long it is; else empty.
std::string key_in(const std::string& text) {
  const std::size_t colon =
      std::min(text.find(": "), text.ends_with(':') ? text.size() - 1 : text.npos);
  if (colon == text.npos) return "";
  const std::string key = text.substr(0, colon);
  return key.find_first_of(" {[\"'") == key.npos ? key : "";
}

LaidLine laid(int number, const std::string& whole) {
  LaidLine out;
  out.number = number;
  out.indent = out.key_at = whole.find_first_not_of(' ');
  while (out.key_at + 1 < whole.size() && whole[out.key_at] == '-' &&
         whole[out.key_at + 1] == ' ') {
    out.item = true;
    out.key_at = std::min(whole.find_first_not_of(' ', out.key_at + 1), whole.size());
  }
  out.text = without_comment(whole.substr(out.key_at));
  if (out.text == "-") out.item = true;
  out.key = key_in(out.text);
  out.value = out.text.substr(out.key.empty() ? 0 : out.key.size() + 1);
  out.value.erase(0, std::min(out.value.find_first_not_of(' '), out.value.size()));
  return out;
}

/// The lines that hold something in blocks: not what stands inside of brackets, or of a text in
/// lines (`|`, `>`). Ends where a tab is part of an indent.
std::vector<LaidLine> lines_in(const YamlDocument& document, int first_line) {
  std::vector<LaidLine> out;
  int open = 0;
  std::size_t text_above = std::string::npos;  // indent of the key whose text goes on
  for (std::size_t l = static_cast<std::size_t>(first_line); l < document.lines.size(); ++l) {
    const std::string& whole = document.lines[l];
    const std::size_t begin = whole.find_first_not_of(' ');
    if (begin == whole.npos || whole[begin] == '#') continue;
    if (whole[begin] == '\t') break;
    if (text_above != whole.npos && begin > text_above) continue;
    text_above = whole.npos;
    LaidLine line = laid(static_cast<int>(l), whole);
    const bool inside = open > 0;
    open = brackets_left(line.text, open);
    if (inside) continue;
    if (line.value == "|" || line.value == ">" || line.value == "|-" || line.value == ">-")
      text_above = line.indent;
    out.push_back(std::move(line));
  }
  return out;
}

constexpr std::size_t kShownLine = 70;  // bytes of a line that a message can repeat

std::string spaces(std::size_t n) { return fmt::format("{} space{}", n, n == 1 ? "" : "s"); }

/// What a line says, to name it by.
std::string named(const LaidLine& l) {
  return l.key.empty() ? l.text.substr(0, l.text.find(':')) : l.key;
}

/// A block that lines of one indent make.
struct Block {
  std::size_t indent = 0;
  bool list = false;
  std::size_t first = 0;  // its first line
  std::string first_key;  // of its first item
};

/// Goes through the lines as the parser does, and knows where each block began.
class Layout {
 public:
  Layout(const YamlDocument& document, int first_line)
      : document_(document), first_line_(first_line), lines_(lines_in(document, first_line)) {}

  std::optional<Problem> run(int last_line) {
    for (at_ = 0; at_ < lines_.size() && lines_[at_].number <= last_line; ++at_) {
      if (auto p = slip()) return p;
      if (auto p = placed()) return p;
    }
    return std::nullopt;
  }

 private:
  const LaidLine& line() const { return lines_[at_]; }
  const LaidLine* before() const { return at_ == 0 ? nullptr : &lines_[at_ - 1]; }
  const LaidLine* next() const { return at_ + 1 < lines_.size() ? &lines_[at_ + 1] : nullptr; }
  int shown(const LaidLine& l) const { return l.number - first_line_ + 1; }

  Problem at(const LaidLine& l, std::size_t column, const std::string& what,
             std::string expected) const {
    return problem_at(document_, l.number, static_cast<int>(column), "not YAML: " + what,
                      std::move(expected));
  }

  /// `line 31 is indented by 3 spaces, line 30 by 6, line 25, `- name`, by 2`: the line, the one
  /// above it, and another that it has to stand with.
  std::string told(const LaidLine& l, const LaidLine& other) const {
    std::string out = fmt::format("line {} is indented by {}", shown(l), spaces(l.indent));
    const LaidLine* above = &l == lines_.data() ? nullptr : &l - 1;
    if (above != nullptr && above != &other)
      out += fmt::format(", line {} by {}", shown(*above), above->indent);
    return out + fmt::format(", line {}, `{}{}`, by {}", shown(other), other.item ? "- " : "",
                             named(other), other.indent);
  }

  /// What is wrong with the line whatever stands around it.
  std::optional<Problem> slip() const {
    const LaidLine& l = line();
    if (auto p = item_slip(l)) return p;
    if (l.text.starts_with("//"))
      return at(l, l.key_at, "a comment that begins with `//`",
                fmt::format("`#{}`", l.text.substr(2)));
    const std::size_t word = word_length(l.text);
    if (word == 0) return quote_slip(l);
    const std::string key = l.text.substr(0, word), rest = l.text.substr(word);
    const bool deeper =
        next() != nullptr &&
        (next()->indent > l.indent || (next()->item && next()->indent == l.indent && !l.item));
    if (rest.empty() && deeper && !goes_on(l))
      return at(l, l.key_at + word,
                fmt::format("no `:` behind `{}`; line {} is indented by {}, line {} by {}", key,
                            shown(l), spaces(l.indent), shown(*next()), next()->indent),
                fmt::format("`{}:`", key));
    if (rest.starts_with(" {") || rest.starts_with(" ["))
      return at(l, l.key_at + word, fmt::format("no `:` behind `{}`", key),
                fmt::format("`{}:{}`", key, rest));
    if (rest.size() > 1 && rest[0] == ':' && rest[1] != ' ' && !rest.starts_with("://") &&
        rest.find(": ") == rest.npos && !goes_on(l))
      return at(l, l.key_at + word, fmt::format("no blank behind the `:` of `{}`", key),
                fmt::format("`{}: {}`", key, rest.substr(1)));
    return quote_slip(l);
  }

  /// `-name: x`, and other signs where a `-` has to stand.
  std::optional<Problem> item_slip(const LaidLine& l) const {
    for (std::string_view sign : {"-", "*", "+", "•", "–", "—", "·"}) {
      if (!l.text.starts_with(sign)) continue;
      std::string rest = l.text.substr(sign.size());
      const bool blank = rest.starts_with(' ');
      rest.erase(0, std::min(rest.find_first_not_of(' '), rest.size()));
      if ((sign == "-" && blank) || key_in(rest).empty() || word_length(rest) == 0) continue;
      return at(l, l.key_at,
                sign == "-" ? fmt::format("no blank behind the `-` of `{}`", key_in(rest))
                            : fmt::format("`{}` begins no item", sign),
                fmt::format("`- {}`", rest));
    }
    return std::nullopt;
  }

  /// A value in quotes that its line does not close.
  std::optional<Problem> quote_slip(const LaidLine& l) const {
    if (l.value.empty() || (l.value[0] != '"' && l.value[0] != '\'')) return std::nullopt;
    if (l.value.find(l.value[0], 1) != l.value.npos) return std::nullopt;
    return at(l, l.key_at + l.text.size() - l.value.size(), "a quote that its line does not close",
              fmt::format("`{}{}`", l.value, l.value[0]));
  }

  /// Whether the line goes on with the value above it.
  bool goes_on(const LaidLine& l) const {
    const LaidLine* b = before();
    return b != nullptr && !l.item && !b->key.empty() && l.indent > b->key_at &&
           (next() == nullptr || next()->indent <= l.indent);
  }

  /// Puts the line into its block; or says why it has none.
  std::optional<Problem> placed() {
    const LaidLine& l = line();
    if (!l.item && l.text.starts_with('{') && before() != nullptr && before()->opens() &&
        l.indent > before()->key_at) {
      open_.push_back({l.indent, false, at_, ""});  // a map in braces; perhaps an item
      return std::nullopt;
    }
    if (auto p = brace_without_dash()) return p;
    if (!l.item && l.key.empty()) return loose();
    std::vector<Block> left;
    while (!open_.empty() && open_.back().indent > l.indent) {
      left.push_back(open_.back());
      open_.pop_back();
    }
    auto p = l.item ? place_item(left) : place_key(left);
    if (!left.empty()) left_ = std::move(left), left_at_ = at_;
    return p;
  }

  /// `{ name: x }` among the items of a list.
  std::optional<Problem> brace_without_dash() const {
    const LaidLine& l = line();
    if (l.item || !l.text.starts_with('{')) return std::nullopt;
    auto list = std::find_if(open_.rbegin(), open_.rend(), [&](const Block& block) {
      return block.list && block.indent <= l.indent;
    });
    if (list == open_.rend()) return std::nullopt;
    return at(l, l.indent,
              fmt::format("no `-` before the `{{` of line {}, where the items of line {} have one",
                          shown(l), shown(lines_[list->first])),
              dashed(l, list->indent));
  }

  /// The line as an item at that indent.
  static std::string dashed(const LaidLine& l, std::size_t indent) {
    return l.text.size() > kShownLine ? fmt::format("`- ` before `{}`", named(l))
                                      : fmt::format("`{}- {}`", std::string(indent, ' '), l.text);
  }

  /// `tiers:`, `name: a`, and deeper `rank: 1`: what stands deeper belongs to an item, whose first
  /// key has no `-`.
  std::optional<Problem> first_without_dash() const {
    const LaidLine &l = line(), *b = before();
    if (b == nullptr || b->item || b->key.empty() || b->value.empty() || l.key.empty() || l.item ||
        l.indent <= b->indent || open_.empty() || open_.back().list ||
        open_.back().first + 1 != at_ || at_ < 2 || !lines_[at_ - 2].opens())
      return std::nullopt;
    const LaidLine& owner = lines_[at_ - 2];
    for (std::size_t i = at_ + 1; i < lines_.size(); ++i) {
      const LaidLine& later = lines_[i];
      if (later.indent > b->indent) continue;
      if (!later.item || later.indent < owner.key_at) break;
      return at(
          *b, b->indent,
          fmt::format("no `-` before `{}` in line {}; {}", named(*b), shown(*b), told(*b, later)),
          dashed(*b, later.indent));
    }
    return std::nullopt;
  }

  /// `eligible: a` and below it, no deeper, `&& b`.
  std::optional<Problem> loose() const {
    static constexpr std::string_view kSigns[] = {"&&", "||", "and ", "or ", "implies ", "? "};
    const LaidLine &l = line(), *b = before();
    if (b == nullptr || b->key.empty() || b->value.empty() || l.indent > b->key_at)
      return std::nullopt;
    if (std::none_of(std::begin(kSigns), std::end(kSigns),
                     [&](std::string_view s) { return l.text.starts_with(s); }))
      return std::nullopt;
    return at(
        l, l.indent,
        fmt::format("line {} goes on with `{}` of line {}, and is indented by {}, that one by {}",
                    shown(l), b->key, shown(*b), spaces(l.indent), b->key_at),
        fmt::format("{} before `{}`: more than `{}` has", spaces(b->key_at + 2),
                    l.text.substr(0, l.text.find(' ')), b->key));
  }

  std::optional<Problem> place_item(const std::vector<Block>& left) {
    const LaidLine &l = line(), *b = before();
    const bool opened = b != nullptr && b->opens() && l.indent >= b->key_at;
    if (!open_.empty() && open_.back().list && open_.back().indent == l.indent) {
      begin_item(l);
      return std::nullopt;
    }
    if (opened || open_.empty()) {
      open_.push_back({l.indent, true, at_, l.key});
      begin_item(l);
      return std::nullopt;
    }
    auto list = std::find_if(left.begin(), left.end(), [](const Block& x) { return x.list; });
    const Block* right = list != left.end() ? &*list : open_.back().list ? &open_.back() : nullptr;
    if (right != nullptr)
      return indent_problem(l, right->indent, lines_[right->first],
                            "items of a list have one indent");
    // The block in its place began without a `-`.
    const Block& block = left.empty() ? open_.back() : left.back();
    if (block.first == 0 || !lines_[block.first - 1].opens() ||
        lines_[block.first - 1].key_at > l.indent)
      return std::nullopt;
    const LaidLine& first = lines_[block.first];
    return at(first, first.indent,
              fmt::format("no `-` before `{}`; {}", named(first), told(first, l)),
              dashed(first, l.indent));
  }

  /// The map of an item.
  void begin_item(const LaidLine& l) {
    if (!l.key.empty()) open_.push_back({l.key_at, false, at_, l.key});
  }

  std::optional<Problem> place_key(const std::vector<Block>& left) {
    const LaidLine &l = line(), *b = before();
    if (!open_.empty() && open_.back().list && open_.back().indent == l.indent) {
      const bool beside = open_.size() > 1 && !open_[open_.size() - 2].list &&
                          open_[open_.size() - 2].indent == l.indent;
      if (!beside) return key_among_items(left);
      open_.pop_back();
    }
    if (!open_.empty() && open_.back().indent == l.indent) return std::nullopt;
    if (open_.empty() || (left.empty() && b != nullptr && b->opens() && l.indent > b->key_at)) {
      open_.push_back({l.indent, false, at_, l.key});
      return std::nullopt;
    }
    if (!left.empty()) return std::nullopt;  // between two blocks: its neighbours say more
    if (auto p = first_without_dash()) return p;
    return out_of_block();
  }

  /// `name: firm` where `- name: firm` has to stand, or a key of an item that stands too far out.
  std::optional<Problem> key_among_items(const std::vector<Block>& left) const {
    const LaidLine& l = line();
    const Block& list = open_.back();
    const LaidLine& first = lines_[list.first];
    if (l.key == list.first_key)
      return at(l, l.indent, fmt::format("no `-` before `{}`; {}", l.key, told(l, first)),
                fmt::format("`- {}`", l.text));
    const std::size_t right = left.empty() ? first.key_at : left.back().indent;
    const LaidLine* b = before();
    const bool lone = b == &first && (next() == nullptr || next()->indent <= l.indent);
    if (lone)
      return at(l, l.indent, told(l, first),
                fmt::format("line {} as `{}`, without `-`, where these are keys of one map",
                            shown(first), first.text));
    return indent_problem(l, right, first, "the keys of an item have one indent");
  }

  /// The line is deeper than what stands above it, which opens nothing: where that left a block of
  /// this indent, it is what stands too far out.
  std::optional<Problem> out_of_block() const {
    const LaidLine &l = line(), *b = before();
    if (b == nullptr || b->opens() || l.indent <= b->indent || left_at_ >= at_) return std::nullopt;
    auto block = std::find_if(left_.begin(), left_.end(),
                              [&](const Block& x) { return !x.list && x.indent == l.indent; });
    if (block == left_.end()) return std::nullopt;
    const LaidLine& odd = lines_[left_at_];
    if (odd.item) return std::nullopt;  // the line is an item's, and too deep
    if (odd.indent == l.indent) return std::nullopt;
    for (std::size_t i = left_at_; i < at_; ++i)
      if (lines_[i].indent != odd.indent) return std::nullopt;
    const bool alone = next() == nullptr || next()->indent < l.indent;
    return at(odd, odd.indent, told(odd, l),
              fmt::format("{} before `{}`{}", spaces(l.indent), odd.key,
                          alone ? fmt::format(", or {} before `{}`", odd.indent, l.key)
                                : ": the keys of a map have one indent"));
  }

  /// A line at the wrong indent; nothing where it has the right one: no message asks for what is
  /// so.
  std::optional<Problem> indent_problem(const LaidLine& l, std::size_t right, const LaidLine& other,
                                        std::string_view why) const {
    if (l.indent == right) return std::nullopt;
    std::string there = told(l, other);
    if (other.item && other.key_at == right) there += fmt::format(", {} behind its `-`", right);
    return at(
        l, l.indent, there,
        fmt::format("{} before `{}{}`: {}", spaces(right), l.item ? "- " : "", named(l), why));
  }

  const YamlDocument& document_;
  int first_line_;
  std::vector<LaidLine> lines_;
  std::size_t at_ = 0;
  std::vector<Block> open_;
  std::vector<Block> left_;  // the blocks that a line ended last
  std::size_t left_at_ = 0;  // and which line
};

}  // namespace

std::optional<Problem> layout_fault(const YamlDocument& document, int first_line, int last_line) {
  return Layout(document, first_line).run(last_line);
}

}  // namespace capmarket::yaml
