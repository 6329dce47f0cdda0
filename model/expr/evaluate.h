// The one evaluator: over `Concrete` it decides in the simulator and on the chain, over solver
// terms it is what proofs are about. Source: docs/spec/rules.md#two-readings.
#pragma once

#include <cstdint>
#include <vector>

#include "model/base/check.h"
#include "model/base/concrete.h"
#include "model/expr/expr.h"

namespace capmarket::expr {

namespace evaluate_internal {

/// Values of the nodes so far. Only the structure of the tree steers the loop; every branch of a
/// conditional is computed, and select() chooses.
template <class D>
class Evaluation {
 public:
  using Bool = typename D::Bool;
  using Int = typename D::Int;

  Evaluation(const Expr& expr, const Bindings<D>& bindings) : expr_(expr), bindings_(bindings) {
    slots_.reserve(expr.nodes.size());
    for (const ExprNode& node : expr.nodes) step(node);
  }
  const Bool& root_bool() const { return bools_[slots_.back()]; }
  const Int& root_int() const { return ints_[slots_.back()]; }

 private:
  void push(Bool v) {
    slots_.push_back(bools_.size());
    bools_.push_back(v);
  }
  void push(Int v) {
    slots_.push_back(ints_.size());
    ints_.push_back(v);
  }
  const ExprNode& child(const ExprNode& n, std::size_t i) const {
    return expr_.nodes[static_cast<std::size_t>(n.children[i])];
  }
  bool child_is_bool(const ExprNode& n, std::size_t i) const {
    return child(n, i).type == ExprType::boolean;
  }
  Bool b(const ExprNode& n, std::size_t i) const {
    return bools_[slots_[static_cast<std::size_t>(n.children[i])]];
  }
  Int i(const ExprNode& n, std::size_t at) const {
    return ints_[slots_[static_cast<std::size_t>(n.children[at])]];
  }
  void literal(const ExprNode& n) {
    if (n.type == ExprType::boolean)
      push(D::boolean(n.value != 0));
    else
      push(D::integer(n.value));
  }
  void variable(const ExprNode& n) {
    auto row = static_cast<std::size_t>(n.value);
    if (n.type == ExprType::boolean)
      push(Bool(bindings_.bools[row]));
    else if (n.type == ExprType::name_set)
      slots_.push_back(0);  // only in_set reads it, from the bindings
    else
      push(Int(bindings_.ints[row]));
  }
  void in_set(const ExprNode& n) {
    auto name = static_cast<std::size_t>(child(n, 0).value);
    auto row = static_cast<std::size_t>(child(n, 1).value);
    push(Bool(bindings_.sets[row][name]));
  }
  const Zone& zone() const {
    CHECK(expr_.zone.has_value(), expr_.canonical);
    return *expr_.zone;
  }
  void step(const ExprNode& n);

  const Expr& expr_;
  const Bindings<D>& bindings_;
  std::vector<std::size_t> slots_;  // by node: where its value stands in ints_ or bools_
  std::vector<Int> ints_;
  std::vector<Bool> bools_;
};

template <class D>
void Evaluation<D>::step(const ExprNode& n) {
  switch (n.op) {
    case Op::literal:
      return literal(n);
    case Op::variable:
      return variable(n);
    case Op::logical_not:
      return push(!b(n, 0));
    case Op::logical_and:
      return push(b(n, 0) && b(n, 1));
    case Op::logical_or:
      return push(b(n, 0) || b(n, 1));
    case Op::implies:
      return push(implies<D>(b(n, 0), b(n, 1)));
    case Op::equal:
      return push(child_is_bool(n, 0) ? Bool(b(n, 0) == b(n, 1)) : Bool(i(n, 0) == i(n, 1)));
    case Op::not_equal:
      return push(child_is_bool(n, 0) ? Bool(b(n, 0) != b(n, 1)) : Bool(i(n, 0) != i(n, 1)));
    case Op::less:
      return push(i(n, 0) < i(n, 1));
    case Op::less_equal:
      return push(i(n, 0) <= i(n, 1));
    case Op::greater:
      return push(i(n, 0) > i(n, 1));
    case Op::greater_equal:
      return push(i(n, 0) >= i(n, 1));
    case Op::add:
      return push(i(n, 0) + i(n, 1));
    case Op::subtract:
      return push(i(n, 0) - i(n, 1));
    case Op::negate:
      return push(-i(n, 0));
    case Op::multiply:
      return push(i(n, 0) * i(n, 1));
    case Op::scale:
      return push(D::mul_div_floor(i(n, 0), n.value, kFullRatio));
    case Op::in_set:
      return in_set(n);
    case Op::in_path:
      return push(Bool(bindings_.location_in[static_cast<std::size_t>(n.value)]));
    case Op::conditional:
      if (n.type == ExprType::boolean) return push(D::select(b(n, 0), b(n, 1), b(n, 2)));
      return push(D::select(b(n, 0), i(n, 1), i(n, 2)));
    case Op::minimum:
      return push(min_of<D>(i(n, 0), i(n, 1)));
    case Op::maximum:
      return push(max_of<D>(i(n, 0), i(n, 1)));
    case Op::absolute:
      return push(D::select(i(n, 0) < D::integer(0), -i(n, 0), i(n, 0)));
    case Op::hour:
      return push(hour_of<D>(zone(), i(n, 0)));
    case Op::weekday:
      return push(weekday_of<D>(zone(), i(n, 0)));
  }
}

}  // namespace evaluate_internal

/// The value of a boolean expression. Precondition: `bindings` holds every variable, name and path
/// that `expr` mentions. Total; O(nodes). An overflow poisons the result in `Concrete`.
template <class D>
typename D::Bool evaluate_bool(const Expr& expr, const Bindings<D>& bindings) {
  CHECK(!expr.empty() && expr.root().type == ExprType::boolean, expr.canonical);
  return evaluate_internal::Evaluation<D>(expr, bindings).root_bool();
}

/// The value of an expression of any other type: integer, ten-thousandths, nanoseconds, name index.
template <class D>
typename D::Int evaluate_int(const Expr& expr, const Bindings<D>& bindings) {
  CHECK(!expr.empty() && expr.root().type != ExprType::boolean, expr.canonical);
  return evaluate_internal::Evaluation<D>(expr, bindings).root_int();
}

}  // namespace capmarket::expr
