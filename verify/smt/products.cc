#include "verify/smt/products.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace capmarket::smt {
namespace {

z3::expr numeral(const Wide& v) { return SymbolicScope::context().int_val(v.str().c_str()); }

Wide wide_of(const z3::expr& e) { return Wide(Z3_get_numeral_string(e.ctx(), e)); }

Wide floor_of(const Wide& a, const Wide& b) {  // b > 0
  Wide q = a / b;
  return a % b < 0 ? Wide(q - 1) : q;
}
Wide ceil_of(const Wide& a, const Wide& b) { return -floor_of(-a, b); }

Interval times(const Interval& a, const Interval& b) {
  const Wide ends[] = {a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high};
  return {*std::min_element(ends, ends + 4), *std::max_element(ends, ends + 4)};
}

bool is_unknown(const z3::expr& e) {
  return e.is_app() && e.num_args() == 0 && e.decl().decl_kind() == Z3_OP_UNINTERPRETED;
}

void add_to(LinearSum& sum, const LinearSum& other, const Wide& times) {
  sum.constant += other.constant * times;
  for (const auto& [id, term] : other.terms) {
    auto [it, fresh] = sum.terms.try_emplace(id, term.first, Wide(0));
    it->second.second += term.second * times;
    if (it->second.second == 0) sum.terms.erase(it);
  }
}

z3::expr term_of(const LinearSum& sum) {
  z3::expr out = numeral(sum.constant);
  for (const auto& [id, term] : sum.terms) out = out + numeral(term.second) * term.first;
  return out;
}

/// The greatest common divisor of the coefficients, with the sign of the first; 1 of none.
Wide divisor_of(const LinearSum& sum) {
  Wide out = 0;
  for (const auto& [id, term] : sum.terms) out = gcd(out, term.second);
  if (out == 0) return 1;
  return sum.terms.begin()->second.second < 0 ? Wide(-out) : out;
}

}  // namespace

Products::Products(const std::vector<Symbolic::Bool>& assertions) {
  // Bounds first: they are read where factors are found.
  for (const Symbolic::Bool& b : assertions) bound(b.term());
  for (const Symbolic::Bool& b : assertions) linear_.emplace_back(rewrite(b.term()));
  bounds_.emplace();
  for (const Factor& f : factors_) {
    if (!f.range) {
      bounds_.reset();
      return;
    }
    bounds_->push_back(*f.range);
  }
}

/// Notes what an assertion says of one sum: the bounds of unknowns and of differences of instants.
void Products::bound(const z3::expr& e) {
  if (!e.is_app()) return;
  const Z3_decl_kind kind = e.decl().decl_kind();
  if (kind == Z3_OP_AND) {
    for (unsigned i = 0; i < e.num_args(); ++i) bound(e.arg(i));
    return;
  }
  const bool below = kind == Z3_OP_LE || kind == Z3_OP_LT;
  const bool equal = kind == Z3_OP_EQ && e.arg(0).is_int();
  if (!below && !equal && kind != Z3_OP_GE && kind != Z3_OP_GT) return;
  auto a = sum_of(e.arg(0), false), b = sum_of(e.arg(1), false);
  if (!a || !b) return;
  LinearSum difference = *a;  // at most zero
  add_to(difference, *b, -1);
  const bool strict = kind == Z3_OP_LT || kind == Z3_OP_GT;
  LinearSum negated;
  add_to(negated, difference, -1);
  if (below || equal) bound_sum(difference, !strict);
  if (!below) bound_sum(negated, !strict);
}

/// Of a sum that is at most zero, or below it.
void Products::bound_sum(LinearSum sum, bool or_equal_zero) {
  if (sum.terms.empty()) return;
  const Wide g = divisor_of(sum);
  Wide most = -sum.constant - (or_equal_zero ? 0 : 1);
  SumKey key;
  for (const auto& [id, term] : sum.terms) key.emplace_back(id, term.second / g);
  auto& [low, high] = known_[key];
  if (g > 0) {
    const Wide end = floor_of(most, g);
    if (!high || end < *high) high = end;
  } else {
    const Wide end = ceil_of(-most, -g);
    if (!low || end > *low) low = end;
  }
}

