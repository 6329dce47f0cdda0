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

void displace_equal(const party::UserView& v, party::Draft& d) {
  objects::Leg& leg = d.settlement.legs.front();
  if (!leg.displace || !equals_stand_there(v.seen(), leg) || outlook_of(v, d.settlement).fits)
    return;
  leg.displace = kAmple;
  d.attack = v.me.attack;
}

void displace_needlessly(const party::UserView& v, party::Draft& d) {
  objects::Leg& leg = d.settlement.legs.front();
  const Outlook outlook = outlook_of(v, d.settlement);
  if (leg.displace || !outlook.fits || outlook.legs.front().lacks) return;
  leg.displace = kAmple;
  d.attack = v.me.attack;
}

void pay_short(const party::UserView& v, party::Draft& d) {
  objects::Leg& leg = d.settlement.legs.front();
  if (!leg.displace) return;
  const Money owed = outlook_of(v, d.settlement).legs.front().compensation;
  if (owed.value <= 0) return;
  leg.displace->compensation_at_most = owed - Money(1);
  d.attack = v.me.attack;
}

}  // namespace capmarket::agents
