#include "sim/agents/spoil_displacement.h"

#include <algorithm>

#include "sim/agents/displace.h"

namespace capmarket::agents {
namespace {

constexpr objects::DisplaceTerms kAmple{Money(kWireMax), Money(kWireMax)};

/// A grant of the leg's rank or a better one is live on its declaration, in its window.
bool equals_stand_there(const chain::ChainState& s, const objects::Leg& leg) {
  const chain::DeclarationRecord* d = s.declaration(leg.declaration);
  const chain::RuleRecord* rule = s.rule(leg.rule);
  const rules::Tier* tier = rule == nullptr ? nullptr : rule->rule.tier(leg.tier);
  if (d == nullptr || tier == nullptr) return false;
  return std::any_of(d->grants.begin(), d->grants.end(), [&](chain::GrantIndex i) {
    const chain::GrantRecord& g = s.grants[i];
    return g.rank >= tier->rank &&
           std::any_of(g.live.begin(), g.live.end(),
                       [&](const objects::Piece& p) { return p.window.meets(leg.window); });
  });
}

}  // namespace

void displace_equal(world::World& w, world::Draft& d) {
  objects::Leg& leg = d.settlement.legs.front();
  const world::ReadersIndex readers = w.users[d.user].readers;
  if (!leg.displace || !equals_stand_there(w.seen_by(readers), leg) ||
      outlook_of(w, readers, d.settlement).fits)
    return;
  leg.displace = kAmple;
  d.attack = w.users[d.user].attack;
}

void displace_needlessly(world::World& w, world::Draft& d) {
  objects::Leg& leg = d.settlement.legs.front();
  const Outlook outlook = outlook_of(w, w.users[d.user].readers, d.settlement);
  if (leg.displace || !outlook.fits || outlook.legs.front().lacks) return;
  leg.displace = kAmple;
  d.attack = w.users[d.user].attack;
}

void pay_short(world::World& w, world::Draft& d) {
  objects::Leg& leg = d.settlement.legs.front();
  if (!leg.displace) return;
  const Money owed = outlook_of(w, w.users[d.user].readers, d.settlement).legs.front().compensation;
  if (owed.value <= 0) return;
  leg.displace->compensation_at_most = owed - Money(1);
  d.attack = w.users[d.user].attack;
}

bool displaced_nobody(const world::World& w, const ContentId& settlement) {
  const chain::ChainState& s = w.state();
  auto found = s.settlement_index.find(settlement);
  return found != s.settlement_index.end() && s.settlements[found->second].displaced.empty();
}

}  // namespace capmarket::agents
