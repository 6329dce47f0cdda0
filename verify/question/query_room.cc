// What quotas and set-asides leave for a leg and take of a victim, whatever a declaration's size:
// docs/spec/semantics.md#excess, docs/spec/semantics.md#cover.
#include <algorithm>

#include "verify/question/query.h"

namespace capmarket::question {
namespace {

using smt::num;

/// Declarations of ten thousand times this much cut into shares without a remainder.
constexpr std::int64_t kManyUnits = kWireMax / kFullRatio;

/// Ratio of a declaration that is set aside for tiers that have neither name.
std::int64_t set_aside_for_others(const rules::Rule& rule, const std::string& one,
                                  const std::string& other) {
  std::int64_t out = 0;
  for (const rules::Tier& t : rule.tiers)
    if (t.name != one && t.name != other) out += t.set_aside.value;
  return out;
}

std::int64_t cap_of(const rules::Tier& tier) {
  return std::min(kFullRatio, tier.quota ? tier.quota->value : kFullRatio);
}

/// So much fits that ratio of the largest declaration.
bool fits(std::int64_t quantity, std::int64_t ratio) {
  return ratio > 0 && Int128{quantity} <= Int128{kManyUnits} * ratio;
}

/// Large declarations leave the tier room for any quantity of the limits: nothing is to be asked.
bool plenty(const rules::Rule& rule, const rules::Tier& tier) {
  const std::int64_t most = rule.limits.quantity_max.value;
  return fits(most, cap_of(tier)) &&
         fits(most, kFullRatio - set_aside_for_others(rule, tier.name, tier.name));
}

bool one_holder_only(const rules::Rule& rule) {
  return rule.coordination.mode != rules::CoordinationMode::single &&
         rule.coordination.mode != rules::CoordinationMode::sharded;
}

smt::Symbolic::Int share(const smt::Symbolic::Int& declared, std::int64_t ratio) {
  return smt::Symbolic::mul_div_floor(declared, ratio, kFullRatio);
}

/// The sum of what is set aside for tiers that have neither name.
smt::Symbolic::Int reserved(const rules::Rule& rule, const smt::Symbolic::Int& declared,
                            const std::string& one, const std::string& other) {
  smt::Symbolic::Int out = num(0);
  for (const rules::Tier& t : rule.tiers)
    if (t.name != one && t.name != other && t.set_aside.value > 0)
      out = out + share(declared, t.set_aside.value);
  return out;
}

/// Nothing else loads it: a load of another tier inside its set-aside takes no more than that.
smt::Symbolic::Bool room_for(const smt::Symbolic::Int& quantity, const smt::Symbolic::Int& declared,
                             const rules::Rule& r, const rules::Tier& t) {
  smt::Symbolic::Bool room = quantity + reserved(r, declared, t.name, t.name) <= declared;
  return t.quota ? room && quantity <= share(declared, t.quota->value) : room;
}

}  // namespace

smt::Symbolic::Bool Query::room(const SymbolicRequest& request, std::size_t tier) {
  return room(request, tier, subject_.rule());
}

smt::Symbolic::Bool Query::room(const SymbolicRequest& request, std::size_t tier,
                                const rules::Rule& r) {
  if (plenty(r, r.tiers[tier])) return smt::Symbolic::boolean(true);
  return room_for(request.row(expr::variable_row("quantity")).value,
                  unknown(request.name() + "declared", 1, kWireMax, 1), r, r.tiers[tier]);
}

/// The victim, of that tier of this version, was granted on some declaration.
smt::Symbolic::Bool Query::obtained(const SymbolicRequest& request, std::size_t tier,
                                    const rules::Rule& r) {
  const rules::Tier& t = r.tiers[tier];
  if (plenty(r, t)) return smt::Symbolic::boolean(true);
  return room_for(request.victim_whole_quantity(),
                  unknown(request.name() + "victim.declared." + t.name, 1, kWireMax, 1), r, t);
}

/// A victim of that version and tier, on the leg's own declaration, may give what is released of
/// it: no more than its tier's load is above what is set aside for it.
smt::Symbolic::Bool Query::gives_way(const SymbolicRequest& request, std::size_t tier,
                                     std::size_t victim_version, std::size_t victim_tier,
                                     const rules::Rule& r) {
  const rules::Tier& mine = r.tiers[tier];
  const rules::Rule& theirs = victim_version == 0 ? r : subject_.earlier[victim_version - 1]->rule;
  const rules::Tier* here = r.tier(theirs.tiers[victim_tier].name);
  // Earlier grants count in a tier's load as well, and no quota of this version bound them.
  const bool own = victim_version == 0;
  const bool capped = own && subject_.earlier.empty() && !subject_.open_past && !r.supersedes;
  const std::int64_t aside = here == nullptr || here->name == mine.name ? 0 : here->set_aside.value;
  const std::int64_t cap = capped ? cap_of(*here) : kFullRatio;
  if (plenty(r, mine) && (!own || plenty(r, *here)) &&
      fits(std::max(r.limits.quantity_max.value, theirs.limits.quantity_max.value), cap - aside))
    return smt::Symbolic::boolean(true);
  const std::string& name = theirs.tiers[victim_tier].name;
  const std::string what = request.name() + "victim." + std::to_string(victim_version) + "." + name;
  smt::Symbolic::Int declared = unknown(what + ".declared", 1, kWireMax, 1);
  smt::Symbolic::Int load = unknown(what + ".load", 1, kWireMax, 1);
  smt::Symbolic::Int released = request.row(expr::variable_row("released")).value;
  smt::Symbolic::Int quantity = request.row(expr::variable_row("quantity")).value;
  smt::Symbolic::Int left = load - released;
  std::vector<smt::Symbolic::Bool> all = {
      load <= share(declared, cap), share(declared, aside) <= left,
      room_for(quantity, declared, r, mine),
      left + quantity + reserved(r, declared, mine.name, name) <= declared};
  if (own) all.push_back(room_for(request.victim_whole_quantity(), declared, r, *here));
  return smt::all_of(all);
}

/// What is live leaves room enough for itself, so that a leg lacks no more than its quantity at any
/// instant: but for what is set aside for tiers of neither name, which a curtailment or an earlier
/// version can leave short.
smt::Symbolic::Bool Query::released_is_lacking(const SymbolicRequest& request, std::size_t tier,
                                               const rules::Rule& r) const {
  const std::string& mine = r.tiers[tier].name;
  const smt::Symbolic::Bool within = request.released_within_leg();
  if (set_aside_for_others(r, mine, mine) == 0) return within;
  std::vector<smt::Symbolic::Bool> all;
  // By name, whatever version the victim is of: one that is not here may have any.
  const smt::Symbolic::Int& name = request.row(expr::variable_row("victim.tier")).value;
  for (std::size_t n = 0; n < subject_.world.names.size(); ++n)
    if (set_aside_for_others(r, mine, subject_.world.names[n]) == 0)
      all.push_back(name != num(static_cast<std::int64_t>(n)) || within);
  return smt::all_of(all);
}

smt::Symbolic::Bool Query::room_to_displace(const SymbolicRequest& request, std::size_t tier) {
  return room_to_displace(request, tier, subject_.rule());
}

smt::Symbolic::Bool Query::room_to_displace(const SymbolicRequest& request, std::size_t tier,
                                            const rules::Rule& r) {
  std::vector<smt::Symbolic::Bool> all = {room(request, tier, r),
                                          released_is_lacking(request, tier, r)};
  for (std::size_t v = 0; v <= subject_.earlier.size(); ++v) {
    const rules::Rule& theirs = v == 0 ? r : subject_.earlier[v - 1]->rule;
    for (std::size_t t = 0; t < theirs.tiers.size(); ++t) {
      if (theirs.tiers[t].rank >= r.tiers[tier].rank) continue;
      // On shared infrastructure a victim elsewhere, or of the shared lack, keeps nothing back.
      if (!one_holder_only(r) && v > 0) continue;
      const smt::Symbolic::Bool gives =
          one_holder_only(r) ? gives_way(request, tier, v, t, r) : obtained(request, t, r);
      if (!gives.term().is_true()) all.push_back(!request.victim_is(v, t) || gives);
    }
  }
  return smt::all_of(all);
}

}  // namespace capmarket::question
