#include "verify/hunt/values.h"

#include <algorithm>
#include <set>

#include "model/base/text.h"
#include "verify/hunt/history_terms.h"

namespace capmarket::hunt {
namespace {

smt::Symbolic::Int wide(Int128 v) {
  return smt::Symbolic::Int(smt::SymbolicScope::context().int_val(to_text(v).c_str()));
}

smt::Symbolic::Bool one_of(const smt::Symbolic::Int& term,
                           const std::vector<std::int64_t>& values) {
  std::vector<smt::Symbolic::Bool> any;
  for (std::int64_t v : values) any.push_back(term == num(v));
  return smt::any_of(any);
}

/// chosen x term, where `chosen` is one of `values`.
smt::Symbolic::Int times(const smt::Symbolic::Int& chosen, const std::vector<std::int64_t>& values,
                         const smt::Symbolic::Int& term) {
  smt::Symbolic::Int out = term * num(values.front());
  for (std::size_t i = 1; i < values.size(); ++i)
    out = smt::Symbolic::select(chosen == num(values[i]), term * num(values[i]), out);
  return out;
}

smt::Symbolic::Int per_hour(const smt::Symbolic::Int& product) {
  return smt::Symbolic::mul_div_floor(product, 1, kNanosPerHour);
}

/// Volumes of a history, by move, however they come about.
struct Volumes {
  std::vector<smt::Symbolic::Int> legs, taken;
};

/// What is left of the grant that move `i` takes from.
void left_of(const History& h, std::size_t i, const Volumes& v, const smt::Symbolic::Int& left,
             std::vector<smt::Symbolic::Bool>& out) {
  for (std::size_t j = 0; j < i; ++j) {
    smt::Symbolic::Int sum = v.legs[j];
    for (std::size_t n = j + 1; n < i; ++n)
      sum = sum - smt::Symbolic::select(h.takes_from(n, j), v.taken[n], num(0));
    out.push_back(!h.takes_from(i, j) || left == sum);
  }
}

void collect(const expr::Expr& e, expr::ExprType type, std::set<std::int64_t>& out) {
  for (const expr::ExprNode& n : e.nodes)
    if (n.op == expr::Op::literal && n.type == type)
      for (std::int64_t d : {-1, 0, 1}) out.insert(n.value + d);
}

std::vector<std::int64_t> grid_of(const History& h, const expr::Expr* claim, expr::ExprType type,
                                  const char* row, std::size_t most) {
  std::set<std::int64_t> all;
  for (const rules::Tier& t : h.rule().tiers) {
    collect(t.eligible, type, all);
    if (t.displaces) collect(t.displaces->when, type, all);
    if (t.displaces) collect(t.displaces->compensation, type, all);
  }
  if (claim != nullptr) collect(*claim, type, all);
  const question::CheckedSymbolic::Int& range = h.move(0).request.row(expr::variable_row(row));
  const auto low = static_cast<std::int64_t>(range.low),
             high = static_cast<std::int64_t>(range.high);
  std::set<std::int64_t> out = {low, high};
  for (std::int64_t v : all)
    if (low < v && v < high && out.size() < most) out.insert(v);
  return {out.begin(), out.end()};
}

/// Fixed prices: nobody pays another one. Of many the least and the largest.
std::vector<std::int64_t> scheduled(const rules::Pricing& p) {
  if (p.mode != rules::PricingMode::fixed) return {};
  if (p.schedule.empty()) return {p.tariff.value};
  std::set<std::int64_t> all;
  for (const rules::TariffEntry& e : p.schedule) all.insert(e.price.value);
  constexpr std::size_t kEnds = 4;
  while (all.size() > 2 * kEnds) all.erase(std::next(all.begin(), kEnds));
  return {all.begin(), all.end()};
}

/// Of the leg that is refused: also literals outside the limits.
void refused_on_grid(const Move& m, const std::vector<std::int64_t>& prices,
                     const std::vector<std::int64_t>& quantities,
                     std::vector<smt::Symbolic::Bool>& out) {
  auto around = [](const std::vector<std::int64_t>& values) {
    std::set<std::int64_t> all(values.begin(), values.end());
    all.insert({values.front() - 1, values.back() + 1});
    return std::vector<std::int64_t>(all.begin(), all.end());
  };
  const std::vector<std::int64_t> p = around(prices), q = around(quantities);
  const smt::Symbolic::Int volume =
      times(m.refused_row("quantity"), q, m.refused_row("until") - m.refused_row("start"));
  out.push_back(!m.is(MoveKind::late) ||
                (one_of(m.refused_row("price"), p) && one_of(m.refused_row("quantity"), q) &&
                 m.refused_row("value") == per_hour(times(m.refused_row("price"), p, volume))));
}

}  // namespace

ValueNeeds value_needs(const std::vector<std::uint8_t>& rows, bool debts) {
  auto reads = [&](const char* row) { return rows[at(row)] != 0; };
  ValueNeeds out;
  out.taken = reads("victim.value") || reads("refund") || reads("penalty");
  out.legs = reads("value") || reads("victim.whole_value") || debts || out.taken;
  return out;
}

std::vector<std::int64_t> grid_prices(const History& h, const expr::Expr* claim) {
  std::vector<std::int64_t> out = grid_of(h, claim, expr::ExprType::money, "price", 6);
  constexpr std::int64_t kOne = 10'000;  // 1.00
  if (out.front() < kOne && kOne < out.back()) out.push_back(kOne);
  // Bounds of the price clause, where limits are wider.
  const rules::Pricing& p = h.rule().pricing;
  if (p.mode != rules::PricingMode::fixed) out.insert(out.end(), {p.floor.value, p.cap.value});
  for (std::int64_t price : scheduled(p)) out.push_back(price);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<std::int64_t> grid_quantities(const History& h, const expr::Expr* claim) {
  return grid_of(h, claim, expr::ExprType::integer, "quantity", 8);
}

std::vector<smt::Symbolic::Bool> exact_on_grid(const History& h, const ValueNeeds& needs,
                                               const std::vector<std::int64_t>& prices,
                                               const std::vector<std::int64_t>& quantities) {
  std::vector<smt::Symbolic::Bool> out;
  Volumes v;
  std::vector<std::int64_t> takes = quantities;
  takes.insert(takes.end(), {0, 1});
  std::sort(takes.begin(), takes.end());
  takes.erase(std::unique(takes.begin(), takes.end()), takes.end());
  for (std::size_t i = 0; i < h.size(); ++i) {
    const Move& m = h.move(i);
    refused_on_grid(m, prices, quantities, out);
    v.legs.push_back(times(m.row("quantity"), quantities, m.row("until") - m.row("start")));
    v.taken.push_back(times(m.take, takes, m.take_until - m.take_from));
    out.push_back(!m.settles() ||
                  (one_of(m.row("price"), prices) && one_of(m.row("quantity"), quantities) &&
                   m.row("value") == per_hour(times(m.row("price"), prices, v.legs[i]))));
    if (!needs.taken || i == 0) continue;
    smt::Symbolic::Int left = smt::Symbolic::Int::fresh(m.request.name() + "left");
    left_of(h, i, v, left, out);
    smt::Symbolic::Int before = per_hour(times(m.of_price, prices, left));
    smt::Symbolic::Int after = per_hour(times(m.of_price, prices, left - v.taken[i]));
    out.push_back(!m.takes() || (one_of(m.take, takes) && m.worth == before - after));
  }
  return out;
}

std::vector<smt::Symbolic::Bool> exact_with_windows(const History& h, const ValueNeeds& needs,
                                                    const z3::model& hint) {
  std::vector<smt::Symbolic::Bool> out;
  auto fixed = [&](const smt::Symbolic::Int& term) {
    std::int64_t value = smt::value_in(hint, term);
    out.push_back(term == num(value));
    return value;
  };
  std::vector<Int128> left(h.size());  // of each grant
  for (std::size_t i = 0; i < h.size(); ++i) {
    const Move& m = h.move(i);
    const auto kind = static_cast<MoveKind>(fixed(m.kind));
    if (kind == MoveKind::late) {
      Int128 volume = Int128{fixed(m.refused_row("quantity"))} *
                      (fixed(m.refused_row("until")) - Int128{fixed(m.refused_row("start"))});
      out.push_back(m.refused_row("value") == per_hour(m.refused_row("price") * wide(volume)));
      continue;
    }
    if (kind == MoveKind::settle || kind == MoveKind::displace) {
      Int128 quantity = fixed(m.row("quantity"));
      Int128 volume = quantity * (fixed(m.row("until")) - Int128{fixed(m.row("start"))});
      left[i] = volume;
      out.push_back(m.row("value") == per_hour(m.row("price") * wide(volume)));
    }
    if (kind == MoveKind::settle || i == 0) continue;
    const auto j = static_cast<std::size_t>(fixed(m.whose));
    Int128 quantity = fixed(m.take);
    Int128 taken = quantity * (fixed(m.take_until) - Int128{fixed(m.take_from)});
    if (needs.taken)
      out.push_back(m.worth == per_hour(m.of_price * wide(left[j])) -
                                   per_hour(m.of_price * wide(left[j] - taken)));
    left[j] -= taken;
  }
  return out;
}

}  // namespace capmarket::hunt
