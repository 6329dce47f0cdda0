#include "tests/verify/analyses/random_room.h"

#include <algorithm>

#include "model/capacity/piece.h"

namespace capmarket::analyses {
namespace {

Quantity quantity_of(Int128 q) {
  return Quantity(static_cast<std::int64_t>(std::clamp<Int128>(q, 0, kWireMax)));
}

bool shared(const rules::Rule& rule) {
  return rule.coordination.mode == rules::CoordinationMode::single ||
         rule.coordination.mode == rules::CoordinationMode::sharded;
}

}  // namespace

bool has_shares(const rules::Rule& rule) {
  return std::any_of(rule.tiers.begin(), rule.tiers.end(), [](const rules::Tier& t) {
    return t.quota.has_value() || t.set_aside.value > 0;
  });
}

/// One declaration of a chain's state, with what is granted of it.
struct RandomRoom::Stage {
  Stage(const rules::Rule& rule, Quantity declared) {
    chain::RuleRecord under;
    under.rule = rule;
    of_rule = state.rules.push_back(std::move(under));
    chain::DeclarationRecord d;
    d.declared.quantity = declared;
    of_declaration = state.declarations.push_back(std::move(d));
  }
  chain::DeclarationRecord& declaration() { return state.declarations[of_declaration]; }
  Quantity declared() const { return state.declarations[of_declaration].declared.quantity; }

  chain::GrantIndex grant(const std::string& tier, const capacity::Pieces& live,
                          const capacity::Pieces& failed) {
    chain::GrantRecord g;
    g.declaration = of_declaration;
    g.rule = of_rule;
    g.leg.tier = tier;
    g.live = live;
    g.failed = failed;
    for (const capacity::Pieces* loads : {&g.live, &g.failed})
      for (const objects::Piece& p : *loads) declaration().taken.add(p.window, p.quantity);
    const chain::GrantIndex out = state.grants.push_back(std::move(g));
    declaration().grants.push_back(out);
    return out;
  }
  void curtail(const Window& window, Quantity quantity) {
    declaration().taken.add(window, quantity);
    declaration().curtailed.add(window, quantity);
  }
  /// The most over `window` of what a leg of that tier lacks; below zero where there is more.
  Int128 lack(const chain::Turn& turn, const Window& window, const rules::Tier& tier,
              Quantity quantity) const {
    Int128 most = *turn.excess(window, of_declaration);
    if (auto aside = turn.set_aside_excess(window, of_declaration, state.rules[of_rule].rule, tier))
      most = std::max(most, *aside);
    return most + quantity.value;
  }
  /// What a tier has above its quota over `window`, with so much more.
  bool inside_quota(const Window& window, const rules::Tier& tier, Quantity more) const {
    const auto above =
        chain::Turn(state).quota_excess(window, of_declaration, state.rules[of_rule].rule, tier);
    return !above || *above + more.value <= 0;
  }