std::optional<LinearSum> Products::sum_of(const z3::expr& e, bool naming) {
  LinearSum out;
  if (e.is_numeral()) {
    out.constant = wide_of(e);
    return out;
  }
  if (is_unknown(e)) {
    out.terms.try_emplace(e.id(), e, Wide(1));
    return out;
  }
  const Z3_decl_kind kind = e.decl().decl_kind();
  if (kind == Z3_OP_ADD || kind == Z3_OP_SUB || kind == Z3_OP_UMINUS) {
    for (unsigned i = 0; i < e.num_args(); ++i) {
      auto part = sum_of(e.arg(i), naming);
      if (!part) return std::nullopt;
      add_to(out, *part, kind == Z3_OP_UMINUS || (kind == Z3_OP_SUB && i > 0) ? -1 : 1);
    }
    return out;
  }
  if (kind == Z3_OP_MUL) {
    Wide coefficient = 1;
    std::optional<LinearSum> rest;
    bool linear = true;
    for (unsigned i = 0; i < e.num_args() && linear; ++i) {
      auto part = sum_of(e.arg(i), naming);
      if (!part) return std::nullopt;
      if (part->terms.empty())
        coefficient *= part->constant;
      else if (rest)
        linear = false;
      else
        rest = std::move(part);
    }
    if (linear) {
      if (!rest) rest.emplace().constant = 1;
      add_to(out, *rest, coefficient);
      return out;
    }
  }
  if (!naming) return std::nullopt;
  z3::expr name = named(e, "part");
  out.terms.try_emplace(name.id(), name, Wide(1));
  return out;
}

/// An unknown that is the term.
z3::expr Products::named(const z3::expr& e, const char* what) {
  auto it = name_of_opaque_.find(e.id());
  if (it != name_of_opaque_.end()) return it->second;
  const std::string text = fmt::format("{} {}", what, name_of_opaque_.size() + 1);
  z3::expr name = e.ctx().int_const(text.c_str());
  linear_.emplace_back(name == e);
  if (auto range = range_of(e)) range_named_.emplace(name.id(), *range);
  name_of_opaque_.emplace(e.id(), name);
  names_.insert(name.id());
  return name;
}

std::optional<Interval> Products::range_of(const LinearSum& sum) const {
  Interval out{sum.constant, sum.constant};
  for (const auto& [id, term] : sum.terms) {
    auto one = range_of(term.first);
    if (!one) return std::nullopt;
    Interval scaled = times(*one, {term.second, term.second});
    out = {out.low + scaled.low, out.high + scaled.high};
  }
  return out;
}

std::optional<Interval> Products::range_of(const z3::expr& e) const {
  if (e.is_numeral()) return Interval{wide_of(e), wide_of(e)};
  if (is_unknown(e)) {
    if (auto it = range_named_.find(e.id()); it != range_named_.end()) return it->second;
    auto it = known_.find({{e.id(), Wide(1)}});
    if (it == known_.end() || !it->second.first || !it->second.second) return std::nullopt;
    return Interval{*it->second.first, *it->second.second};
  }
  const Z3_decl_kind kind = e.decl().decl_kind();
  std::vector<Interval> parts;
  for (unsigned i = kind == Z3_OP_ITE ? 1 : 0; i < e.num_args(); ++i) {
    auto part = range_of(e.arg(i));
    if (!part) return std::nullopt;
    parts.push_back(*part);
  }
  if (parts.empty()) return std::nullopt;
  Interval out = parts.front();
  if (kind == Z3_OP_UMINUS) return Interval{-out.high, -out.low};
  if (kind == Z3_OP_IDIV) {
    if (!parts[1].is_point() || parts[1].low <= 0) return std::nullopt;
    return Interval{floor_of(out.low, parts[1].low), floor_of(out.high, parts[1].low)};
  }
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const Interval& p = parts[i];
    if (kind == Z3_OP_ADD)
      out = {out.low + p.low, out.high + p.high};
    else if (kind == Z3_OP_SUB)
      out = {out.low - p.high, out.high - p.low};
    else if (kind == Z3_OP_MUL)
      out = times(out, p);
    else if (kind == Z3_OP_ITE)
      out = {std::min(out.low, p.low), std::max(out.high, p.high)};
    else
      return std::nullopt;
  }
  return out;
}

