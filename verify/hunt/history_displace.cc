// What admission asks of a displacement, and the values that expressions read of a step.
#include <algorithm>

#include "verify/hunt/history.h"
#include "verify/hunt/history_terms.h"

namespace capmarket::hunt {

smt::Symbolic::Int History::rank_of(const smt::Symbolic::Int& tier) const {
  smt::Symbolic::Int out = num(rule().tiers[0].rank);
  for (std::size_t t = 1; t < rule().tiers.size(); ++t)
    out = smt::Symbolic::select(tier == num(static_cast<std::int64_t>(t)),
                                num(rule().tiers[t].rank), out);
  return out;
}

expr::Bindings<question::CheckedSymbolic> History::bindings(std::size_t i, std::size_t tier,
                                                            bool chooses) const {
  const Move& m = moves_[i];
  const std::vector<rules::Tier>& tiers = rule().tiers;
  expr::Bindings<question::CheckedSymbolic> b = m.request.bindings(tier);
  auto set = [&](const char* row, const smt::Symbolic::Int& term, Int128 low, Int128 high) {
    b.ints[at(row)] = question::CheckedSymbolic::within(term, static_cast<std::int64_t>(low),
                                                        static_cast<std::int64_t>(high));
  };
  auto high = [&](const char* row) { return m.request.row(expr::variable_row(row)).high; };
  smt::Symbolic::Int name = num(subject_.world.name_index(tiers[0].name));
  for (std::size_t t = 1; t < tiers.size(); ++t)
    name = smt::Symbolic::select(m.of_tier == num(static_cast<std::int64_t>(t)),
                                 num(subject_.world.name_index(tiers[t].name)), name);
  auto [least, most] = std::minmax_element(
      tiers.begin(), tiers.end(),
      [](const rules::Tier& x, const rules::Tier& y) { return x.rank < y.rank; });
  const std::int64_t span = end_ - begin_.value;
  set("victim.tier", name, 0, static_cast<std::int64_t>(subject_.world.names.size()));
  set("victim.rank", rank_of(m.of_tier), least->rank, most->rank);
  set("victim.quantity", m.piece, 0, high("quantity"));
  set("victim.price", m.of_price, 0, high("price"));
  set("victim.value", m.worth, 0, std::max<Int128>(0, high("value")));
  set("victim.whole_value", m.of_worth, 0, std::max<Int128>(0, high("value")));
  set("victim.start", m.of_from, begin_.value - step_, end_ + step_);
  set("victim.until", m.of_until, begin_.value - step_, end_ + step_);
  set("victim.length", m.of_until - m.of_from, -span - 2 * step_, span + 2 * step_);
  set("victim.times_displaced", m.of_times, 0,
      options_.open_past ? Int128{question::kTimesDisplacedMax} : Int128(i));
  set("notice", (chooses ? m.part_from : m.take_from) - m.at, -span - 2 * step_, span + 2 * step_);
  set("released", m.take, 0, high("quantity"));
  set("request.waited", m.waited, 0, kWireMax);
  b.bools[at("victim.started")] = {m.of_from <= m.at, std::nullopt};
  return b;
}

expr::Bindings<question::CheckedSymbolic> History::refused_bindings(std::size_t i,
                                                                    std::size_t tier) const {
  const Move& m = moves_[i];
  expr::Bindings<question::CheckedSymbolic> b = m.refused.bindings(tier);
  b.ints[at("request.waited")] = question::CheckedSymbolic::within(m.waited, 0, kWireMax);
  return b;
}

smt::Symbolic::Bool History::higher_rank(std::size_t i) const {
  return rank_of(moves_[i].of_tier) < rank_of(moves_[i].tier);
}

smt::Symbolic::Bool History::when(std::size_t i) const {
  const Move& m = moves_[i];
  std::vector<smt::Symbolic::Bool> any;
  for (std::size_t t = 0; t < rule().tiers.size(); ++t) {
    const auto& displaces = rule().tiers[t].displaces;
    if (!displaces) continue;
    expr::Bindings<question::CheckedSymbolic> b = bindings(i, t);
    question::CheckedSymbolic::Int owed = max_of<question::CheckedSymbolic>(
        expr::evaluate_int<question::CheckedSymbolic>(displaces->compensation, b),
        question::CheckedSymbolic::integer(0));
    any.push_back(m.tier == num(static_cast<std::int64_t>(t)) &&
                  question::CheckedSymbolic::holds(
                      expr::evaluate_bool<question::CheckedSymbolic>(displaces->when,
                                                                     bindings(i, t, true))) &&
                  !question::CheckedSymbolic::poisoned(owed.poison) && m.owed == owed.value);
  }
  return smt::any_of(any);
}

/// Before its cover, what the leg lacks at `t` under that tier; below zero where something is free.
/// Everything stands on the grid: a granule is one instant.
smt::Symbolic::Int History::lack(std::size_t i, std::size_t tier,
                                 const smt::Symbolic::Int& t) const {
  const Move& m = moves_[i];
  auto released = [&](const smt::Symbolic::Bool& also) {
    return inside(t, m.take_from, m.take_until, m.is(MoveKind::displace) && also, m.take);
  };
  smt::Symbolic::Int sum = load(i, t) + released(smt::Symbolic::boolean(true)) - declared_;
  for (std::size_t o = 0; o < rule().tiers.size(); ++o) {
    const BasisPoints share = rule().tiers[o].set_aside;
    const auto other = static_cast<std::int64_t>(o);
    if (o == tier || share.value == 0) continue;
    smt::Symbolic::Int kept = smt::Symbolic::mul_div_floor(declared_, share.value, kFullRatio);
    smt::Symbolic::Int used = load_of(other, i, t) + released(m.of_tier == num(other));
    sum = sum + max_of<smt::Symbolic>(num(0), kept - used);
  }
  return sum;
}

smt::Symbolic::Bool History::exact(std::size_t i) const {
  const Move& m = moves_[i];
  const smt::Symbolic::Int from = max_of<smt::Symbolic>(m.row("start"), m.rounded);
  std::vector<smt::Symbolic::Int> instants = breakpoints(i, true);
  instants.push_back(from);
  std::vector<smt::Symbolic::Bool> all;
  for (const smt::Symbolic::Int& t : instants)
    for (std::size_t own = 0; own < rule().tiers.size(); ++own) {
      smt::Symbolic::Bool counts =
          m.tier == num(static_cast<std::int64_t>(own)) && from <= t && t < m.row("until");
      smt::Symbolic::Bool inside_part = m.take_from <= t && t < m.take_until;
      smt::Symbolic::Int lacking = lack(i, own, t);
      all.push_back(!(counts && inside_part) || lacking == m.take);
      all.push_back(!counts || inside_part || lacking <= num(0));
    }
  return smt::all_of(all);
}

/// The victim's floor, where its grant began by admission; else before everything.
smt::Symbolic::Int History::floor(std::size_t i) const {
  const Move& m = moves_[i];
  smt::Symbolic::Int out = num(-kWireMax);
  for (std::size_t t = 0; t < rule().tiers.size(); ++t)
    if (const auto& least = rule().tiers[t].min_run)
      out = smt::Symbolic::select(
          m.of_tier == num(static_cast<std::int64_t>(t)) && m.of_from <= m.at,
          m.of_from + num(least->value), out);
  return out;
}

void History::displacing(std::size_t i) {
  const Move& m = moves_[i];
  if (i == 0) return premise(!m.is(MoveKind::displace));
  const bool some = std::any_of(rule().tiers.begin(), rule().tiers.end(),
                                [](const rules::Tier& t) { return t.displaces.has_value(); });
  if (!some) return premise(!m.is(MoveKind::displace));
  auto here = [&](const smt::Symbolic::Bool& b) { premise(!m.is(MoveKind::displace) || b); };
  here(higher_rank(i));
  here(when(i));
  if (!options_.relaxed) in_state(!m.is(MoveKind::displace) || exact(i));
  for (std::size_t t = 0; t < rule().tiers.size(); ++t)
    if (!subject_.keeps_for_others(t))
      here(m.tier != num(static_cast<std::int64_t>(t)) || m.take <= m.row("quantity"));
  for (std::size_t t = 0; t < rule().tiers.size(); ++t)
    if (const auto& d = rule().tiers[t].displaces; d && d->stop_within)
      here(m.tier != num(static_cast<std::int64_t>(t)) ||
           num(d->stop_within->value) <= m.take_from - m.at);
}

/// Tight: nobody who would give way before the victim is live in what is released, nor shares it.
/// That asks more than admission, which lets pass those who are no candidates or protected.
void History::victim_order(std::size_t i) {
  const Move& m = moves_[i];
  for (std::size_t j = 0; j < i; ++j) {
    const Move& other = moves_[j];
    const auto number = num(static_cast<std::int64_t>(j));
    smt::Symbolic::Int rank = rank_of(other.tier), own = rank_of(m.of_tier);
    smt::Symbolic::Bool before = rank < own;
    for (std::size_t t = 0; t < rule().tiers.size(); ++t) {
      if (!rule().tiers[t].displaces) continue;
      smt::Symbolic::Bool first = rank == own;
      switch (rule().tiers[t].displaces->victims) {
        case rules::VictimOrder::latest_first:
          first = first && m.whose < number;
          break;
        case rules::VictimOrder::earliest_first:
          first = first && number < m.whose;
          break;
        case rules::VictimOrder::cheapest:
          first = first && other.row("price") <= m.of_price;
          break;
        case rules::VictimOrder::pro_rata:
        case rules::VictimOrder::lottery:
          break;
      }
      before = before || (m.tier == num(static_cast<std::int64_t>(t)) && first);
    }
    smt::Symbolic::Bool asked = m.is(MoveKind::displace) && m.whose != number && before;
    auto dead = [&](const smt::Symbolic::Int& t) {
      tight_.push_back(!(asked && m.take_from <= t && t < m.take_until) || live(j, i, t) == num(0));
    };
    dead(m.take_from);
    dead(other.row("start"));
    for (std::size_t n = j + 1; n < i; ++n) dead(moves_[n].take_until);
  }
}

}  // namespace capmarket::hunt
