// What follows for values from the factors that they share: a price, a quantity, a length. Each
// holds in every real case, and is linear, so that no search over products is needed for it.
#include <algorithm>

#include "verify/question/symbolic_request.h"

namespace capmarket::question {

using smt::num;

/// With R what is released of the victim in unit-nanoseconds, v its price, p and S those of the
/// leg: V(R) < v R / hour + 1, p S / hour < V(S) + 1, and R <= S where no more is released than the
/// leg asks for. So k v <= p gives k (V(R) - 1) < V(S) + 1.
std::vector<smt::Symbolic::Bool> SymbolicRequest::value_beside_leg(
    const std::vector<std::int64_t>& multiples) const {
  std::vector<smt::Symbolic::Bool> out;
  const smt::Symbolic::Int &mine = ints_[at("value")].value,
                           &theirs = ints_[at("victim.value")].value,
                           &price = ints_[at("victim.price")].value;
  for (std::int64_t k : multiples)
    out.push_back(!released_within_leg() || price * num(k) > price_ ||
                  theirs * num(k) <= mine + num(k));
  return out;
}

/// With W the whole grant: v W / hour < V(W) + 1, and just V(W) where lengths are whole hours. Where
/// R is at most e / d of W, so is v R of v W: d V(R) < e (V(W) + 1) + d.
smt::Symbolic::Bool SymbolicRequest::value_at_most(std::int64_t e, std::int64_t d) const {
  const smt::Symbolic::Int &part = ints_[at("victim.value")].value,
                           &whole = ints_[at("victim.whole_value")].value;
  const RequestBounds& b = victim_bounds_;
  const bool hours = victim_step_ % kNanosPerHour == 0 ||
                     (b.length_min == b.length_max && b.length_max % kNanosPerHour == 0);
  return part * num(d) < (whole + num(hours ? 0 : 1)) * num(e) + num(d);
}

std::vector<smt::Symbolic::Bool> SymbolicRequest::value_beside_whole(
    std::vector<std::int64_t> lengths) const {
  std::vector<smt::Symbolic::Bool> out;
  const smt::Symbolic::Int &from = ints_[at("victim.start")].value,
                           &length = ints_[at("victim.length")].value;
  lengths.push_back(victim_bounds_.length_max);
  lengths.push_back(victim_bounds_.length_min);
  if (on_grid()) lengths.push_back(bounds_.length_max * step_);
  std::sort(lengths.begin(), lengths.end());
  lengths.erase(std::unique(lengths.begin(), lengths.end()), lengths.end());
  // Of what has begun the protected first part is not released.
  for (std::size_t i = 0; i < origins_.size(); ++i) {
    const Origin& o = origins_[i];
    const auto& floor = version_of(subject_, o.version).tiers[o.tier].min_run;
    for (std::int64_t d : lengths)
      if (floor && 0 < floor->value && floor->value < d)
        out.push_back(!victim_is(o.version, o.tier) || admission_ < from || length > num(d) ||
                      value_at_most(d - floor->value, d));
  }
  // A part of so many hours of a grant of so many.
  for (std::int64_t d : lengths)
    for (std::int64_t e : lengths)
      if (0 < e && e < d)
        out.push_back(release_until_ - release_from_ > num(e) || length < num(d) ||
                      value_at_most(e, d));
  return out;
}

}  // namespace capmarket::question
