// Words of an expression; private to model/expr.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"
#include "model/expr/expr.h"

namespace capmarket::expr {

/// What a word is.
enum class TokenKind : std::uint8_t {
  end,
  identifier,  // dotted: victim.rank
  integer,     // value
  decimal,     // value in ten-thousandths: money or a ratio
  duration,    // value in nanoseconds
  text,        // a quoted name or path; `text` without the quotes
  symbol,      // operators and brackets; words and signs of one meaning share `text`: && || ! in
};

/// One word, and where it stands.
struct Token {
  TokenKind kind = TokenKind::end;
  std::string text;
  std::int64_t value = 0;
  std::size_t begin = 0;  // bytes of the expression's text
  std::size_t end = 0;
};

/// The words of `text`, ended by one of kind `end`; or the first thing that is none.
Result<std::vector<Token>> tokens_of(std::string_view text, const ProblemMaker& make);

}  // namespace capmarket::expr
