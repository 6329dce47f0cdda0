// Questions with products of unknowns, decided by branch and bound over the ranges of their
// factors: every box is a linear question. Z3's own search over products gives up on most of these.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "verify/smt/solver.h"

namespace capmarket::smt {

class Products;
struct Interval;

/// How hard it tries. Nothing but these counts bounds it, and the budget of the whole.
struct ProductBudget : SolverBudget {
  /// Boxes that are looked at; then it is undecided.
  std::uint32_t boxes = Effort{}.boxes;
  /// Steps of the question about one box.
  std::uint32_t box_rlimit = Effort{}.smaller;
  /// Steps of all of them.
  std::uint32_t total_rlimit = Effort{}.product_steps;
};

/// One question.
class ProductSearch {
 public:
  ProductSearch(const std::vector<Symbolic::Bool>& assertions, const ProductBudget& budget);
  ~ProductSearch();
  ProductSearch(const ProductSearch&) = delete;
  ProductSearch& operator=(const ProductSearch&) = delete;

  /// Decides. Deterministic: the box with the smaller numbers is looked at first.
  Answer run();
  /// After `unsat`: records the question of each box that has no case. The boxes are all there is.
  void record() const;
  /// After `sat`: linear premises that have a case, and whose every case, without the unknowns that
  /// stand for products, is one of the question. All factors but a few are fixed in them.
  const std::vector<Symbolic::Bool>& premises() const { return premises_; }
  /// What an example of them says of the question's own unknowns.
  std::vector<Symbolic::Bool> values(const z3::model& model) const;
  /// Boxes that were looked at.
  std::uint32_t boxes() const { return boxes_; }
  /// After `unknown`: the limit that it reached first; none: some factor has no bounds.
  enum class Limit : std::uint8_t { none, boxes, steps, box };
  Limit limit() const { return limit_; }

 private:
  using Ranges = std::vector<Interval>;
  bool found(const Ranges& box);
  bool fix(const Ranges& box, const z3::model& model);
  void add_orders();
  std::size_t widest(const Ranges& box, const z3::model& model) const;

  ProductBudget budget_;
  std::unique_ptr<Products> products_;
  Solver solver_;
  std::vector<std::vector<std::size_t>> free_;  // factors that need not be fixed, by way
  std::vector<Symbolic::Bool> orders_, premises_;
  std::vector<std::vector<Symbolic::Bool>> empty_;  // boxes without a case
  std::uint32_t boxes_ = 0;
  Limit limit_ = Limit::none;
};

}  // namespace capmarket::smt
