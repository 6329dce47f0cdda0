#include "verify/theorems/exact_cover.h"

#include <fmt/format.h>

#include "model/admission/clauses.h"
#include "verify/theorems/cover_conjuncts.h"

namespace capmarket::theorems::exact_cover {
namespace {

using D = smt::Symbolic;

Int at_least_zero(const Int& x) { return max_of<D>(x, zero()); }

Granule fresh_granule(const std::string& name) {
  auto fresh = [&](const std::string& what) { return Int::fresh(name + "." + what); };
  Granule g;
  g.at = fresh("at"), g.load = fresh("load"), g.shared_load = fresh("shared_load");
  g.reserved = fresh("reserved");
  for (std::size_t j = 0; j < kTiers; ++j) g.tier_load[j] = fresh(fmt::format("tier_load{}", j));
  for (std::size_t c = 0; c < kCandidates; ++c) {
    g.has[c] = fresh(fmt::format("has{}", c));
    for (Step s : kSteps) {
      g.present[s][c] = Bool::fresh(fmt::format("{}.present{}.{}", name, static_cast<int>(s), c));
      g.share[s][c] = fresh(fmt::format("share{}.{}", static_cast<int>(s), c));
    }
  }
  return g;
}

}  // namespace

ExactCover::ExactCover() {
  for (std::size_t k = 0; k < kInstants; ++k)
    granules_[k] = fresh_granule(fmt::format("exact.granule{}", k));
  for (std::size_t c = 0; c < kCandidates; ++c)
    tier_[c] = Int::fresh(fmt::format("exact.tier{}", c));
  for (std::size_t j = 0; j < kTiers; ++j)
    set_aside_[j] = Int::fresh(fmt::format("exact.set_aside{}", j));
  set_asides_ = Bool::fresh("exact.set_asides");
  pro_rata_ = Bool::fresh("exact.pro_rata");
}

Bool ExactCover::in_reach(std::size_t k) const {
  const Int& t = granules_[k].at;
  return leg().from <= t && facts().admission <= t && t < leg().until;
}

Bool ExactCover::is_candidate(std::size_t c) const {
  const auto& v = victim(c);
  auto elsewhere = v.same_infrastructure && coordinated() && v.coordinated;
  return (v.same_declaration || elsewhere) && v.rank < leg().rank && v.version_fits && v.when;
}

Bool ExactCover::able(std::size_t k, std::size_t c) const {
  return is_candidate(c) && !(victim(c).started && granules_[k].at < victim(c).floor_until);
}

Bool ExactCover::present_at_all(std::size_t c) const {
  std::vector<Bool> any;
  for (const Granule& g : granules_)
    for (Step s : kSteps) any.push_back(g.present[s][c]);
  return smt::any_of(any);
}

Bool ExactCover::any_present() const {
  std::vector<Bool> any;
  for (std::size_t c = 0; c < kCandidates; ++c) any.push_back(present_at_all(c));
  return smt::any_of(any);
}

Int ExactCover::gives(std::size_t k, Step s, std::size_t c) const {
  return D::select(granules_[k].present[s][c], part(k, s, c).released, zero());
}

Int ExactCover::given(std::size_t k, Step s) const {
  Int sum = zero();
  for (std::size_t c = 0; c < kCandidates; ++c) sum = sum + gives(k, s, c);
  return sum;
}

Int ExactCover::given_here(std::size_t k, Step s) const {
  Int sum = zero();
  for (std::size_t c = 0; c < kCandidates; ++c)
    sum = sum + D::select(victim(c).same_declaration, gives(k, s, c), zero());
  return sum;
}

Int ExactCover::in_tier(std::size_t c, std::size_t tier, const Int& amount) const {
  auto here = victim(c).same_declaration && tier_[c] == smt::num(static_cast<std::int64_t>(tier));
  return D::select(here, amount, zero());
}

Int ExactCover::above_set_aside(std::size_t k, std::size_t tier) const {
  return at_least_zero(granules_[k].tier_load[tier] - set_aside_[tier]);
}

/// Before anything is given, or after all is.
Int ExactCover::unused_set_asides(std::size_t k, bool after) const {
  Int sum = granules_[k].reserved;
  for (std::size_t j = 0; j < kTiers; ++j) {
    Int released = zero();
    for (std::size_t c = 0; after && c < kCandidates; ++c)
      released = released + in_tier(c, j, gives(k, own, c) + gives(k, shared, c));
    sum = sum + at_least_zero(set_aside_[j] - (granules_[k].tier_load[j] - released));
  }
  return D::select(set_asides_, sum, zero());
}

Int ExactCover::own_lack(std::size_t k) const {
  return at_least_zero(granules_[k].load + leg().quantity + unused_set_asides(k, false));
}

Int ExactCover::shared_lack(std::size_t k) const {
  Int lacks = at_least_zero(leg().quantity + min_of<D>(granules_[k].shared_load, zero()));
  return D::select(coordinated(), lacks, zero());
}

Int ExactCover::lack(std::size_t k, Step s) const {
  return s == own ? own_lack(k) : at_least_zero(shared_lack(k) - given(k, own));
}

/// In the first step at most what those of its tier before it leave above the tier's set-aside.
Int ExactCover::could(std::size_t k, Step s, std::size_t c) const {
  const Int& has = granules_[k].has[c];
  if (s == shared)
    return D::select(able(k, c), at_least_zero(has - gives(k, own, c)), zero());
  Int most = has;
  for (std::size_t j = 0; j < kTiers; ++j) {
    Int left = above_set_aside(k, j);
    for (std::size_t before = 0; before < c; ++before)
      left = left - in_tier(before, j, could(k, own, before));
    auto of_tier = set_asides_ && tier_[c] == smt::num(static_cast<std::int64_t>(j));
    most = D::select(of_tier, min_of<D>(most, at_least_zero(left)), most);
  }
  return D::select(able(k, c) && victim(c).same_declaration, most, zero());
}

Bool ExactCover::before(std::size_t other, std::size_t c) const {
  return D::boolean(other < c) && (!pro_rata_ || victim(other).rank < victim(c).rank);
}

/// Candidates are in order; tiers have what the candidates have.
void ExactCover::tie_state(std::vector<Bool>& out) const {
  for (std::size_t c = 0; c < kCandidates; ++c) {
    if (c > 0) out.push_back(victim(c - 1).rank <= victim(c).rank);
    out.push_back(zero() <= tier_[c] && tier_[c] < smt::num(kTiers));
    out.push_back(zero() <= victim(c).refund);
  }
  for (std::size_t j = 0; j < kTiers; ++j) out.push_back(zero() <= set_aside_[j]);
}

void ExactCover::tie_granule(std::vector<Bool>& out, std::size_t k) const {
  const Granule& g = granules_[k];
  if (k > 0) out.push_back(granules_[k - 1].at < g.at);
  out.push_back(zero() <= g.reserved);
  for (std::size_t j = 0; j < kTiers; ++j) {
    Int live = zero();
    for (std::size_t c = 0; c < kCandidates; ++c) live = live + in_tier(c, j, g.has[c]);
    out.push_back(live <= g.tier_load[j]);
  }
  for (std::size_t c = 0; c < kCandidates; ++c) {
    out.push_back(zero() <= g.has[c]);
    // The first step is of the leg's own declaration.
    out.push_back(implies<D>(g.present[own][c], victim(c).same_declaration));
    for (Step s : kSteps) tie_part(out, k, s, c);
  }
}

/// A part over one granule: what is least and most over it is what is there.
void ExactCover::tie_part(std::vector<Bool>& out, std::size_t k, Step s, std::size_t c) const {
  const auto& p = part(k, s, c);
  const Granule& g = granules_[k];
  out.push_back(p.from == g.at && p.until == g.at + smt::num(1));
  out.push_back(implies<D>(g.present[s][c], victim(c).notice <= g.at - facts().admission));
  out.push_back(p.live == (s == own ? g.has[c] : g.has[c] - gives(k, own, c)));
  out.push_back(p.lack_short == lack(k, s) - given(k, s) + smt::num(1));
  Int most = zero();
  for (std::size_t other = 0; other < c; ++other)
    most = max_of<D>(most, D::select(before(other, c), could(k, s, other) - gives(k, s, other),
                                     zero()));
  out.push_back(p.earlier == most);
  Int error = max_of<D>(p.released - g.share[s][c], g.share[s][c] - p.released);
  out.push_back(p.share_error == D::select(pro_rata_, error, zero()));
}

/// Each excess is at least what it is at this instant of the window.
void ExactCover::tie_excesses(std::vector<Bool>& out, std::size_t k) const {
  const Granule& g = granules_[k];
  auto in_window = leg().from <= g.at && g.at < leg().until;
  Int here = given_here(k, own) + given_here(k, shared);
  Int all = given(k, own) + given(k, shared);
  out.push_back(implies<D>(in_window, g.load - here <= leg().excess));
  out.push_back(implies<D>(in_window && set_asides_, g.load - here + unused_set_asides(k, true) <=
                                                         leg().set_aside_excess));
  out.push_back(
      implies<D>(in_window, min_of<D>(g.shared_load, zero()) - all <= leg().shared_excess));
}

std::vector<Bool> ExactCover::given_state(std::optional<admission::ClauseId> without) {
  std::vector<Bool> out = smt::wire_bounds(a_.facts);
  for (const auto& r : admission::evaluate_clauses<D>(a_.facts))
    if (r.id != without && r.id != admission::ClauseId::displacement)
      out.push_back(r.clause.resolved && r.clause.holds);
  tie_state(out);
  for (std::size_t k = 0; k < kInstants; ++k) tie_granule(out, k), tie_excesses(out, k);
  return out;
}

Bool ExactCover::small() const {
  std::vector<Int> values(set_aside_.begin(), set_aside_.end());
  for (std::size_t k = 0; k < kInstants; ++k) {
    const Granule& g = granules_[k];
    values.insert(values.end(), {g.load, g.shared_load, g.reserved});
    values.insert(values.end(), g.tier_load.begin(), g.tier_load.end());
    values.insert(values.end(), g.has.begin(), g.has.end());
    for (std::size_t c = 0; c < kCandidates; ++c)
      for (Step s : kSteps) values.push_back(part(k, s, c).released);
  }
  return inv1::replayable(values);
}

admission::LegFacts<smt::Symbolic> ExactCover::leg_of_present() const {
  admission::LegFacts<smt::Symbolic> out = leg();
  for (std::size_t c = 0; c < kCandidates; ++c) {
    auto& v = out.victims[c];
    auto here = present_at_all(c);
    v.own_compensation = D::select(here, v.own_compensation, zero());
    v.victim_compensation = D::select(here, v.victim_compensation, zero());
    v.refund = D::select(here, v.refund, zero());
  }
  return out;
}

Int ExactCover::owed() const {
  Int sum = zero();
  for (const auto& v : leg_of_present().victims)
    sum = sum + admission::clause::compensation_of<D>(v);
  return sum;
}

Int ExactCover::refunds() const {
  Int sum = zero();
  for (const auto& v : leg_of_present().victims) sum = sum + v.refund;
  return sum;
}

Int ExactCover::victims() const {
  Int sum = zero();
  for (std::size_t c = 0; c < kCandidates; ++c)
    sum = sum + D::select(present_at_all(c), smt::num(1), zero());
  return sum;
}

/// A leg with one part is the clause over that part; the limits are over all that is present.
std::vector<Bool> ExactCover::clause() const {
  const auto& l = leg();
  std::vector<Bool> out;
  for (std::size_t c = 0; c < kCandidates; ++c)
    for (std::size_t k = 0; k < kInstants; ++k)
      for (Step s : kSteps) {
        admission::VictimFacts<D> one = victim(c);
        one.parts = {part(k, s, c)};
        out.push_back(implies<D>(granules_[k].present[s][c],
                                 admission::clause::victim_is_right<D>(facts(), l, one)));
      }
  auto limits = l.displace_named && !facts().user_overdue && owed() <= l.compensation_at_most &&
                refunds() <= l.refund_at_most && victims() <= facts().victims_at_most &&
                l.pieces <= facts().pieces_at_most;
  out.push_back(implies<D>(any_present(), limits));
  return out;
}

std::vector<Bool> ExactCover::clause_but(std::string_view without) const {
  std::vector<Bool> out;
  auto add = [&](const Bool& present, const std::vector<CoverConjunct>& all) {
    for (const CoverConjunct& c : all)
      if (c.name != without && c.name != "victims") out.push_back(implies<D>(present, c.holds));
  };
  for (std::size_t c = 0; c < kCandidates; ++c)
    for (std::size_t k = 0; k < kInstants; ++k)
      for (Step s : kSteps) {
        const Bool& present = granules_[k].present[s][c];
        add(present, victim_conjuncts(leg(), victim(c)));
        add(present, part_conjuncts(facts(), leg(), victim(c), part(k, s, c)));
      }
  add(any_present(), leg_conjuncts(facts(), leg_of_present()));
  if (without != "victims")
    out.push_back(implies<D>(any_present(), victims() <= facts().victims_at_most));
  return out;
}

admission::SettlementFacts<Concrete> ExactCover::concrete(const z3::model& m) const {
  admission::SettlementFacts<Concrete> out = a_.concrete(m);
  std::vector<admission::VictimFacts<Concrete>> kept;
  for (std::size_t c = 0; c < kCandidates; ++c) {
    admission::VictimFacts<Concrete> v = out.legs[0].victims[c];
    std::vector<admission::CoverPartFacts<Concrete>> parts;
    for (Step s : kSteps)
      for (std::size_t k = 0; k < kInstants; ++k)
        if (smt::value_in(m, granules_[k].present[s][c]))
          parts.push_back(v.parts[s * kInstants + k]);
    v.parts = std::move(parts);
    if (!v.parts.empty()) kept.push_back(std::move(v));
  }
  out.legs[0].victims = std::move(kept);
  return out;
}

}  // namespace capmarket::theorems::exact_cover
