// What the steps before left: load, live pieces, what each step may still take.
#include <algorithm>

#include "verify/hunt/history.h"
#include "verify/hunt/history_terms.h"

namespace capmarket::hunt {

smt::Symbolic::Bool History::takes_from(std::size_t i, std::size_t j) const {
  return moves_[i].takes() && moves_[i].whose == num(static_cast<std::int64_t>(j));
}

smt::Symbolic::Int History::load(std::size_t after, const smt::Symbolic::Int& t) const {
  smt::Symbolic::Int sum = num(0);
  for (std::size_t i = 0; i <= after; ++i) {
    const Move& m = moves_[i];
    sum = sum + inside(t, m.row("start"), m.row("until"), m.settles(), m.row("quantity"));
    if (i > 0) sum = sum - inside(t, m.take_from, m.take_until, m.frees(), m.take);
  }
  return sum;
}

smt::Symbolic::Int History::load_of(std::int64_t tier, std::size_t after,
                                    const smt::Symbolic::Int& t) const {
  smt::Symbolic::Int sum = num(0);
  for (std::size_t i = 0; i <= after; ++i) {
    const Move& m = moves_[i];
    sum = sum + inside(t, m.row("start"), m.row("until"), m.settles() && m.tier == num(tier),
                       m.row("quantity"));
    if (i > 0)
      sum = sum - inside(t, m.take_from, m.take_until, m.frees() && m.of_tier == num(tier), m.take);
  }
  return sum;
}

smt::Symbolic::Int History::live(std::size_t j, std::size_t before,
                                 const smt::Symbolic::Int& t) const {
  const Move& g = moves_[j];
  smt::Symbolic::Int sum =
      inside(t, g.row("start"), g.row("until"), g.settles(), g.row("quantity"));
  for (std::size_t i = j + 1; i < before; ++i)
    sum = sum -
          inside(t, moves_[i].take_from, moves_[i].take_until, takes_from(i, j), moves_[i].take);
  return sum;
}

std::vector<smt::Symbolic::Int> History::breakpoints(std::size_t upto, bool falls) const {
  std::vector<smt::Symbolic::Int> out;
  for (std::size_t i = 0; i <= upto; ++i) {
    out.push_back(moves_[i].row("start"));
    if (i > 0) out.push_back(moves_[i].take_until);
    if (falls) out.push_back(moves_[i].row("until"));
    if (falls && i > 0) out.push_back(moves_[i].take_from);
  }
  return out;
}

/// INV-1's guard: at each start, the load with this step's leg and releases fits.
void History::capacity(std::size_t i) {
  const Move& m = moves_[i];
  for (const smt::Symbolic::Int& t : breakpoints(i, false))
    in_state(!(m.settles() && m.row("start") <= t && t < m.row("until")) ||
             load(i, t) <= declared_);
}

smt::Symbolic::Int History::set_aside_excess(std::size_t i, std::int64_t tier,
                                             const smt::Symbolic::Int& t) const {
  smt::Symbolic::Int sum = load(i, t) - declared_;
  for (std::size_t o = 0; o < rule().tiers.size(); ++o) {
    const rules::Tier& other = rule().tiers[o];
    const auto number = static_cast<std::int64_t>(o);
    if (number == tier || other.set_aside.value == 0) continue;
    smt::Symbolic::Int kept =
        smt::Symbolic::mul_div_floor(declared_, other.set_aside.value, kFullRatio);
    sum = sum + max_of<smt::Symbolic>(num(0), kept - load_of(number, i, t));
  }
  return sum;
}

/// What the user of step `i` has live of the tier before it, on the one declaration that there is.
smt::Symbolic::Int History::live_of_user(std::size_t i, std::int64_t tier,
                                         const smt::Symbolic::Int& t) const {
  smt::Symbolic::Int sum = num(0);
  for (std::size_t j = 0; j < i; ++j)
    sum =
        sum + smt::Symbolic::select(moves_[j].user == moves_[i].user && moves_[j].tier == num(tier),
                                    live(j, i, t), num(0));
  return sum;
}

void History::quotas(std::size_t i) {
  const Move& m = moves_[i];
  const std::vector<rules::Tier>& tiers = rule().tiers;
  const bool any_kept = std::any_of(tiers.begin(), tiers.end(),
                                    [](const rules::Tier& t) { return t.set_aside.value != 0; });
  for (std::size_t t = 0; t < tiers.size(); ++t) {
    const auto number = static_cast<std::int64_t>(t);
    smt::Symbolic::Bool here = m.settles() && m.tier == num(number);
    for (const smt::Symbolic::Int& at : breakpoints(i, true)) {
      smt::Symbolic::Bool counts = here && m.row("start") <= at && at < m.row("until");
      if (tiers[t].quota)
        in_state(!counts ||
                 load_of(number, i, at) <= smt::Symbolic::mul_div_floor(declared_, tiers[t].quota->value,
                                                                        kFullRatio));
      if (tiers[t].user_quota)
        in_state(!counts || live_of_user(i, number, at) + m.row("quantity") <=
                                num(tiers[t].user_quota->value));
      if (any_kept) in_state(!counts || set_aside_excess(i, number, at) <= num(0));
    }
  }
}

/// Step `i` takes from the grant of step `j`: what is known of it, and what is left of it.
void History::taking(std::size_t i, std::size_t j) {
  const Move& m = moves_[i];
  const Move& g = moves_[j];
  smt::Symbolic::Bool here = takes_from(i, j);
  auto when_here = [&](const smt::Symbolic::Bool& b) { premise(!here || b); };
  when_here(g.settles());
  when_here(m.of_tier == g.tier);
  when_here(m.of_price == g.row("price") && m.of_worth == g.row("value"));
  when_here(m.of_from == g.row("start") && m.of_until == g.row("until"));
  when_here(m.of_quantity == g.row("quantity"));
  smt::Symbolic::Int times = num(0), taken = num(0);
  for (std::size_t n = j + 1; n < i; ++n) {
    smt::Symbolic::Bool before = takes_from(n, j);
    times =
        times + smt::Symbolic::select(before && moves_[n].is(MoveKind::displace), num(1), num(0));
    taken = taken + smt::Symbolic::select(before, moves_[n].worth, num(0));
  }
  if (options_.open_past)
    when_here(times <= m.of_times);
  else
    when_here(m.of_times == times);
  // Parts add up to the whole, and the whole is worth what it is.
  when_here(taken + m.worth <= m.of_worth);
  smt::Symbolic::Bool whole =
      m.take_from == m.of_from && m.take_until == m.of_until && m.take == m.of_quantity;
  // A unit of a granule is worth something at the least price.
  const auto least =
      value_of(Money(static_cast<std::int64_t>(g.request.row(expr::variable_row("price")).low)),
               volume_of(Quantity(1), Duration(step_)));
  if (least && (!options_.relaxed || options_.pieces_on_grid))
    when_here(num(least->value) <= m.worth);
  // Relaxed, it may lie in pieces with gaps.
  if (!options_.relaxed) when_here(!whole || m.worth == m.of_worth);
  when_here(m.of_from <= m.take_from && m.take_from < m.take_until && m.take_until <= m.of_until &&
            m.take <= m.of_quantity);
  when_here(m.is(MoveKind::displace) || m.waited == m.at - g.at + g.waited);
  if (options_.relaxed) return any_part(i, j);
  victims_part(i, j);
  part_of_live(i, j);
}

/// Of the pieces that are taken: the first instant, the last, the most. What is left of the grant
/// besides is free.
void History::any_part(std::size_t i, std::size_t j) {
  const Move& m = moves_[i];
  const smt::Symbolic::Bool here = takes_from(i, j);
  auto rule_here = [&](const smt::Symbolic::Bool& b) {
    premise(!(m.is(MoveKind::displace) && here) || b);
  };
  const smt::Symbolic::Int reach = max_of<smt::Symbolic>(m.row("start"), m.rounded);
  rule_here(max_of<smt::Symbolic>(reach, floor(i)) <= m.part_from && m.part_from <= m.take_from);
  rule_here(m.take_until <= m.row("until"));
  rule_here(m.take <= m.piece && m.piece <= m.of_quantity);
}

/// The part of a victim that may be released: what is live of it in the reach and from its floor on.
void History::victims_part(std::size_t i, std::size_t j) {
  const Move& m = moves_[i];
  auto rule_here = [&](const smt::Symbolic::Bool& b) {
    premise(!(m.is(MoveKind::displace) && takes_from(i, j)) || b);
  };
  const smt::Symbolic::Int reach = max_of<smt::Symbolic>(m.row("start"), m.rounded);
  const smt::Symbolic::Int from = max_of<smt::Symbolic>(reach, floor(i)), &until = m.row("until");
  rule_here(from <= m.part_from && m.part_from < until);
  rule_here(num(1) <= m.piece && num(1) <= live(j, i, m.part_from));
  rule_here(m.part_from <= m.take_from && m.take_until <= until);
  rule_here(m.take <= m.piece);
  // Where what is live of it may rise.
  std::vector<smt::Symbolic::Int> rises = {from, moves_[j].row("start")};
  for (std::size_t n = j + 1; n < i; ++n) rises.push_back(moves_[n].take_until);
  std::vector<smt::Symbolic::Bool> reached;
  for (const smt::Symbolic::Int& t : rises) {
    const smt::Symbolic::Int there = live(j, i, t);
    const smt::Symbolic::Bool inside_part = from <= t && t < until;
    rule_here(!inside_part || there <= m.piece);
    rule_here(!(inside_part && t < m.part_from) || there == num(0));
    reached.push_back(inside_part && there == m.piece);
  }
  rule_here(smt::any_of(reached));
}

/// What is taken is live at every instant of it.
void History::part_of_live(std::size_t i, std::size_t j) {
  const Move& m = moves_[i];
  smt::Symbolic::Bool here = takes_from(i, j);
  premise(!here || m.take <= live(j, i, m.take_from));
  for (std::size_t n = j + 1; n < i; ++n) {
    const smt::Symbolic::Int& t = moves_[n].take_from;
    premise(!(here && m.take_from <= t && t < m.take_until) || m.take <= live(j, i, t));
  }
  // What is given back lies ahead.
  premise(!(here && m.is(MoveKind::give_back)) || m.rounded <= m.take_from);
}

}  // namespace capmarket::hunt
