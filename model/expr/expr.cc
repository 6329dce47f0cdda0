// The grammar, weakest first: `implies` (to the right), `?:`, `||`, `&&`, comparisons and `in`,
// `+ -`, `*`, `! -`. It is CEL's with `implies` added. Source: docs/spec/rules.md#operators.
#include "model/expr/expr.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "model/base/corrected.h"
#include "model/expr/builder.h"
#include "model/expr/lexer.h"

namespace capmarket::expr {
namespace {

// A tree of depth kExprDepthMax nests at most two calls a level in its canonical text: the bracket
// and the operator itself.
constexpr int kNestMax = 2 * kExprDepthMax + 8;

struct Infix {
  std::string_view sign;
  int strength;
  Op op;
};
constexpr int kRelationLevel = 3;
constexpr std::array<Infix, 11> kInfix{{{"||", 1, Op::logical_or},
                                        {"&&", 2, Op::logical_and},
                                        {"==", kRelationLevel, Op::equal},
                                        {"!=", kRelationLevel, Op::not_equal},
                                        {"<", kRelationLevel, Op::less},
                                        {"<=", kRelationLevel, Op::less_equal},
                                        {">", kRelationLevel, Op::greater},
                                        {">=", kRelationLevel, Op::greater_equal},
                                        {"+", 4, Op::add},
                                        {"-", 4, Op::subtract},
                                        {"*", 5, Op::multiply}}};

class Parser {
 public:
  Parser(std::vector<Token> tokens, ExprBuilder& builder)
      : tokens_(std::move(tokens)), builder_(builder) {}

  /// The whole text; false after a syntax error.
  bool run(Operand& root) {
    root = expression();
    if (!stopped() && peek().kind != TokenKind::end)
      refuse("an operator or the end of the expression");
    return !stopped();
  }

 private:
  bool stopped() const { return stopped_ || builder_.full(); }
  const Token& peek() const { return tokens_[at_]; }
  bool sees(std::string_view sign) const {
    return peek().kind == TokenKind::symbol && peek().text == sign;
  }
  bool take(std::string_view sign) {
    if (!sees(sign)) return false;
    ++at_;
    return true;
  }
  Token next() { return peek().kind == TokenKind::end ? peek() : tokens_[at_++]; }

