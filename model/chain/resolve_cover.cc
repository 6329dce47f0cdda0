#include "model/chain/resolve_cover.h"

#include <algorithm>

namespace capmarket::chain {
namespace {

using Leg = admission::LegFacts<Concrete>;

/// A maximum as a fact: poisoned above 64 bits, kNoLimit where there is none.
Int fact_of(const std::optional<Int128>& maximum) {
  return maximum ? num128(*maximum) : kNoLimit;
}

/// max over the window of min(load - schedule, 0) - what `cover` releases of the infrastructure.
std::optional<Int128> shared_after(const Turn& turn, const Window& window,
                                   InfrastructureIndex infrastructure, const Cover& cover) {
  if (window.empty() || !infrastructure.valid()) return std::nullopt;
  std::vector<objects::Piece> released;
  for (const CoverVictim& v : cover.victims)
    released.insert(released.end(), v.pieces.begin(), v.pieces.end());
  std::vector<Instant> at = capacity::cuts(released, window);
  at.push_back(window.until);
  std::optional<Int128> most;
  for (std::size_t i = 0; i + 1 < at.size(); ++i) {
    Int128 here = std::min<Int128>(*turn.shared_excess({at[i], at[i + 1]}, infrastructure), 0);
    for (const objects::Piece& p : released)
      if (p.window.contains(at[i])) here -= p.quantity.value;
    if (!most || here > *most) most = here;
  }
  return most;
}

void fill_excesses(Leg& f, const Turn& turn, const objects::Leg& leg, DeclarationIndex place,
                   const RuleRecord* rule) {
  f.excess = fact_of(turn.excess(leg.window, place));
  const rules::Tier* tier = rule == nullptr ? nullptr : rule->rule.tier(leg.tier);
  if (tier != nullptr)
    f.set_aside_excess = fact_of(turn.set_aside_excess(leg.window, place, rule->rule, *tier));
}

admission::VictimFacts<Concrete> victim_facts(ChainState& s, const CoverVictim& victim,
                                              const DeclarationRecord& d, Instant at) {
  const GrantRecord& g = s.grants[victim.grant];
  const InfrastructureIndex place = s.declarations[g.declaration].infrastructure;
  admission::VictimFacts<Concrete> v;
  v.same_declaration = yes(victim.same_declaration);
  v.same_infrastructure = yes(place.valid() && place == d.infrastructure);
  // A candidate elsewhere is one only where its coordinators signed and its `when` holds.
  v.coordinated = yes(!victim.same_declaration);
  v.version_fits = v.when = yes(true);
  v.rank = num(g.rank);
  v.started = yes(g.leg.window.from <= at);
  v.floor_until = num(victim.floor_until);
  v.notice = num(victim.context.notice);
  v.own_compensation = victim.own_compensation;
  v.victim_compensation = victim.victim_compensation;
  v.refund = num(victim.holder_is_the_legs ? victim.context.value : Money(0));
  for (const CoverPart& p : victim.parts)
    v.parts.push_back({num(p.window.from), num(p.window.until), num(p.quantity), num(p.live),
                       num128(p.lack_short), num(p.earlier), num(p.share_error)});
  return v;
}

void fill_cover(Leg& f, ChainState& s, const objects::Leg& leg, const RuleRecord& rule,
                const DeclarationRecord& d, const Cover& cover, Instant at) {
  f.lack = num(cover.lack);
  f.displace_named = yes(leg.displace.has_value());
  if (leg.displace) {
    f.compensation_at_most = num(leg.displace->compensation_at_most);
    f.refund_at_most = num(leg.displace->refund_at_most);
  }
  const rules::Tier* tier = rule.rule.tier(leg.tier);
  f.stop_within = kNoLimit;
  if (tier != nullptr && tier->displaces && tier->displaces->stop_within)
    f.stop_within = num(*tier->displaces->stop_within);
  std::size_t pieces = 0;
  for (const CoverVictim& v : cover.victims) {
    f.victims.push_back(victim_facts(s, v, d, at));
    pieces += v.pieces.size();
  }
  f.pieces = num(static_cast<std::int64_t>(pieces));
}

bool lacks(const Leg& f) {
  for (const Int& excess : {f.excess, f.shared_excess, f.set_aside_excess})
    if (!Concrete::holds(excess + f.quantity <= num(0))) return true;
  return false;
}

}  // namespace

Cover fill_capacity(Leg& f, ChainState& s, const Turn& turn, const objects::CheckedSubmission& sub,
                    const objects::Settlement& o, std::size_t index, Instant at) {
  const objects::Leg& leg = o.legs[index];
  const DeclarationRecord& d = *s.declaration(leg.declaration);
  const DeclarationIndex place = s.declaration_index.at(leg.declaration);
  const RuleRecord* rule = s.rule(leg.rule);
  fill_excesses(f, turn, leg, place, rule);
  f.shared_excess = fact_of(shared_after(turn, leg.window, d.infrastructure, {}));
  const rules::Tier* tier = rule == nullptr ? nullptr : rule->rule.tier(leg.tier);
  if (tier != nullptr)
    f.quota_excess = fact_of(turn.quota_excess(leg.window, place, rule->rule, *tier));
  Cover cover;
  if (rule == nullptr) return cover;
  if (lacks(f)) cover = cover_of(s, turn, sub, o, index, at);
  fill_cover(f, s, leg, *rule, d, cover, at);
  if (cover.victims.empty()) return cover;
  Turn after(turn);
  for (const CoverVictim& v : cover.victims) after.release(v.grant, v.pieces);
  fill_excesses(f, after, leg, place, rule);
  f.shared_excess = fact_of(shared_after(turn, leg.window, d.infrastructure, cover));
  return cover;
}

}  // namespace capmarket::chain
