// Values beside each other, for the constants that the expressions of a question name.
#include <algorithm>

#include "verify/question/query.h"

namespace capmarket::question {
namespace {

constexpr std::size_t kConstantsMax = 4;  // of a kind; more of them only leave more to search

void add(std::vector<std::int64_t>& all, std::int64_t one) {
  if (all.size() < kConstantsMax && std::find(all.begin(), all.end(), one) == all.end())
    all.push_back(one);
}

/// Durations that the expression names, and whole numbers that it multiplies money by.
void constants_of(const expr::Expr& expr, std::vector<std::int64_t>& lengths,
                  std::vector<std::int64_t>& multiples) {
  for (const expr::ExprNode& n : expr.nodes) {
    if (n.op == expr::Op::literal && n.type == expr::ExprType::duration && n.value > 0)
      add(lengths, n.value);
    if (n.op != expr::Op::multiply || n.type != expr::ExprType::money) continue;
    for (std::int32_t child : n.children) {
      const expr::ExprNode& c = expr.nodes[static_cast<std::size_t>(child)];
      if (c.op == expr::Op::literal && c.type == expr::ExprType::integer && c.value > 0 &&
          c.value <= kFullRatio)
        add(multiples, c.value);
    }
  }
}

}  // namespace

/// Premises of what was asked so far: values that are read together.
void Query::share_factors() {
  for (const SymbolicRequest& s : requests_) {
    if (is_granted(s) || !s.has_victim() || !reads(s, "victim.value")) continue;
    const bool leg = reads(s, "value"), whole = reads(s, "victim.whole_value");
    if ((!leg && !whole) || std::find(shared_.begin(), shared_.end(), &s) != shared_.end()) continue;
    shared_.push_back(&s);
    std::vector<std::int64_t> lengths, multiples = {1};
    for (const Use& u : uses_)
      if (u.request == &s) constants_of(*u.expr, lengths, multiples);
    if (leg) premise(s.value_beside_leg(multiples));
    if (whole) premise(s.value_beside_whole(lengths));
  }
}

}  // namespace capmarket::question
