// Types an expression as its tree grows; private to model/expr. Wrong operands become one problem
// and a `bad` operand, about which nothing more is said, so that one mistake is reported once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/expr/expr.h"
#include "model/expr/lexer.h"

namespace capmarket::expr {

/// A part of the expression that has been read.
struct Operand {
  std::int32_t node = -1;
  ExprType type = ExprType::boolean;
  bool bad = false;
  bool decimal = false;            // a decimal literal: money, unless `*` makes it a ratio
  std::size_t begin = 0, end = 0;  // in the text
};

/// Grows the tree of one text, checking types as it goes. Every operand that it returns is a node, or
/// `bad` after a problem.
class ExprBuilder {
 public:
  ExprBuilder(std::string_view text, ExprPlace place, ExprWorld world, const ProblemMaker& make)
      : text_(text), place_(place), world_(std::move(world)), make_(make) {}

  /// A number, a truth or a name in quotes, which joins the world.
  Operand literal(const Token& token);
  /// A variable that the place knows.
  Operand variable(const Token& token);
  /// `not a` or `-a`; `begin` is where the sign stands in the text.
  Operand unary(Op op, Operand a, std::size_t begin);
  /// Any other operator between two operands.
  Operand binary(Op op, Operand a, Operand b, const Token& sign);
  /// `condition ? a : b`.
  Operand conditional(Operand condition, Operand a, Operand b);
  /// min, max and abs; `end` is behind the closing bracket.
  Operand call(const Token& function, const std::vector<Operand>& arguments, std::size_t end);
  /// `"x" in user.groups` (`b` an identifier) or `location in "eu/de"` (`b` a text).
  Operand in(Operand a, const Token& b);
  /// `user.kind in ["a", "b"]`: the same tree as `user.kind == "a" || user.kind == "b"`.
  Operand in_list(Operand a, const std::vector<Token>& names, std::size_t end);

  /// Converts a literal's type at the root, or complains; then the tree is done.
  void finish(Operand root, ExprType type);
  /// A problem at that byte of the text.
  void complain(std::string what, std::string expected, std::size_t begin);

  /// What is wrong, in order of the text.
  Problems& problems() { return problems_; }
  /// The nodes so far, in order of reading, which need not be postorder.
  std::vector<ExprNode>& nodes() { return nodes_; }
  /// The world with what the text mentions.
  ExprWorld& world() { return world_; }
  /// A bound of expressions was passed: nothing more is added.
  bool full() const { return full_; }

 private:
  Operand add(Op op, ExprType type, std::int64_t value, std::vector<std::int32_t> children,
              std::size_t begin, std::size_t end);
  Operand bad(std::size_t begin, std::size_t end) const;
  Operand logical(Op op, Operand a, Operand b, const Token& sign);
  Operand compare(Op op, Operand a, Operand b, const Token& sign);
  Operand sum(Op op, Operand a, Operand b, const Token& sign);
  Operand product(Operand a, Operand b, const Token& sign);
  Operand mismatch(Operand a, Operand b, const Token& sign, std::string expected);
  Operand name_literal(const Token& token);
  /// `start.hour`: the clock at a time, where the world has a zone.
  Operand clock(const Token& token, const ClockReading& reading);
  Operand in_path(Operand a, const Token& path);
  Operand in_set(Operand a, Operand set);
  /// `a` times the decimal literal `ratio`, whose node goes.
  Operand scaled(Operand a, Operand ratio);
  void erase(std::int32_t node);
  bool is_variable(const Operand& a, ExprType type) const;
  bool want_boolean(Operand a, std::string_view what);
  std::string quote(const Operand& a) const;
  std::string phrase(const Operand& a) const;
  /// What to write for `literal` so that it fits `other`; empty where nothing simple does.
  std::string instead(const Operand& literal, const Operand& other) const;

  std::string_view text_;
  ExprPlace place_;
  ExprWorld world_;
  const ProblemMaker& make_;
  std::vector<ExprNode> nodes_;
  std::vector<int> depths_;
  Problems problems_;
  bool full_ = false;  // a bound was passed: nothing more is added
};

}  // namespace capmarket::expr
