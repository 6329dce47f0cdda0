// The products of unknowns of a question, each an unknown of its own: what is left is linear, and a
// box of the factors says how far each product may lie from it. Private to verify/smt.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "verify/smt/symbolic.h"

namespace capmarket::smt {

/// Products of three unknowns of 64 bits leave 128.
using Wide = boost::multiprecision::cpp_int;

/// Whole numbers, both ends inclusive.
struct Interval {
  Wide low, high;
  bool is_point() const { return low == high; }
};

/// A range for each factor, in their order.
using Box = std::vector<Interval>;

/// A sum of terms, each with a coefficient, and a constant. Terms are keyed by the solver's number.
struct LinearSum {
  std::map<unsigned, std::pair<z3::expr, Wide>> terms;
  Wide constant;
};

/// Assertions without products, and what ties the unknowns in their places to the factors.
class Products {
 public:
  explicit Products(const std::vector<Symbolic::Bool>& assertions);

  /// The assertions, with an unknown for each product; and what that leaves out where no box says
  /// more. Every case of the question is one of these.
  const std::vector<Symbolic::Bool>& linear() const { return linear_; }
  /// The range of every factor; empty where some factor has no bounds.
  const std::optional<Box>& bounds() const { return bounds_; }
  bool empty() const { return products_.empty(); }
  std::size_t factors() const { return factors_.size(); }

  /// What holds of every case inside the box, linear (McCormick's envelopes): where all factors of
  /// a product but one are points, it is that product.
  std::vector<Symbolic::Bool> within(const Box& box) const;
  /// Orders of products that follow from orders of their factors; `ordered` decides one of factors.
  template <class Ordered>
  std::vector<Symbolic::Bool> orders(const Ordered& ordered) const;

  /// The factor's value in an example.
  Wide value(const z3::model& model, std::size_t factor) const;
  /// The first product of an example that is not that of its factors.
  std::optional<std::size_t> wrong(const z3::model& model) const;
  /// Its factors, ascending.
  const std::vector<std::size_t>& factors_of(std::size_t product) const {
    return products_[product].factors;
  }
  /// Whether fixing all factors but these leaves nothing to multiply.
  bool independent(const std::vector<std::size_t>& free) const;
  /// Whether the unknown is none of the question's.
  bool is_own(const z3::expr& name) const {
    return product_named_.contains(name.id()) || names_.contains(name.id());
  }
  Symbolic::Int factor(std::size_t i) const { return Symbolic::Int(factors_[i].name); }

 private:
  /// Of a product: a factor, or a product of fewer.
  struct Part {
    bool is_factor = true;
    std::size_t index = 0;
  };
  struct Factor {
    z3::expr name;  // an unknown
    std::optional<Interval> range;
  };
  struct Product {
    std::vector<std::size_t> factors;  // ascending; twice for a square
    z3::expr name;
    std::vector<std::pair<Part, Part>> splits;  // it is the product of each of these pairs
  };

  void bound(const z3::expr& conjunct);
  void bound_sum(LinearSum sum, bool or_equal_zero);
  z3::expr rewrite(const z3::expr& e);
  z3::expr product_term(const z3::expr& e);
  /// The factors of a product; false where one is no sum of unknowns even with a name.
  void collect(const z3::expr& e, Wide& coefficient, std::vector<std::size_t>& factors);
  std::optional<LinearSum> sum_of(const z3::expr& e, bool naming);
  std::optional<Interval> range_of(const z3::expr& e) const;
  std::optional<Interval> range_of(const LinearSum& sum) const;
  z3::expr named(const z3::expr& e, const char* what);
  std::size_t factor_of(LinearSum sum, Wide& coefficient);
  std::size_t product_of(const std::vector<std::size_t>& factors);
  Interval range(const Part& part, const Box& box) const;
  Wide value_of(const z3::model& model, const std::vector<std::size_t>& factors) const;
  const z3::expr& name_of(const Part& part) const {
    return part.is_factor ? factors_[part.index].name : products_[part.index].name;
  }

  using SumKey = std::vector<std::pair<unsigned, Wide>>;
  std::vector<Symbolic::Bool> linear_;
  std::optional<Box> bounds_;
  std::vector<Factor> factors_;
  std::vector<Product> products_;
  std::map<SumKey, std::pair<std::optional<Wide>, std::optional<Wide>>> known_;  // of sums
  struct SignedFactor {
    std::size_t index = 0;
    int sign = 1;  // the sum is the factor, or its negative
  };
  std::map<std::pair<SumKey, Wide>, SignedFactor> factor_at_;
  std::map<std::vector<std::size_t>, std::size_t> product_at_;
  std::map<unsigned, std::size_t> product_named_;  // by the name's number
  std::map<unsigned, z3::expr> rewritten_;
  std::map<unsigned, Interval> range_named_;
  std::map<unsigned, z3::expr> name_of_opaque_;
  std::set<unsigned> names_;  // that were made for a term
};

template <class Ordered>
std::vector<Symbolic::Bool> Products::orders(const Ordered& ordered) const {
  std::vector<Symbolic::Bool> out;
  auto at_least_zero = [&](std::size_t f) {
    return factors_[f].range && factors_[f].range->low >= 0;
  };
  auto no_more = [&](std::size_t a, std::size_t b) { return a == b || ordered(a, b); };
  for (const Product& a : products_)
    for (const Product& b : products_) {
      if (&a == &b || a.factors.size() != b.factors.size() || a.factors.size() > 3) continue;
      // Some order of the factors of b, each at least that of a in its place.
      std::vector<std::size_t> other = b.factors;
      bool found = false;
      do {
        bool all = true;
        for (std::size_t i = 0; i < other.size() && all; ++i)
          all = at_least_zero(a.factors[i]) && no_more(a.factors[i], other[i]);
        found = all;
      } while (!found && std::next_permutation(other.begin(), other.end()));
      if (found) out.push_back(Symbolic::Int(a.name) <= Symbolic::Int(b.name));
    }
  return out;
}

}  // namespace capmarket::smt
