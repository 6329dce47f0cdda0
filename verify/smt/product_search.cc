#include "verify/smt/product_search.h"

#include <algorithm>
#include <map>

#include "verify/smt/products.h"

namespace capmarket::smt {
namespace {

SolverBudget of_one_box(const ProductBudget& budget) {
  SolverBudget out = budget;
  out.rlimit = std::min(budget.rlimit, budget.box_rlimit);
  return out;
}

}  // namespace

ProductSearch::ProductSearch(const std::vector<Symbolic::Bool>& assertions,
                             const ProductBudget& budget)
    : budget_(budget),
      products_(std::make_unique<Products>(assertions)),
      solver_(of_one_box(budget)) {
  solver_.add(products_->linear());
  // From each factor on: as many as can stay free together.
  for (std::size_t first = 0; first < products_->factors(); ++first) {
    std::vector<std::size_t> free = {first};
    if (!products_->independent(free)) continue;
    for (std::size_t f = 0; f < products_->factors(); ++f) {
      if (f == first) continue;
      free.push_back(f);
      if (!products_->independent(free)) free.pop_back();
    }
    std::sort(free.begin(), free.end());
    if (std::find(free_.begin(), free_.end(), free) == free_.end()) free_.push_back(free);
  }
}

ProductSearch::~ProductSearch() = default;

void ProductSearch::add_orders() {
  std::map<std::pair<std::size_t, std::size_t>, bool> known;
  auto ordered = [&](std::size_t a, std::size_t b) {
    auto [it, fresh] = known.try_emplace({a, b}, false);
    if (fresh)
      it->second = solver_.probe({products_->factor(a) > products_->factor(b)}) == Answer::unsat;
    return it->second;
  };
  orders_ = products_->orders(ordered);
  solver_.add(orders_);
}

/// The premises of the box have a case whose products are right: it is kept.
bool ProductSearch::found(const Ranges& box) {
  std::vector<Symbolic::Bool> within = products_->within(box);
  if (solver_.probe(within) != Answer::sat) return false;
  if (products_->wrong(solver_.model())) return false;
  premises_ = products_->linear();
  premises_.insert(premises_.end(), within.begin(), within.end());
  return true;
}

/// Looks for a case near the example: its numbers, but for the factors of one way.
bool ProductSearch::fix(const Ranges& box, const z3::model& model) {
  Ranges at = box;
  for (std::size_t f = 0; f < box.size(); ++f) {
    const Wide v = products_->value(model, f);
    at[f] = {v, v};
  }
  for (const std::vector<std::size_t>& free : free_) {
    Ranges some = at;
    for (std::size_t f : free) some[f] = box[f];
    if (found(some)) return true;
  }
  return false;
}

/// The factor to halve: of the products that the example has wrong, the one with the fewest values.
std::size_t ProductSearch::widest(const Ranges& box, const z3::model& model) const {
  std::optional<std::size_t> best;
  auto values = [&](std::size_t f) { return box[f].high - box[f].low; };
  const std::size_t wrong = *products_->wrong(model);
  for (std::size_t f : products_->factors_of(wrong))
    if (!box[f].is_point() && (!best || values(f) < values(*best))) best = f;
  return *best;
}

Answer ProductSearch::run() {
  if (!products_->bounds()) return Answer::unknown;
  if (products_->empty()) {
    const Answer answer = solver_.probe();
    if (answer == Answer::sat) premises_ = products_->linear();
    if (answer == Answer::unknown) limit_ = Limit::box;
    if (answer == Answer::unsat) empty_.emplace_back();
    return answer;
  }
  add_orders();
  bool undecided = false;
  const std::uint32_t begun = solver_.steps();
  std::vector<Ranges> open = {*products_->bounds()};
  while (!open.empty()) {
    if (boxes_ == budget_.boxes || solver_.steps() - begun > budget_.total_rlimit) {
      limit_ = boxes_ == budget_.boxes ? Limit::boxes : Limit::steps;
      return Answer::unknown;
    }
    ++boxes_;
    Ranges box = std::move(open.back());
    open.pop_back();
    std::vector<Symbolic::Bool> within = products_->within(box);
    const Answer answer = solver_.probe(within);
    if (answer == Answer::unsat) {
      empty_.push_back(std::move(within));
      continue;
    }
    if (answer == Answer::unknown) {
      undecided = true;
      continue;
    }
    const z3::model model = solver_.model();
    if (fix(box, model)) return Answer::sat;
    if (!products_->wrong(model)) {  // a case, but of steps that ran out
      undecided = true;
      continue;
    }
    const std::size_t f = widest(box, model);
    const Wide low = box[f].low, high = box[f].high, width = high - low;
    Wide cut = products_->value(model, f);
    if (cut - low < width / 8 || high - cut <= width / 8) cut = low + width / 2;
    Ranges below = box, above = box;
    below[f].high = cut;
    above[f].low = cut + 1;
    open.push_back(std::move(above));
    open.push_back(std::move(below));
  }
  if (undecided) limit_ = Limit::box;
  return undecided ? Answer::unknown : Answer::unsat;
}

std::vector<Symbolic::Bool> ProductSearch::values(const z3::model& model) const {
  std::vector<Symbolic::Bool> out;
  for (unsigned i = 0; i < model.num_consts(); ++i) {
    const z3::func_decl name = model.get_const_decl(i);
    if (!products_->is_own(name()))
      out.emplace_back(z3::expr(name()) == model.get_const_interp(name));
  }
  return out;
}

void ProductSearch::record() const {
  for (const std::vector<Symbolic::Bool>& box : empty_) solver_.record(Answer::unsat, box);
}

}  // namespace capmarket::smt
