// What admission asks of a displacement, and the values that expressions read of a step.
#include <algorithm>

#include "verify/hunt/history.h"
#include "verify/hunt/history_terms.h"

namespace capmarket {

using namespace hunt_terms;

Symbolic::Int History::rank_of(const Symbolic::Int& tier) const {
  Symbolic::Int out = num(rule().tiers[0].rank);
  for (std::size_t t = 1; t < rule().tiers.size(); ++t)
    out =
        Symbolic::select(tier == num(static_cast<std::int64_t>(t)), num(rule().tiers[t].rank), out);
  return out;
}

Bindings<Reading> History::bindings(std::size_t i, std::size_t tier) const {
  const Move& m = moves_[i];
  const std::vector<Tier>& tiers = rule().tiers;
  Bindings<Reading> b = m.slot.bindings(tier);
  auto set = [&](const char* row, const Symbolic::Int& term, Int128 low, Int128 high) {
    b.ints[at(row)] =
        Reading::within(term, static_cast<std::int64_t>(low), static_cast<std::int64_t>(high));
  };
  auto high = [&](const char* row) { return m.slot.row(variable_row(row)).high; };
  Symbolic::Int name = num(subject_.world.name_index(tiers[0].name));
  for (std::size_t t = 1; t < tiers.size(); ++t)
    name = Symbolic::select(m.of_tier == num(static_cast<std::int64_t>(t)),
                            num(subject_.world.name_index(tiers[t].name)), name);
  auto [least, most] = std::minmax_element(
      tiers.begin(), tiers.end(), [](const Tier& x, const Tier& y) { return x.rank < y.rank; });
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
  set("victim.times_displaced", m.of_times, 0, static_cast<std::int64_t>(i));
  set("notice", m.take_from - m.at, -span - 2 * step_, span + 2 * step_);
  set("released", m.take, 0, high("quantity"));
  set("request.waited", m.waited, 0, kWireMax);
  b.bools[at("victim.started")] = {m.of_from <= m.at, std::nullopt};
  return b;
}

Symbolic::Bool History::higher_rank(std::size_t i) const {
  return rank_of(moves_[i].of_tier) < rank_of(moves_[i].tier);
}

Symbolic::Bool History::when(std::size_t i) const {
  const Move& m = moves_[i];
  std::vector<Symbolic::Bool> any;
  for (std::size_t t = 0; t < rule().tiers.size(); ++t) {
    const auto& displaces = rule().tiers[t].displaces;
    if (!displaces) continue;
    Bindings<Reading> b = bindings(i, t);
    Reading::Int owed =
        max_of<Reading>(evaluate_int<Reading>(displaces->compensation, b), Reading::integer(0));
    any.push_back(m.tier == num(static_cast<std::int64_t>(t)) &&
                  Reading::holds(evaluate_bool<Reading>(displaces->when, b)) &&
                  !Reading::poisoned(owed.poison) && m.owed == owed.value);
  }
  return any_of(any);
}

/// With one unit less released, the leg does not fit at some instant of what is released.
Symbolic::Bool History::needed(std::size_t i) const {
  const Move& m = moves_[i];
  const std::vector<Tier>& tiers = rule().tiers;
  const bool any_kept =
      std::any_of(tiers.begin(), tiers.end(), [](const Tier& t) { return t.set_aside != 0; });
  std::vector<Symbolic::Int> instants = breakpoints(i, any_kept);
  instants.push_back(m.take_from);
  std::vector<Symbolic::Bool> any;
  for (const Symbolic::Int& t : instants) {
    Symbolic::Bool counts = m.take_from <= t && t < m.take_until;
    any.push_back(counts && load(i, t) >= declared_);
    for (std::size_t own = 0; any_kept && own < tiers.size(); ++own) {
      const auto number = static_cast<std::int64_t>(own);
      Symbolic::Int more = num(1);  // unless it takes from what is kept for the victim's tier
      for (std::size_t o = 0; o < tiers.size(); ++o) {
        const auto other = static_cast<std::int64_t>(o);
        if (o == own || tiers[o].set_aside == 0) continue;
        Symbolic::Int kept = Symbolic::mul_div_floor(declared_, tiers[o].set_aside, kFullWeight);
        more = more - Symbolic::select(m.of_tier == num(other) && load_of(other, i, t) < kept,
                                       num(1), num(0));
      }
      any.push_back(counts && m.tier == num(number) &&
                    set_aside_excess(i, number, t) + more > num(0));
    }
  }
  return any_of(any);
}

void History::displacing(std::size_t i) {
  const Move& m = moves_[i];
  if (i == 0) return premise(!m.is(MoveKind::displace));
  const bool some = std::any_of(rule().tiers.begin(), rule().tiers.end(),
                                [](const Tier& t) { return t.displaces.has_value(); });
  if (!some) return premise(!m.is(MoveKind::displace));
  auto here = [&](const Symbolic::Bool& b) { premise(!m.is(MoveKind::displace) || b); };
  here(higher_rank(i));
  here(when(i));
  in_state(!m.is(MoveKind::displace) || needed(i));
  for (std::size_t t = 0; t < rule().tiers.size(); ++t)
    if (const auto& floor = rule().tiers[t].min_run)
      here(m.of_tier != num(static_cast<std::int64_t>(t)) || m.at < m.of_from ||
           m.of_from + num(floor->value) <= m.take_from);
}

/// Tight: nobody who would give way before the victim is live in what is released. That asks more
/// than admission, which lets pass those who do not meet `when`.
void History::victim_order(std::size_t i) {
  const Move& m = moves_[i];
  for (std::size_t j = 0; j < i; ++j) {
    const Move& other = moves_[j];
    const auto number = num(static_cast<std::int64_t>(j));
    Symbolic::Int rank = rank_of(other.tier), own = rank_of(m.of_tier);
    Symbolic::Bool before = rank < own;
    for (std::size_t t = 0; t < rule().tiers.size(); ++t) {
      if (!rule().tiers[t].displaces) continue;
      Symbolic::Bool first = rank == own;
      switch (rule().tiers[t].displaces->victims) {
        case VictimOrder::latest_first:
          first = first && m.whose < number;
          break;
        case VictimOrder::earliest_first:
          first = first && number < m.whose;
          break;
        case VictimOrder::cheapest:
          first = first && other.row("price") <= m.of_price;
          break;
        case VictimOrder::pro_rata:
        case VictimOrder::lottery:
          break;
      }
      before = before || (m.tier == num(static_cast<std::int64_t>(t)) && first);
    }
    Symbolic::Bool asked = m.is(MoveKind::displace) && m.whose != number && before;
    auto dead = [&](const Symbolic::Int& t) {
      tight_.push_back(!(asked && m.take_from <= t && t < m.take_until) || live(j, i, t) == num(0));
    };
    dead(m.take_from);
    dead(other.row("start"));
    for (std::size_t n = j + 1; n < i; ++n) dead(moves_[n].take_until);
  }
}

}  // namespace capmarket
