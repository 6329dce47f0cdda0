#include "model/expr/lexer.h"

#include <fmt/format.h>

#include <array>
#include <cstring>

#include "model/base/corrected.h"
#include "model/base/text.h"
#include "model/codec/cbor.h"

namespace capmarket::expr {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

constexpr const char* kNumberForms =
    "an integer like 5, money or a ratio like 10.00 (at most four decimals), or a duration like "
    "500ms (ns us ms s min h d y)";

class Lexer {
 public:
  Lexer(std::string_view text, const ProblemMaker& make) : text_(text), make_(make) {}

  Result<std::vector<Token>> run() {
    while (skip_space(), at_ < text_.size())
      if (!one()) return fail(std::move(*problem_));
    tokens_.push_back({TokenKind::end, "", 0, text_.size(), text_.size()});
    return std::move(tokens_);
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  bool refuse(std::string what, std::string expected) {
    problem_ = make_(std::move(what), std::move(expected), static_cast<int>(at_));
    return false;
  }
  bool push(TokenKind kind, std::string text, std::int64_t value, std::size_t length) {
    tokens_.push_back({kind, std::move(text), value, at_, at_ + length});
    at_ += length;
    return true;
  }

  bool one() {
    if (is_letter(peek())) return word();
    if (is_digit(peek()) || (peek() == '.' && is_digit(peek(1)))) return number();
    if (peek() == '"' || peek() == '\'') return quoted();
    return symbol();
  }

  bool word() {
    std::size_t n = 0;
    while (is_letter(peek(n)) || is_digit(peek(n)) || (peek(n) == '.' && is_letter(peek(n + 1))))
      ++n;
    std::string word(text_.substr(at_, n));
    if (word == "and") return push(TokenKind::symbol, "&&", 0, n);
    if (word == "or") return push(TokenKind::symbol, "||", 0, n);
    if (word == "not") return push(TokenKind::symbol, "!", 0, n);
    if (word == "in" || word == "implies") return push(TokenKind::symbol, word, 0, n);
    return push(TokenKind::identifier, word, 0, n);
  }

  bool number() {
    std::size_t n = 0;
    while (is_digit(peek(n)) || is_letter(peek(n)) || peek(n) == '.') ++n;
    std::string_view form = text_.substr(at_, n);
    bool has_unit = form.find_first_not_of("0123456789.") != form.npos;
    bool has_point = form.find('.') != form.npos;
    if (has_unit) {
      if (auto d = parse_duration(form)) return push(TokenKind::duration, "", d->value, n);
    } else if (has_point) {
      if (auto m = parse_money(form)) return push(TokenKind::decimal, "", m->value, n);
    } else if (auto i = parse_integer(form); i && *i <= kWireMax) {
      return push(TokenKind::integer, "", *i, n);
    }
    auto meant = corrected_duration(form);
    return refuse(fmt::format("`{}` is no number of this language", form),
                  meant ? fmt::format("`{}`", *meant) : std::string(kNumberForms));
  }

  bool quoted() {
    std::size_t close = text_.find(peek(), at_ + 1);
    if (close == text_.npos) return refuse("a quote that is never closed", "the closing quote");
    std::string inside(text_.substr(at_ + 1, close - at_ - 1));
    if (!is_name(inside) && !location::parse_location(inside))
      return refuse(fmt::format("`{}` is no name", inside),
                    "1 to 64 bytes without quotes, backslash, comma, brackets or outer spaces");
    return push(TokenKind::text, inside, 0, close + 1 - at_);
  }

  bool symbol() {
    static constexpr std::array<std::string_view, 19> kSymbols = {
        // longer ones first
        "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+",
        "-",  "*",  "?",  ":",  "(",  ")",  "[", "]", ","};
    for (const auto& [wrong, right] : kOtherLanguages)
      if (text_.substr(at_).starts_with(wrong))
        return refuse(fmt::format("`{}` is no sign of this language", wrong),
                      fmt::format("`{}`", right));
    for (std::string_view s : kSymbols)
      if (text_.substr(at_).starts_with(s))
        return push(TokenKind::symbol, std::string(s), 0, s.size());
    switch (peek()) {
      case '=':
        return refuse("`=` compares nothing", "`==`");
      case '&':
        return refuse("a single `&`", "`&&` or `and`");
      case '|':
        return refuse("a single `|`", "`||` or `or`");
      case '/':
        return refuse("there is no division", "a ratio, like `0.25 * value`");
      case '%':
        return refuse("there is no `%`", ratio_before());
    }
    std::size_t n = 1;  // one whole character of UTF-8
    while ((static_cast<unsigned char>(peek(n)) & 0xc0) == 0x80) ++n;
    return refuse(fmt::format("`{}` means nothing here", text_.substr(at_, n)),
                  "a value or an operator");
  }

  /// The decimal that a percentage stands for, where one does.
  std::string ratio_before() const {
    const std::string general = "a ratio is written as a decimal: 0.25 for 25%";
    if (tokens_.empty() || tokens_.back().end != at_) return general;
    const Token& number = tokens_.back();
    auto ratio = parse_ratio(std::string(text_.substr(number.begin, at_ - number.begin)) + "%");
    if (!ratio) return general;
    std::string digits = fmt::format("{}.{:04}", *ratio / kFullRatio, *ratio % kFullRatio);
    while (digits.ends_with('0') && !digits.ends_with(".0")) digits.pop_back();
    return fmt::format("`{}`: a ratio is written as a decimal", digits);
  }

  // Longer ones first.
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kOtherLanguages = {
      {{"===", "=="},
       {"=>", ">="},
       {"=<", "<="},
       {"<>", "!="},
       {"“", "\""},
       {"”", "\""},
       {"„", "\""},
       {"‘", "\""},
       {"’", "\""},
       {"≤", "<="},
       {"≥", ">="},
       {"≠", "!="}}};

  std::string_view text_;
  const ProblemMaker& make_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
  std::optional<Problem> problem_;
};

}  // namespace

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > kNameBytesMax || !codec::is_utf8(as_bytes(text))) return false;
  for (char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f ||
        std::strchr("\"'\\,[]{}`", c) != nullptr)
      return false;
  return text.front() != ' ' && text.back() != ' ';
}

Result<std::vector<Token>> tokens_of(std::string_view text, const ProblemMaker& make) {
  if (text.size() > kExprBytesMax)
    return fail(make(fmt::format("an expression of {} bytes", text.size()),
                     fmt::format("at most {} bytes", kExprBytesMax), 0));
  if (!codec::is_utf8(as_bytes(text))) return fail(make("not UTF-8", "text in UTF-8", 0));
  return Lexer(text, make).run();
}

}  // namespace capmarket::expr
