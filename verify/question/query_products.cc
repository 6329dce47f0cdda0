// Values are products of a price, a quantity and a length: what the linear questions leave open is
// decided by a search over the ranges of these (smt/product_search.h).
#include <algorithm>

#include "verify/question/query.h"
#include "verify/smt/product_search.h"

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

bool Query::reads_victims_value(const SymbolicRequest& s) const {
  if (!s.has_victim()) return false;
  const Granted* granted = granted_of(s);
  return reads(s, "victim.value") || reads(s, "victim.whole_value") ||
         (granted != nullptr && reads(*granted->request, "value"));
}

/// What holds of the values of every real case; of the requests that victims were granted to, their
/// links say it.
std::vector<smt::Symbolic::Bool> Query::unfolded() const {
  std::vector<smt::Symbolic::Bool> out;
  for (const SymbolicRequest& s : requests_)
    if (!is_granted(s))
      for (const smt::Symbolic::Bool& b : s.unfolded(reads(s, "value"), reads_victims_value(s)))
        out.push_back(b);
  return out;
}

/// Premises under which the values of victims are exact too, the plainest first; one that asks for
/// nothing where there are none.
std::vector<std::vector<smt::Symbolic::Bool>> Query::shapes() const {
  std::vector<std::vector<smt::Symbolic::Bool>> out(2);
  for (const SymbolicRequest& s : requests_) {
    if (const smt::Symbolic::Int* lost = lost_by_failure(s)) {
      out[0].push_back(*lost == s.row(expr::variable_row("value")).value);
      for (const smt::Symbolic::Bool& b : s.fails_by_a_granule(*lost)) out[1].push_back(b);
    }
    if (!reads_victims_value(s)) continue;
    for (const smt::Symbolic::Bool& b : s.released_as_a_whole()) out[0].push_back(b);
    for (const smt::Symbolic::Bool& b : s.one_piece_of_each()) out[1].push_back(b);
  }
  if (out[0].empty()) out.pop_back();
  return out;
}

void Query::gave_up(const smt::ProductSearch& search) {
  using Limit = smt::ProductSearch::Limit;
  const smt::Effort& effort = budget_.effort;
  switch (search.limit()) {
    case Limit::none:
      return reached("a factor without bounds");
    case Limit::boxes:
      return reached(smt::effort_text(budget_.boxes, effort));
    case Limit::steps:
      return reached(smt::effort_text(&smt::Effort::product_steps, effort));
    case Limit::box:
      return reached(smt::effort_text(&smt::Effort::smaller, effort));
  }
}

/// Asks the question with those premises. `sat`: `fixed` says so of every unknown.
smt::Answer Query::search(const ProductQuestion& question, bool minimal,
                          std::vector<smt::Symbolic::Bool>& fixed) {
  std::vector<smt::Symbolic::Bool> all = premises_;
  all.insert(all.end(), question.premises.begin(), question.premises.end());
  smt::ProductBudget budget{
      budget_, question.boxes, budget_.effort.smaller,
      budget_.effort.product_steps - std::min(product_steps_, budget_.effort.product_steps)};
  smt::ProductSearch search(all, budget);
  const std::uint32_t begun = smt::steps_so_far();
  const smt::Answer answer = search.run();
  product_steps_ += smt::steps_so_far() - begun;
  if (answer == smt::Answer::unsat && records_) search.record();
  if (answer == smt::Answer::unknown) gave_up(search);
  if (answer != smt::Answer::sat || !question.exact) return answer;
  smt::Solver linear(budget_.small());
  linear.add(search.premises());
  std::vector<smt::Symbolic::Bool> wishes;
  small_ = &linear;
  if (minimal) minimise(wishes);
  small_ = &quick_;
  if (linear.probe(wishes) != smt::Answer::sat) {
    reached(smt::effort_text(&smt::Effort::smaller, budget_.effort));
    return smt::Answer::unknown;
  }
  fixed = search.values(linear.model());
  fixed.insert(fixed.end(), question.premises.begin(), question.premises.end());
  return answer;
}

