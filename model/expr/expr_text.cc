// Tree to text. An operand gets parentheses where it binds weaker than its place asks for, so that
// the text parses back to the same tree; nothing else is printed in two ways.
#include <fmt/format.h>

#include "model/base/check.h"
#include "model/base/text.h"
#include "model/codec/cbor.h"
#include "model/expr/expr.h"

namespace capmarket::expr {
namespace {

// How strongly an operator holds its operands together; the levels of the grammar in expr.cc.
constexpr int kImplies = 0, kTernary = 1, kOr = 2, kAnd = 3, kRelation = 4, kSum = 5, kProduct = 6,
              kUnary = 7;

/// Ten-thousandths with at least `least` decimals and no more than needed.
std::string decimal(std::int64_t value, std::size_t least) {
  std::string out = to_text(Money(value));  // four decimals
  while (out.back() == '0' && out.size() - out.find('.') - 1 > least) out.pop_back();
  return out;
}

class Printer {
 public:
  Printer(const std::vector<ExprNode>& nodes, const ExprWorld& world)
      : nodes_(nodes), world_(world) {}

  std::string print(std::size_t at) const { return node(nodes_[at]).text; }

 private:
  struct Piece {
    std::string text;
    int strength;
  };

  std::string child(const ExprNode& n, std::size_t i, int least) const {
    Piece p = node(nodes_[static_cast<std::size_t>(n.children[i])]);
    return p.strength < least ? "(" + p.text + ")" : p.text;
  }
  Piece infix(const ExprNode& n, const char* sign, int strength, int left, int right) const {
    return {fmt::format("{} {} {}", child(n, 0, left), sign, child(n, 1, right)), strength};
  }
  Piece relation(const ExprNode& n, const char* sign) const {
    return infix(n, sign, kRelation, kSum, kSum);
  }
  Piece call(const ExprNode& n, const char* name) const {
    std::string second = n.children.size() > 1 ? ", " + child(n, 1, kImplies) : "";
    return {fmt::format("{}({}{})", name, child(n, 0, kImplies), second), kUnary};
  }
  std::string literal(const ExprNode& n) const {
    switch (n.type) {
      case ExprType::boolean:
        return n.value != 0 ? "true" : "false";
      case ExprType::integer:
        return fmt::format("{}", n.value);
      case ExprType::money:
        return decimal(n.value, 2);
      case ExprType::duration:
        return to_text(Duration(n.value));
      case ExprType::name:
        return fmt::format("\"{}\"", world_.names[static_cast<std::size_t>(n.value)]);
      case ExprType::time:
      case ExprType::name_set:
      case ExprType::path:
      case ExprType::ratio:
        break;
    }
    CHECK(false, to_text(n.type));
    return {};
  }
  Piece node(const ExprNode& n) const;

  const std::vector<ExprNode>& nodes_;
  const ExprWorld& world_;
};

Printer::Piece Printer::node(const ExprNode& n) const {
  switch (n.op) {
    case Op::literal:
      return {literal(n), kUnary};
    case Op::variable:
      return {std::string(variables()[static_cast<std::size_t>(n.value)].name), kUnary};
    case Op::logical_not:
      return {"not " + child(n, 0, kUnary), kUnary};
    case Op::logical_and:
      return infix(n, "&&", kAnd, kAnd, kRelation);
    case Op::logical_or:
      return infix(n, "||", kOr, kOr, kAnd);
    case Op::implies:
      return infix(n, "implies", kImplies, kTernary, kImplies);
    case Op::equal:
      return relation(n, "==");
    case Op::not_equal:
      return relation(n, "!=");
    case Op::less:
      return relation(n, "<");
    case Op::less_equal:
      return relation(n, "<=");
    case Op::greater:
      return relation(n, ">");
    case Op::greater_equal:
      return relation(n, ">=");
    case Op::add:
      return infix(n, "+", kSum, kSum, kProduct);
    case Op::subtract:
      return infix(n, "-", kSum, kSum, kProduct);
    case Op::negate:
      return {"-" + child(n, 0, kUnary), kUnary};
    case Op::multiply:
      return infix(n, "*", kProduct, kProduct, kUnary);
    case Op::scale:
      return {decimal(n.value, 1) + " * " + child(n, 0, kUnary), kProduct};
    case Op::in_set:
      return relation(n, "in");
    case Op::in_path: {
      const std::string& path = world_.paths[static_cast<std::size_t>(n.value)].path;
      return {fmt::format("location in \"{}\"", path), kRelation};
    }
    case Op::conditional:
      return {
          fmt::format("{} ? {} : {}", child(n, 0, kOr), child(n, 1, kOr), child(n, 2, kTernary)),
          kTernary};
    case Op::minimum:
      return call(n, "min");
    case Op::maximum:
      return call(n, "max");
    case Op::absolute:
      return call(n, "abs");
    case Op::hour:
      return {child(n, 0, kUnary) + ".hour", kUnary};
    case Op::weekday:
      return {child(n, 0, kUnary) + ".weekday", kUnary};
  }
  return {};
}

}  // namespace

std::string canonical_text(const std::vector<ExprNode>& nodes, const ExprWorld& world) {
  CHECK(!nodes.empty());
  return Printer(nodes, world).print(nodes.size() - 1);
}

void encode(codec::CborWriter& writer, const Expr& expr) { writer.text(expr.canonical); }

bool decode(codec::CborReader& reader, Expr& expr) {
  expr.nodes.clear();
  return reader.text(expr.canonical);
}

}  // namespace capmarket::expr