  chain::ChainState state;
  chain::RuleIndex of_rule;
  chain::DeclarationIndex of_declaration;
};

/// About what makes a quota or what others' set-asides leave just enough, or a little more or less.
Quantity RandomRoom::declared(const std::vector<Quantity>& asked) const {
  std::vector<Int128> ratios = {kFullRatio};
  Int128 aside = 0;
  for (const rules::Tier& t : rule_.tiers) {
    aside += t.set_aside.value;
    if (t.quota && t.quota->value > 0) ratios.push_back(t.quota->value);
  }
  for (const rules::Tier& t : rule_.tiers)
    for (const Int128 left : {kFullRatio - aside, kFullRatio - aside + t.set_aside.value})
      if (left > 0) ratios.push_back(left);
  auto one_of = [&](const auto& items) {
    return items[static_cast<std::size_t>(draw_(0, static_cast<std::int64_t>(items.size()) - 1))];
  };
  const Int128 about = -floor_div(-Int128{one_of(asked).value} * kFullRatio, one_of(ratios));
  const std::int64_t times = draw_(0, 3) == 0 ? draw_(1, 1000) : draw_(1, 3);
  return std::max(Quantity(1), quantity_of(about * times + draw_(-1, 2)));
}

bool RandomRoom::empty_leaves(Quantity size, const rules::Tier& tier, Quantity quantity) const {
  const Stage stage(rule_, size);
  const Window now{Instant(0), Instant(1)};
  return stage.inside_quota(now, tier, quantity) &&
         stage.lack(chain::Turn(stage.state), now, tier, quantity) <= 0;
}

bool RandomRoom::obtains(const rules::Tier& tier, Quantity quantity) const {
  return empty_leaves(declared({quantity}), tier, quantity);
}

/// What failed of other grants of the victim's tier: nothing, what is set aside for it, what with
/// the victim leaves that, or all that its quota lets it have.
Quantity RandomRoom::beside(Quantity size, Quantity live, Quantity released,
                            const rules::Tier& victim) const {
  const Int128 aside = chain::share_of(size, victim.set_aside);
  const Int128 most = chain::share_of(size, victim.quota.value_or(BasisPoints(kFullRatio)));
  const Int128 choices[] = {0, aside, aside + released.value - live.value, most - live.value};
  return quantity_of(choices[draw_(0, 3)]);
}

/// Grants of the limits add up to it.
bool RandomRoom::made_of_grants(Quantity quantity) const {
  if (quantity.value == 0) return true;
  const std::int64_t least = std::max<std::int64_t>(1, rule_.limits.quantity_min.value);
  const std::int64_t count = quantity.value / least;
  return count > 0 && quantity.value <= Int128{count} * rule_.limits.quantity_max.value;
}

/// What has to be curtailed for the leg to lack just what is released; nothing where it lacks more
/// than that already, where curtailing cuts what is granted, or where the victim's tier keeps it.
std::optional<std::vector<objects::Piece>> RandomRoom::gone(const Market& m, const Stage& stage,
                                                            const rules::Tier& tier,
                                                            const rules::Tier& lower) const {
  const chain::Turn turn(stage.state);
  const auto of_tier = turn.tier_load(stage.of_declaration, rule_.name, lower.name);
  const Int128 kept = chain::share_of(stage.declared(), lower.set_aside);
  std::vector<objects::Piece> out;
  for (const objects::Piece& p : m.released) {
    std::vector<Instant> at = turn.changes(p.window, stage.of_declaration, {});
    at.push_back(p.window.until);
    for (std::size_t i = 0; i + 1 < at.size(); ++i) {
      const Window row{at[i], at[i + 1]};
      const Int128 less = p.quantity.value - stage.lack(turn, row, tier, m.leg.quantity);
      if (less < 0 || *turn.excess(row, stage.of_declaration) + less > 0) return std::nullopt;
      const Int128 above = capacity::value_at(of_tier, at[i]).value - kept;
      if (kept > 0 && above < p.quantity.value) return std::nullopt;
      if (less > 0) out.push_back({row, quantity_of(less)});
    }
  }
  return out;
}

bool RandomRoom::gives_way(const Market& m, const rules::Tier& tier) const {
  const rules::Tier& lower = *rule_.tier(m.victim->tier);
  const Quantity whole = m.grant.leg.quantity, quantity = m.leg.quantity;
  if (shared(rule_)) return obtains(tier, quantity) && obtains(lower, whole);
  const Quantity live = largest_of(m.grant.live);
  const Quantity size = declared({quantity, whole, live, live + quantity});
  const Quantity failed = beside(size, live, largest_of(m.released), lower);
  if (!empty_leaves(size, lower, whole) || !made_of_grants(failed)) return false;
  Stage stage(rule_, size);
  const Window all{std::min(m.leg.window.from, m.grant.leg.window.from),
                   std::max(m.leg.window.until, m.grant.leg.window.until)};
  const chain::GrantIndex victim = stage.grant(lower.name, m.grant.live, {});
  if (failed > Quantity(0)) stage.grant(lower.name, {}, {{all, failed}});
  const bool granted = stage.inside_quota(all, lower, Quantity(0)) &&
                       stage.lack(chain::Turn(stage.state), all, lower, Quantity(0)) <= 0;
  if (!granted) return false;
  const auto curtailed = gone(m, stage, tier, lower);
  if (!curtailed) return false;
  for (const objects::Piece& p : *curtailed) stage.curtail(p.window, p.quantity);
  chain::Turn after(stage.state);
  after.release(victim, m.released);
  return stage.inside_quota(m.leg.window, tier, quantity) &&
         stage.lack(after, m.leg.window, tier, quantity) <= 0;
}

}  // namespace capmarket::analyses
