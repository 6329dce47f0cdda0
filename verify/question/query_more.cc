// Further cases of a question: other conditions hold in them.
#include "model/expr/evaluate.h"
#include "verify/question/query.h"

namespace capmarket::question {
namespace {

/// Neither a word between conditions nor a constant.
bool is_condition(const expr::ExprNode& n) {
  return n.type == expr::ExprType::boolean && n.op != expr::Op::literal &&
         n.op != expr::Op::logical_not && n.op != expr::Op::logical_and &&
         n.op != expr::Op::logical_or && n.op != expr::Op::implies && n.op != expr::Op::conditional;
}

}  // namespace

/// Each condition of each expression that the question read.
std::vector<smt::Symbolic::Bool> Query::conditions() const {
  std::vector<smt::Symbolic::Bool> out;
  for (const Use& use : uses_) {
    if (is_granted(*use.request) || use.earlier) continue;
    const expr::Bindings<CheckedSymbolic> b = bindings_of(use);
    for (std::size_t n = 0; n < use.expr->nodes.size(); ++n) {
      if (!is_condition(use.expr->nodes[n])) continue;
      expr::Expr part;
      part.nodes.assign(use.expr->nodes.begin(),
                        use.expr->nodes.begin() + static_cast<std::ptrdiff_t>(n) + 1);
      part.zone = use.expr->zone;
      out.push_back(CheckedSymbolic::holds(expr::evaluate_bool<CheckedSymbolic>(part, b)));
    }
  }
  return out;
}

/// Some condition that the expressions read comes out otherwise; where they have none, some
/// variable has another value. True of nothing where they read none.
smt::Symbolic::Bool Query::differs(const z3::model& model) const {
  std::vector<smt::Symbolic::Bool> any;
  for (const smt::Symbolic::Bool& condition : conditions())
    any.push_back(condition != smt::Symbolic::boolean(smt::value_in(model, condition)));
  if (!any.empty()) return smt::any_of(any);
  for (std::size_t i = 0; i < requests_.size(); ++i) {
    if (is_granted(requests_[i])) continue;
    expr::Bindings<CheckedSymbolic> b = requests_[i].bindings(0);
    for (std::size_t row = 0; row < expr::variables().size(); ++row) {
      if (read_[i][row] == 0 || expr::variables()[row].place == expr::ExprPlace::goal) continue;
      const expr::ExprType type = expr::variables()[row].type;
      if (type == expr::ExprType::boolean) {
        any.push_back(b.bools[row].value !=
                      smt::Symbolic::boolean(smt::value_in(model, b.bools[row].value)));
      } else if (type == expr::ExprType::name_set) {
        for (const CheckedSymbolic::Bool& in : b.sets[row])
          any.push_back(in.value != smt::Symbolic::boolean(smt::value_in(model, in.value)));
      } else if (type == expr::ExprType::path) {
        for (const CheckedSymbolic::Bool& in : b.location_in)
          any.push_back(in.value != smt::Symbolic::boolean(smt::value_in(model, in.value)));
      } else if (expr::variables()[row].name != "rank" && expr::variables()[row].name != "tier") {
        any.push_back(b.ints[row].value != smt::num(smt::value_in(model, b.ints[row].value)));
      }
    }
  }
  return smt::any_of(any);
}

}  // namespace capmarket::question
