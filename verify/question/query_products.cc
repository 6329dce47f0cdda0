// Values are products of a price, a quantity and a length: what the linear questions leave open is
// decided by a search over the ranges of these (smt/product_search.h).
#include <algorithm>

#include "verify/question/query.h"
#include "verify/smt/product_search.h"

namespace capmarket::question {

bool Query::reads_victims_value(const SymbolicRequest& s) const {
  if (!s.has_victim()) return false;
  const Granted* granted = granted_of(s);
  return reads(s, "victim.value") || reads(s, "victim.whole_value") ||
         (granted != nullptr && reads(*granted->request, "value"));
}

/// What holds of the values of every real case.
std::vector<smt::Symbolic::Bool> Query::unfolded() const {
  std::vector<smt::Symbolic::Bool> out;
  for (const SymbolicRequest& s : requests_)
    for (const smt::Symbolic::Bool& b : s.unfolded(reads(s, "value"), reads_victims_value(s)))
      out.push_back(b);
  return out;
}

/// Premises under which the values of victims are exact too, the plainest first; one that asks for
/// nothing where there are none.
std::vector<std::vector<smt::Symbolic::Bool>> Query::shapes() const {
  std::vector<std::vector<smt::Symbolic::Bool>> out(2);
  for (const SymbolicRequest& s : requests_) {
    if (!reads_victims_value(s)) continue;
    for (const smt::Symbolic::Bool& b : s.released_as_a_whole()) out[0].push_back(b);
    for (const smt::Symbolic::Bool& b : s.one_piece_of_each()) out[1].push_back(b);
  }
  if (out[0].empty()) out.pop_back();
  return out;
}

/// Asks the question with those premises. `sat`: `fixed` says so of every unknown.
smt::Answer Query::search(const ProductQuestion& question, bool minimal,
                          std::vector<smt::Symbolic::Bool>& fixed) {
  std::vector<smt::Symbolic::Bool> all = premises_;
  all.insert(all.end(), question.premises.begin(), question.premises.end());
  smt::ProductBudget budget{budget_, question.boxes, budget_.quick};
  smt::ProductSearch search(all, budget);
  const smt::Answer answer = search.run();
  if (answer == smt::Answer::unsat && records_) search.record();
  if (answer != smt::Answer::sat || !question.exact) return answer;
  smt::SolverBudget quick = budget_;
  quick.rlimit = std::min(budget_.rlimit, budget_.quick);
  smt::Solver linear(quick);
  linear.add(search.premises());
  std::vector<smt::Symbolic::Bool> wishes;
  small_ = &linear;
  if (minimal) minimise(wishes);
  small_ = &quick_;
  if (linear.probe(wishes) != smt::Answer::sat) return smt::Answer::unknown;
  fixed = search.values(linear.model());
  fixed.insert(fixed.end(), question.premises.begin(), question.premises.end());
  return answer;
}

/// Without the victims that somebody was granted first: where that has no case, nothing has.
smt::Answer Query::by_products(std::vector<smt::Symbolic::Bool>& fixed, bool minimal,
                               std::uint32_t boxes) {
  const bool only_own = subject_.earlier.empty() && !subject_.open_past;
  const std::size_t count = requests_.size();
  for (std::size_t i = 0; i < count && grounded_; ++i)
    if (requests_[i].has_victim()) granted_to(requests_[i], 0);
  ask();
  std::vector<smt::Symbolic::Bool> links;
  for (Granted& g : granted_) {
    g.found = false;
    if (g.version != 0) continue;  // a victim is of one version: examples are of this one
    std::vector<smt::Symbolic::Bool> more = links_of(g);
    links.insert(links.end(), more.begin(), more.end());
  }
  const std::vector<smt::Symbolic::Bool> real = unfolded();
  std::vector<smt::Symbolic::Bool> linked = real;
  linked.insert(linked.end(), links.begin(), links.end());
  const std::vector<std::vector<smt::Symbolic::Bool>> shapes = this->shapes();
  const bool exact = shapes.front().empty();
  const smt::Answer any = search({real, exact && links.empty(), boxes}, minimal, fixed);
  if (any == smt::Answer::unsat || (exact && links.empty())) return any;
  if (!links.empty() && only_own &&
      search({linked, false, boxes}, false, fixed) == smt::Answer::unsat)
    return smt::Answer::unsat;
  auto with = [&](std::vector<smt::Symbolic::Bool> base) {
    for (const std::vector<smt::Symbolic::Bool>& shape : shapes) {
      std::vector<smt::Symbolic::Bool> all = base;
      all.insert(all.end(), shape.begin(), shape.end());
      if (search({all, true, boxes}, minimal, fixed) == smt::Answer::sat) return true;
    }
    return false;
  };
  if (!links.empty() && with(linked)) {
    for (Granted& g : granted_) g.found = g.version == 0;
    return smt::Answer::sat;
  }
  return with(real) ? smt::Answer::sat : smt::Answer::unknown;
}

}  // namespace capmarket::question