  /// What puts a slip right: a word of the language in other letters, a unit behind a space.
  std::optional<std::string> meant() const {
    std::string word = peek().kind == TokenKind::identifier ? peek().text : "";
    std::transform(word.begin(), word.end(), word.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (std::string_view known : {"and", "or", "not", "in", "implies"})
      if (word == known) return fmt::format("`{}`", known);
    if (word.empty() || at_ == 0 || tokens_[at_ - 1].kind != TokenKind::integer)
      return std::nullopt;
    auto duration = corrected_duration(fmt::format("{} {}", tokens_[at_ - 1].value, word));
    return duration ? std::optional(fmt::format("`{}`", *duration)) : std::nullopt;
  }

  /// `start.hour >= 22:00`, `start >= 22:00`: the comparison with the whole hour.
  std::optional<std::string> meant_hour() const {
    if (peek().text != ":" || at_ < 1 || tokens_[at_ - 1].kind != TokenKind::integer ||
        tokens_[at_ - 1].value > 24 || tokens_[at_ + 1].kind != TokenKind::integer)
      return std::nullopt;
    const std::string hour = fmt::format("{}", tokens_[at_ - 1].value);
    if (at_ < 3 || tokens_[at_ - 3].kind != TokenKind::identifier)
      return fmt::format("a whole hour: `{}`", hour);
    const std::string& fact = tokens_[at_ - 3].text;
    return fmt::format("`{}{} {} {}`: the clock is read in whole hours", fact,
                       fact.ends_with(".hour") ? "" : ".hour", tokens_[at_ - 2].text, hour);
  }

  /// `100 kW`, `3.00 EUR`.
  bool number_with_unit() const {
    if (at_ < 1 || peek().kind != TokenKind::identifier || peek().end - peek().begin > 3)
      return false;
    return tokens_[at_ - 1].kind == TokenKind::integer ||
           tokens_[at_ - 1].kind == TokenKind::decimal;
  }

  Operand refuse(std::string expected) {
    if (!stopped()) {
      if (number_with_unit()) expected = "the number alone, without its unit";
      if (auto hour = meant_hour()) {
        expected = *std::move(hour);
        std::erase_if(builder_.problems(), [](const Problem& p) {
          return p.what.find("does not take them together") != p.what.npos;
        });
      }
      std::string what = peek().kind == TokenKind::end ? "the expression ends early"
                         : peek().text.empty()         ? "a number that nothing leads to"
                                               : fmt::format("`{}` does not fit here", peek().text);
      auto right = meant();
      // What a slip made of the words before it is no fault of its own; `if` has been told.
      if (right) builder_.problems().clear();
      const bool told = at_ > 0 && tokens_[at_ - 1].text == "if" && !builder_.problems().empty();
      if (!told)
        builder_.complain(std::move(what), right.value_or(std::move(expected)), peek().begin);
    }
    stopped_ = true;
    Operand out;
    out.bad = true;
    out.begin = out.end = peek().begin;
    return out;
  }

  /// Counts a level of nesting for as long as it lives.
  struct Nest {
    explicit Nest(int& depth) : depth_(depth) { ++depth_; }
    ~Nest() { --depth_; }
    Nest(const Nest&) = delete;
    int& depth_;
  };

  Operand expression() {
    Nest nest(nest_);
    if (nest_ > kNestMax) return refuse("less nesting");
    Operand a = ternary();
    if (stopped() || !sees("implies")) return a;
    Token sign = next();
    return builder_.binary(Op::implies, a, expression(), sign);
  }

  Operand ternary() {
    Operand condition = binary(1);
    if (stopped() || !take("?")) return condition;
    Nest nest(nest_);
    if (nest_ > kNestMax) return refuse("less nesting");
    Operand a = ternary();
    if (stopped()) return a;
    if (!take(":")) return refuse("`:` and the other value");
    return builder_.conditional(condition, a, ternary());
  }

  std::optional<Infix> infix() const {
    if (peek().kind == TokenKind::symbol)
      for (const Infix& row : kInfix)
        if (row.sign == peek().text) return row;
    return std::nullopt;
  }

  Operand binary(int least) {
    Operand a = unary();
    while (!stopped()) {
      if (kRelationLevel >= least && sees("in")) {
        a = membership(a);
        continue;
      }
      auto row = infix();
      if (!row || row->strength < least) break;
      Token sign = next();
      Operand b = binary(row->strength + 1);
      if (stopped()) break;
      a = builder_.binary(row->op, a, b, sign);
    }
    return a;
  }

  Operand membership(Operand a) {
    next();
    if (peek().kind == TokenKind::identifier || peek().kind == TokenKind::text)
      return builder_.in(a, next());
    if (!take("["))
      return refuse("a set of names, a list like [\"a\", \"b\"], or a path in quotes");
    std::vector<Token> names;
    do {
      if (peek().kind != TokenKind::text) return refuse("a name in quotes");
      names.push_back(next());
    } while (take(","));
    std::size_t end = peek().end;
    if (!take("]")) return refuse("`,` or `]`");
    return builder_.in_list(a, names, end);
  }

  Operand unary() {
    if (!sees("!") && !sees("-")) return primary();
    Nest nest(nest_);
    if (nest_ > kNestMax) return refuse("less nesting");
    Token sign = next();
    Operand a = unary();
    if (stopped()) return a;
    return builder_.unary(sign.text == "!" ? Op::logical_not : Op::negate, a, sign.begin);
  }

  Operand primary() {
    if (take("(")) {
      Operand a = expression();
      if (stopped()) return a;
      return take(")") ? a : refuse("`)`");
    }
    switch (peek().kind) {
      case TokenKind::integer:
      case TokenKind::decimal:
      case TokenKind::duration:
      case TokenKind::text:
        return builder_.literal(next());
      case TokenKind::identifier:
        return word();
      case TokenKind::end:
      case TokenKind::symbol:
        break;
    }
    return refuse("a value: a name, a number, `(`, `not` or `-`");
  }

  Operand word() {
    Token t = next();
    if (t.text == "true" || t.text == "false") return builder_.literal(t);
    if (!take("(")) return builder_.variable(t);
    std::vector<Operand> arguments;
    if (!sees(")")) do {
        arguments.push_back(expression());
        if (stopped()) return arguments.back();
      } while (take(","));
    std::size_t end = peek().end;
    if (!take(")")) return refuse("`,` or `)`");
    return builder_.call(t, arguments, end);
  }

  std::vector<Token> tokens_;
  ExprBuilder& builder_;
  std::size_t at_ = 0;
  int nest_ = 0;
  bool stopped_ = false;
};

/// Appends the part of a tree under `at`, children first. Depth is bounded by kExprDepthMax.
std::int32_t copy_postorder(const std::vector<ExprNode>& from, std::int32_t at,
                            std::vector<ExprNode>& to) {
  ExprNode node = from[static_cast<std::size_t>(at)];
  for (std::int32_t& child : node.children) child = copy_postorder(from, child, to);
  to.push_back(std::move(node));
  return static_cast<std::int32_t>(to.size()) - 1;
}

}  // namespace

Result<Expr> parse_expr(std::string_view text, ExprPlace place, ExprType type, ExprWorld& world,
                        const ProblemMaker& make) {
  auto tokens = tokens_of(text, make);
  if (!tokens) return tl::unexpected(tokens.error());
  ExprBuilder builder(text, place, world, make);
  Operand root;
  if (Parser(*std::move(tokens), builder).run(root)) builder.finish(root, type);
  if (!builder.problems().empty()) return tl::unexpected(builder.problems());
  Expr out;
  // One tree, one order of its nodes: min(a, b, c) has read c before it makes min(a, b).
  copy_postorder(builder.nodes(), root.node, out.nodes);
  out.canonical = canonical_text(out.nodes, builder.world());
  for (const ExprNode& n : out.nodes)
    if (n.op == Op::hour || n.op == Op::weekday) out.zone = builder.world().zone;
  if (out.canonical.size() > kExprBytesMax)
    return fail(make("the expression is too large",
                     fmt::format("at most {} bytes in canonical form", kExprBytesMax), 0));
  world = std::move(builder.world());
  return out;
}

}  // namespace capmarket::expr
