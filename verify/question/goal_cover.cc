#include "verify/question/goal_cover.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace capmarket::question {
namespace {

/// Takes a claim apart along its outermost operators.
class ClaimSplitter {
 public:
  explicit ClaimSplitter(const expr::Expr& claim) : claim_(claim) {}

  std::vector<GoalClause> run(bool always) {
    const auto root = static_cast<std::int32_t>(claim_.nodes.size()) - 1;
    split(root, always, {});
    if (out_.empty()) out_.push_back({{}, {part(root, always)}});
    return std::move(out_);
  }

 private:
  const expr::ExprNode& node(std::int32_t i) const {
    return claim_.nodes[static_cast<std::size_t>(i)];
  }

  GoalPart part(std::int32_t i, bool holds) const {
    GoalPart out;
    out.expr.nodes.assign(claim_.nodes.begin(), claim_.nodes.begin() + i + 1);
    out.expr.canonical = claim_.canonical;
    out.expr.zone = claim_.zone;
    out.holds = holds;
    return out;
  }

  /// The part at `i` is meant to have that truth wherever `premises` are true.
  void split(std::int32_t i, bool holds, std::vector<GoalPart> premises) {
    const expr::ExprNode& n = node(i);
    if (n.op == expr::Op::logical_not) return split(n.children[0], !holds, std::move(premises));
    if (n.op == expr::Op::implies) {
      if (holds) {
        premises.push_back(part(n.children[0], true));
        return split(n.children[1], true, std::move(premises));
      }
      split(n.children[0], true, premises);
      return split(n.children[1], false, std::move(premises));
    }
    if (n.op == expr::Op::conditional) {
      std::vector<GoalPart> otherwise = premises;
      premises.push_back(part(n.children[0], true));
      otherwise.push_back(part(n.children[0], false));
      split(n.children[1], holds, std::move(premises));
      return split(n.children[2], holds, std::move(otherwise));
    }
    if (n.op == expr::Op::logical_and || n.op == expr::Op::logical_or) {
      // All parts have that truth, or some part has.
      if (holds != (n.op == expr::Op::logical_and)) return some(i, holds, std::move(premises));
      split(n.children[0], holds, premises);
      return split(n.children[1], holds, std::move(premises));
    }
    // `c ? a : true` says nothing where c is false.
    if (n.op == expr::Op::literal && (n.value != 0) == holds) return;
    out_.push_back({std::move(premises), {part(i, holds)}});
  }

  /// The operands of a chain of one operator, negations taken off: each with the truth that it
  /// would have if it alone made the whole have `holds`.
  void operands(std::int32_t i, expr::Op op, bool holds,
                std::vector<std::pair<std::int32_t, bool>>& out) const {
    const expr::ExprNode& n = node(i);
    if (n.op == op) {
      for (std::int32_t child : n.children) operands(child, op, holds, out);
      return;
    }
    bool truth = holds;
    while (node(i).op == expr::Op::logical_not) i = node(i).children[0], truth = !truth;
    out.emplace_back(i, truth);
  }

  bool names_a_kind(std::int32_t i) const {
    if (node(i).op != expr::Op::variable) return false;
    const std::string_view name = expr::variables()[static_cast<std::size_t>(node(i).value)].name;
    return name == "admitted" || name == "displaced" || name == "failed";
  }

  /// Some operand has that truth: those that are written as conditions are premises.
  void some(std::int32_t i, bool holds, std::vector<GoalPart> premises) {
    const bool denied = node(i).op == expr::Op::logical_and;  // `never: a && b`
    std::vector<std::pair<std::int32_t, bool>> all;
    operands(i, node(i).op, holds, all);
    // What is denied outright is a condition of the others; of `a or b` neither is one.
    auto condition = [&](const std::pair<std::int32_t, bool>& o) { return denied || !o.second; };
    std::vector<std::uint8_t> concludes(all.size());
    std::size_t last = all.size();
    for (std::size_t k = 0; k < all.size(); ++k) {
      concludes[k] = condition(all[k]) ? 0 : 1;
      if (last == all.size() || !names_a_kind(all[k].first)) last = k;
    }
    if (std::count(concludes.begin(), concludes.end(), 1) == 0) concludes[last] = 1;
    GoalClause clause{std::move(premises), {}};
    for (std::size_t k = 0; k < all.size(); ++k)
      if (concludes[k] != 0)
        clause.conclusions.push_back(part(all[k].first, all[k].second));
      else
        clause.premises.push_back(part(all[k].first, !all[k].second));
    out_.push_back(std::move(clause));
  }

  const expr::Expr& claim_;
  std::vector<GoalClause> out_;
};

}  // namespace

std::vector<GoalClause> goal_clauses(const rules::Goal& goal) {
  return ClaimSplitter(goal.claim).run(goal.always);
}

}  // namespace capmarket::question