z3::expr Products::rewrite(const z3::expr& e) {
  if (e.num_args() == 0) return e;
  if (auto it = rewritten_.find(e.id()); it != rewritten_.end()) return it->second;
  int unknown = 0;
  for (unsigned i = 0; i < e.num_args(); ++i) unknown += e.arg(i).is_numeral() ? 0 : 1;
  z3::expr out = e;
  if (e.decl().decl_kind() == Z3_OP_MUL && unknown > 1) {
    out = product_term(e);
  } else {
    z3::expr_vector parts(e.ctx());
    for (unsigned i = 0; i < e.num_args(); ++i) parts.push_back(rewrite(e.arg(i)));
    out = e.decl()(parts);
  }
  rewritten_.emplace(e.id(), out);
  return out;
}

z3::expr Products::product_term(const z3::expr& e) {
  Wide coefficient = 1;
  std::vector<std::size_t> factors;
  collect(e, coefficient, factors);
  std::sort(factors.begin(), factors.end());
  if (factors.empty()) return numeral(coefficient);
  z3::expr name =
      factors.size() == 1 ? factors_[factors.front()].name : products_[product_of(factors)].name;
  return coefficient == 1 ? name : numeral(coefficient) * name;
}

void Products::collect(const z3::expr& e, Wide& coefficient, std::vector<std::size_t>& factors) {
  if (e.is_app() && e.decl().decl_kind() == Z3_OP_MUL) {
    for (unsigned i = 0; i < e.num_args(); ++i) collect(e.arg(i), coefficient, factors);
    return;
  }
  LinearSum sum = *sum_of(rewrite(e), true);
  if (sum.terms.empty()) {
    coefficient *= sum.constant;
    return;
  }
  if (sum.terms.size() == 1 && sum.constant == 0) {
    auto product = product_named_.find(sum.terms.begin()->first);
    if (product != product_named_.end()) {
      coefficient *= sum.terms.begin()->second.second;
      const std::vector<std::size_t>& more = products_[product->second].factors;
      factors.insert(factors.end(), more.begin(), more.end());
      return;
    }
  }
  factors.push_back(factor_of(std::move(sum), coefficient));
}

std::size_t Products::factor_of(LinearSum sum, Wide& coefficient) {
  Wide g = divisor_of(sum);
  if (g < 0) {
    const Wide common = -gcd(Wide(-g), sum.constant);
    g = sum.constant == 0 ? g : common;
  } else if (sum.constant != 0) {
    g = gcd(g, sum.constant);
  }
  coefficient *= g;
  SumKey key;
  for (auto& [id, term] : sum.terms) {
    term.second /= g;
    key.emplace_back(id, term.second);
  }
  sum.constant /= g;
  if (auto it = factor_at_.find({key, sum.constant}); it != factor_at_.end()) {
    coefficient *= it->second.sign;
    return it->second.index;
  }
  std::optional<Interval> range = range_of(sum);
  if (auto it = known_.find(key); it != known_.end()) {
    const auto& [low, high] = it->second;
    if (!range && low && high) range = Interval{*low + sum.constant, *high + sum.constant};
    if (range && low) range->low = std::max<Wide>(range->low, *low + sum.constant);
    if (range && high) range->high = std::min<Wide>(range->high, *high + sum.constant);
  }
  // Numbers are rather not negative: their products have orders then.
  const int sign = range && range->high <= 0 && range->low < 0 ? -1 : 1;
  factor_at_.emplace(std::pair(key, sum.constant), SignedFactor{factors_.size(), sign});
  coefficient *= sign;
  if (sign < 0) {
    LinearSum negated;
    add_to(negated, sum, -1);
    sum = std::move(negated);
    range = Interval{-range->high, -range->low};
  }
  const bool plain =
      sum.terms.size() == 1 && sum.constant == 0 && sum.terms.begin()->second.second == 1;
  factors_.push_back(
      {plain ? sum.terms.begin()->second.first : named(term_of(sum), "factor"), range});
  return factors_.size() - 1;
}

