// The maxima that stand for capacity in the facts, with what a settlement gives and takes.
#include <algorithm>

#include "model/chain/resolve_internal.h"

namespace capmarket::chain {
namespace {

/// Load of a tier on a declaration: live pieces and failed ones that stay in it.
std::vector<objects::Piece> tier_load(const ChainState& s, const DeclarationRecord& d,
                             const std::string& rule, const std::string& tier) {
  std::vector<objects::Piece> out;
  for (GrantIndex grant : d.grants) {
    const GrantRecord& g = s.grants[grant];
    if (g.leg.tier != tier || s.rule_of(g).name != rule) continue;
    out.insert(out.end(), g.live.begin(), g.live.end());
    out.insert(out.end(), g.failed.begin(), g.failed.end());
  }
  return out;
}

std::vector<objects::Piece> pieces_on(const std::vector<Changes::Part>& parts,
                                      DeclarationIndex declaration) {
  std::vector<objects::Piece> out;
  for (const Changes::Part& p : parts)
    if (p.declaration == declaration) out.push_back(p.piece);
  return out;
}

Int128 sum_at(const std::vector<objects::Piece>& pieces, Instant t) {
  Int128 sum = 0;
  for (const objects::Piece& p : pieces)
    if (p.window.contains(t)) sum += p.quantity.value;
  return sum;
}

Int128 share(Quantity declared, BasisPoints ratio) {
  return floor_div(Int128{declared.value} * ratio.value, kFullRatio);
}

}  // namespace

Changes::Changes(const ChainState& s, const objects::Settlement& o, Instant at) {
  for (std::size_t i = 0; i < o.legs.size(); ++i) {
    const objects::Leg& leg = o.legs[i];
    const RuleRecord* rule = s.rule(leg.rule);
    if (const DeclarationRecord* d = s.declaration(leg.declaration))
      parts_.push_back({i,
                        -1,
                        s.declaration_index.at(leg.declaration),
                        d->infrastructure,
                        rule == nullptr ? "" : rule->rule.name,
                        leg.tier,
                        {leg.window, leg.quantity}});
    if (rule == nullptr) continue;
    for (std::size_t e = 0; e < leg.displacements.size(); ++e) {
      const objects::DisplacementEntry& entry = leg.displacements[e];
      const GrantRecord* g = s.grant(entry.grant);
      Window w{std::max(entry.window.from, ceil_to(rule->rule, at)), entry.window.until};
      if (g == nullptr || entry.quantity.value <= 0 || w.empty()) continue;
      parts_.push_back({i,
                        static_cast<int>(e),
                        g->declaration,
                        s.declarations[g->declaration].infrastructure,
                        s.rule_of(*g).name,
                        g->leg.tier,
                        {w, Quantity(-entry.quantity.value)}});
    }
  }
}

std::vector<Changes::Part> Changes::all(std::int64_t without, std::int64_t of, int entry) const {
  std::vector<Part> out;
  for (Part p : parts_) {
    auto leg = static_cast<std::int64_t>(p.leg);
    if (p.entry < 0 && (leg == without || p.piece.window.empty())) continue;
    if (p.entry >= 0 && leg == of && p.entry == entry) p.piece.quantity += Quantity(1);
    out.push_back(std::move(p));
  }
  return out;
}

Int excess_over(const ChainState& s, const Window& window, DeclarationIndex declaration,
                const std::vector<Changes::Part>& parts) {
  if (window.empty()) return kNoLimit;
  const DeclarationRecord& d = s.declarations[declaration];
  return num128(capacity::max_with(d.taken, window, pieces_on(parts, declaration)) -
                d.declared.quantity.value);
}

Int shared_excess_over(const ChainState& s, const Window& window,
                       InfrastructureIndex infrastructure,
                       const std::vector<Changes::Part>& parts) {
  if (window.empty() || !infrastructure.valid()) return kNoLimit;
  std::vector<objects::Piece> extras;
  for (const Changes::Part& p : parts)
    if (p.infrastructure == infrastructure) extras.push_back(p.piece);
  return num128(capacity::max_with(s.infrastructures[infrastructure].excess, window, extras));
}

Int quota_excess_over(const ChainState& s, const Window& window, DeclarationIndex declaration,
                      const rules::Rule& rule, const rules::Tier& tier,
                      const std::vector<Changes::Part>& parts) {
  if (window.empty() || !tier.quota) return kNoLimit;
  const DeclarationRecord& d = s.declarations[declaration];
  std::vector<objects::Piece> load = tier_load(s, d, rule.name, tier.name);
  for (const Changes::Part& p : parts)
    if (p.declaration == declaration && p.rule == rule.name && p.tier == tier.name)
      load.push_back(p.piece);
  std::optional<Int128> best;
  for (Instant t : capacity::cuts(load, window)) best = std::max(best.value_or(-kWireMax), sum_at(load, t));
  return num128(*best - share(d.declared.quantity, *tier.quota));
}

Int set_aside_excess_over(const ChainState& s, const Window& window, DeclarationIndex declaration,
                          const rules::Rule& rule, const rules::Tier& tier,
                          const std::vector<Changes::Part>& parts) {
  std::vector<std::pair<std::vector<objects::Piece>, Int128>> reserved;  // load of a tier, its set-aside
  const DeclarationRecord& d = s.declarations[declaration];
  for (const rules::Tier& other : rule.tiers) {
    if (other.name == tier.name || other.set_aside == BasisPoints(0)) continue;
    std::vector<objects::Piece> load = tier_load(s, d, rule.name, other.name);
    for (const Changes::Part& p : parts)
      if (p.declaration == declaration && p.rule == rule.name && p.tier == other.name)
        load.push_back(p.piece);
    reserved.emplace_back(std::move(load), share(d.declared.quantity, other.set_aside));
  }
  if (window.empty() || reserved.empty()) return kNoLimit;
  std::vector<objects::Piece> extras = pieces_on(parts, declaration);
  std::vector<objects::Piece> bounds;
  for (const auto& [load, amount] : reserved) bounds.insert(bounds.end(), load.begin(), load.end());
  std::vector<Instant> at = capacity::cuts(bounds, window);
  at.push_back(window.until);
  std::optional<Int128> best;
  for (std::size_t i = 0; i + 1 < at.size(); ++i) {
    Int128 total = capacity::max_with(d.taken, {at[i], at[i + 1]}, extras) - d.declared.quantity.value;
    for (const auto& [load, amount] : reserved)
      total += std::max<Int128>(0, amount - sum_at(load, at[i]));
    if (!best || total > *best) best = total;
  }
  return num128(*best);
}

}  // namespace capmarket::chain
