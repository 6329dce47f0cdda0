#include "model/chain/turn.h"

#include <algorithm>

namespace capmarket::chain {
namespace {

Int128 sum_at(const std::vector<objects::Piece>& pieces, Instant t) {
  Int128 sum = 0;
  for (const objects::Piece& p : pieces)
    if (p.window.contains(t)) sum += p.quantity.value;
  return sum;
}

void append(std::vector<objects::Piece>& out, const capacity::Pieces& pieces) {
  out.insert(out.end(), pieces.begin(), pieces.end());
}

void append_steps(std::vector<objects::Piece>& out, const capacity::StepFunction& f) {
  for (const auto& [t, q] : f.steps()) out.push_back({{t, t}, q});
}

}  // namespace

Int128 share_of(Quantity declared, BasisPoints ratio) {
  return floor_div(Int128{declared.value} * ratio.value, kFullRatio);
}

std::optional<Int128> live_of_user(const ChainState& state, const PublicKey& user,
                                   const std::string& rule, const std::string& tier,
                                   const Window& window, std::vector<objects::Piece> others) {
  if (window.empty()) return std::nullopt;
  if (auto of = state.grants_of_user.find(user); of != state.grants_of_user.end())
    for (GrantIndex grant : of->second) {
      const GrantRecord& g = state.grants[grant];
      if (g.leg.window.meets(window) && g.leg.tier == tier && state.rule_of(g).name == rule)
        append(others, g.live);
    }
  Int128 most = 0;
  for (Instant t : capacity::cuts(others, window)) most = std::max(most, sum_at(others, t));
  return most;
}

void Turn::settle(const objects::Leg& leg) {
  auto at = state_.declaration_index.find(leg.declaration);
  if (at == state_.declaration_index.end() || leg.window.empty()) return;
  const RuleRecord* rule = state_.rule(leg.rule);
  parts_.push_back({at->second, state_.declarations[at->second].infrastructure,
                    rule == nullptr ? "" : rule->rule.name, leg.tier, {leg.window, leg.quantity}});
}

void Turn::release(GrantIndex grant, const capacity::Pieces& pieces) {
  const GrantRecord& g = state_.grants[grant];
  capacity::Pieces& all = released_[grant];
  for (const objects::Piece& p : pieces) {
    all = capacity::changed(all, p.window, p.quantity);
    parts_.push_back({g.declaration, state_.declarations[g.declaration].infrastructure,
                      state_.rule_of(g).name, g.leg.tier, {p.window, Quantity(-p.quantity.value)}});
  }
  ++displaced_[grant];
}

capacity::Pieces Turn::live(GrantIndex grant) const {
  capacity::Pieces out = state_.grants[grant].live;
  if (auto it = released_.find(grant); it != released_.end())
    for (const objects::Piece& p : it->second)
      out = capacity::changed(out, p.window, Quantity(-p.quantity.value));
  return out;
}

std::int64_t Turn::times_displaced(GrantIndex grant) const {
  auto it = displaced_.find(grant);
  return state_.grants[grant].times_displaced + (it == displaced_.end() ? 0 : it->second);
}

std::vector<objects::Piece> Turn::on(DeclarationIndex declaration) const {
  std::vector<objects::Piece> out;
  for (const Part& p : parts_)
    if (p.declaration == declaration) out.push_back(p.piece);
  return out;
}

std::optional<Int128> Turn::excess(const Window& window, DeclarationIndex declaration) const {
  if (window.empty()) return std::nullopt;
  const DeclarationRecord& d = state_.declarations[declaration];
  return capacity::max_with(d.taken, window, on(declaration)) - d.declared.quantity.value;
}

std::optional<Int128> Turn::shared_excess(const Window& window,
                                          InfrastructureIndex infrastructure) const {
  if (window.empty() || !infrastructure.valid()) return std::nullopt;
  std::vector<objects::Piece> extras;
  for (const Part& p : parts_)
    if (p.infrastructure == infrastructure) extras.push_back(p.piece);
  return capacity::max_with(state_.infrastructures[infrastructure].excess, window, extras);
}

std::optional<Int128> Turn::quota_excess(const Window& window, DeclarationIndex declaration,
                                         const rules::Rule& rule, const rules::Tier& tier) const {
  if (window.empty() || !tier.quota) return std::nullopt;
  std::vector<objects::Piece> load = tier_load(declaration, rule.name, tier.name);
  std::optional<Int128> most;
  for (Instant t : capacity::cuts(load, window)) {
    Int128 sum = sum_at(load, t);
    if (!most || sum > *most) most = sum;
  }
  return *most - share_of(state_.declarations[declaration].declared.quantity, *tier.quota);
}

std::optional<Int128> Turn::set_aside_excess(const Window& window, DeclarationIndex declaration,
                                             const rules::Rule& rule,
                                             const rules::Tier& tier) const {
  std::vector<std::pair<std::vector<objects::Piece>, Int128>> reserved;  // a tier's load, set-aside
  std::vector<objects::Piece> bounds;
  const DeclarationRecord& d = state_.declarations[declaration];
  for (const rules::Tier& other : rule.tiers) {
    if (other.name == tier.name || other.set_aside == BasisPoints(0)) continue;
    reserved.emplace_back(tier_load(declaration, rule.name, other.name),
                          share_of(d.declared.quantity, other.set_aside));
    append(bounds, reserved.back().first);
  }
  if (window.empty() || reserved.empty()) return std::nullopt;
  std::vector<Instant> at = capacity::cuts(bounds, window);
  at.push_back(window.until);
  std::optional<Int128> most;
  for (std::size_t i = 0; i + 1 < at.size(); ++i) {
    Int128 total = *excess({at[i], at[i + 1]}, declaration);
    for (const auto& [load, amount] : reserved)
      total += std::max<Int128>(0, amount - sum_at(load, at[i]));
    if (!most || total > *most) most = total;
  }
  return most;
}

std::vector<objects::Piece> Turn::tier_load(DeclarationIndex declaration, const std::string& rule,
                                            const std::string& tier) const {
  std::vector<objects::Piece> out;
  for (GrantIndex grant : state_.declarations[declaration].grants) {
    const GrantRecord& g = state_.grants[grant];
    if (g.leg.tier != tier || state_.rule_of(g).name != rule) continue;
    append(out, g.live);
    append(out, g.failed);
  }
  for (const Part& p : parts_)
    if (p.declaration == declaration && p.rule == rule && p.tier == tier) out.push_back(p.piece);
  return out;
}

std::vector<Instant> Turn::changes(const Window& window, DeclarationIndex declaration,
                                   InfrastructureIndex infrastructure) const {
  std::vector<objects::Piece> bounds;
  const DeclarationRecord& d = state_.declarations[declaration];
  append_steps(bounds, d.taken);
  if (infrastructure.valid())
    append_steps(bounds, state_.infrastructures[infrastructure].excess);
  for (GrantIndex grant : d.grants) {
    append(bounds, state_.grants[grant].live);
    append(bounds, state_.grants[grant].failed);
  }
  for (const Part& p : parts_) bounds.push_back(p.piece);
  return capacity::cuts(bounds, window);
}

}  // namespace capmarket::chain