/// With some shape of the victims beside these premises.
bool Query::shaped(const std::vector<smt::Symbolic::Bool>& base,
                   std::vector<smt::Symbolic::Bool>& fixed, bool minimal, std::uint32_t boxes) {
  for (const std::vector<smt::Symbolic::Bool>& shape : shapes()) {
    std::vector<smt::Symbolic::Bool> all = base;
    all.insert(all.end(), shape.begin(), shape.end());
    if (search({all, true, boxes}, minimal, fixed) == smt::Answer::sat) return true;
  }
  return false;
}

/// Without the victims that somebody was granted first: where that has no case, nothing has.
smt::Answer Query::by_products(std::vector<smt::Symbolic::Bool>& fixed, bool minimal,
                               std::uint32_t boxes) {
  const std::size_t count = requests_.size();
  for (std::size_t i = 0; i < count && grounded_; ++i)
    if (requests_[i].has_victim() && !is_granted(requests_[i]))
      for (std::size_t v = 0; v <= subject_.earlier.size(); ++v) granted_to(requests_[i], v);
  ask();
  for (Granted& g : granted_) g.found = false;
  const std::vector<smt::Symbolic::Bool> real = unfolded();
  const bool exact = shapes().front().empty() && granted_.empty();
  const smt::Answer any = search({real, exact, boxes}, minimal, fixed);
  if (any == smt::Answer::unsat || exact) return any;
  if (!granted_.empty()) return by_products_of_grants(real, fixed, minimal, boxes);
  return shaped(real, fixed, minimal, boxes) ? smt::Answer::sat : smt::Answer::unknown;
}

/// Version by version; of several victims all are of one.
smt::Answer Query::by_products_of_grants(const std::vector<smt::Symbolic::Bool>& real,
                                         std::vector<smt::Symbolic::Bool>& fixed, bool minimal,
                                         std::uint32_t boxes) {
  const bool one_victim = std::count_if(requests_.begin(), requests_.end(), [&](const auto& s) {
                            return s.has_victim() && !is_granted(s);
                          }) == 1;
  bool none = !subject_.open_past && (one_victim || subject_.earlier.empty());
  for (std::size_t v = 0; v <= subject_.earlier.size(); ++v) {
    std::vector<smt::Symbolic::Bool> linked = real;
    for (Granted& g : granted_) {
      g.found = g.version == v;
      if (!g.found) continue;
      for (const smt::Symbolic::Bool& b : links_of(g)) linked.push_back(b);
      for (const smt::Symbolic::Bool& b : g.request->unfolded(reads(*g.request, "value"), false))
        linked.push_back(b);
    }
    if (search({linked, false, boxes}, false, fixed) == smt::Answer::unsat) continue;
    none = false;
    if (shaped(linked, fixed, minimal, boxes)) return smt::Answer::sat;
  }
  for (Granted& g : granted_) g.found = false;
  if (none) return smt::Answer::unsat;
  std::vector<smt::Symbolic::Bool> elsewhere = of_versions_not_here();
  if (elsewhere.empty()) return smt::Answer::unknown;
  elsewhere.insert(elsewhere.end(), real.begin(), real.end());
  return shaped(elsewhere, fixed, minimal, boxes) ? smt::Answer::sat : smt::Answer::unknown;
}

/// Premises of what was asked so far: values that are read together.
void Query::share_factors() {
  for (const SymbolicRequest& s : requests_) {
    if (is_granted(s) || std::find(shared_.begin(), shared_.end(), &s) != shared_.end()) continue;
    const bool leg = reads(s, "value"), whole = s.has_victim() && reads(s, "victim.whole_value"),
               part = s.has_victim() && reads(s, "victim.value");
    if (!leg && !whole && !part) continue;
    shared_.push_back(&s);
    if (leg) premise(s.value_by_factors());
    if (whole || part) premise(s.victims_values_by_factors());
    if (products_)
      premise(s.value_by_products(leg && reads(s, "price") && reads(s, "quantity"),
                                  part && reads(s, "victim.price") && reads(s, "released")));
    if (!part) continue;
    std::vector<std::int64_t> lengths, multiples = {1};
    for (const Use& u : uses_)
      if (u.request == &s) constants_of(*u.expr, lengths, multiples);
    if (leg) premise(s.value_beside_leg(multiples));
    if (whole) premise(s.value_beside_whole(lengths));
  }
}

}  // namespace capmarket::question