std::size_t Products::product_of(const std::vector<std::size_t>& factors) {
  if (auto it = product_at_.find(factors); it != product_at_.end()) return it->second;
  auto part = [&](const std::vector<std::size_t>& few) {
    return few.size() == 1 ? Part{true, few.front()} : Part{false, product_of(few)};
  };
  std::vector<std::pair<Part, Part>> splits;
  for (std::size_t i = factors.size(); i-- > 0;) {
    if (i + 1 < factors.size() && factors[i] == factors[i + 1]) continue;
    std::vector<std::size_t> others = factors;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
    splits.emplace_back(part(others), part({factors[i]}));
    if (factors.size() != 3) break;  // the others say no more, or too little for what they cost
  }
  const std::string text = fmt::format("product {}", products_.size() + 1);
  z3::expr name = SymbolicScope::context().int_const(text.c_str());
  products_.push_back({factors, name, std::move(splits)});
  product_at_.emplace(factors, products_.size() - 1);
  product_named_.emplace(name.id(), products_.size() - 1);
  return products_.size() - 1;
}

Interval Products::range(const Part& part, const Box& box) const {
  if (part.is_factor) return box[part.index];
  Interval out{1, 1};
  for (std::size_t f : products_[part.index].factors) out = times(out, box[f]);
  return out;
}

std::vector<Symbolic::Bool> Products::within(const Box& box) const {
  std::vector<Symbolic::Bool> out;
  auto add = [&](const z3::expr& e) { out.emplace_back(e); };
  for (std::size_t i = 0; i < factors_.size(); ++i) {
    if (box[i].is_point()) {
      add(factors_[i].name == numeral(box[i].low));
      continue;
    }
    add(factors_[i].name >= numeral(box[i].low));
    add(factors_[i].name <= numeral(box[i].high));
  }
  for (const Product& p : products_)
    for (const auto& [left, right] : p.splits) {
      const Interval a = range(left, box), b = range(right, box);
      const z3::expr &x = name_of(left), &y = name_of(right);
      if (a.is_point() || b.is_point()) {
        add(a.is_point() ? p.name == numeral(a.low) * y : p.name == numeral(b.low) * x);
        continue;
      }
      auto envelope = [&](const Wide& u, const Wide& v) {
        return numeral(u) * y + numeral(v) * x - numeral(u * v);
      };
      add(p.name >= envelope(a.low, b.low));
      add(p.name >= envelope(a.high, b.high));
      add(p.name <= envelope(a.high, b.low));
      add(p.name <= envelope(a.low, b.high));
    }
  return out;
}

Wide Products::value(const z3::model& model, std::size_t factor) const {
  return wide_of(model.eval(factors_[factor].name, true));
}

std::optional<std::size_t> Products::wrong(const z3::model& model) const {
  for (std::size_t p = 0; p < products_.size(); ++p) {
    Wide product = 1;
    for (std::size_t f : products_[p].factors) product *= value(model, f);
    if (product != wide_of(model.eval(products_[p].name, true))) return p;
  }
  return std::nullopt;
}

bool Products::independent(const std::vector<std::size_t>& free) const {
  for (const Product& p : products_) {
    std::ptrdiff_t count = 0;
    for (std::size_t f : free) count += std::count(p.factors.begin(), p.factors.end(), f);
    if (count > 1) return false;
  }
  return true;
}

}  // namespace capmarket::smt
