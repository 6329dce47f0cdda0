#include "sim/agents/spoil_displacement.h"

#include <algorithm>

#include "sim/agents/deal_rules.h"
#include "sim/agents/displace.h"

namespace capmarket::agents {
namespace {

/// Adds one unit of a grant on the leg's declaration that is live in its window; false where none
/// has the rank.
template <class Fits>
bool take_one(const world::World& w, objects::Leg& leg, Fits fits) {
  const chain::ChainState& s = w.state();
  const chain::DeclarationRecord* d = s.declaration(leg.declaration);
  if (d == nullptr) return false;
  for (chain::GrantIndex index : d->grants) {
    const chain::GrantRecord& g = s.grants[index];
    if (!fits(g)) continue;
    for (const objects::Piece& p : g.live) {
      if (!p.window.meets(leg.window)) continue;
      Window cut{std::max(p.window.from, leg.window.from),
                 std::min(p.window.until, leg.window.until)};
      leg.displacements = {{g.id, Quantity(1), cut, Money(0)}};
      return true;
    }
  }
  return false;
}

/// The leg's own rank.
std::int64_t rank_of(const world::World& w, const objects::Leg& leg) {
  const rules::Tier* tier = w.state().rule(leg.rule)->rule.tier(leg.tier);
  return tier == nullptr ? 0 : tier->rank;
}

}  // namespace

void displace_equal(world::World& w, world::Draft& d) {
  objects::Leg& leg = d.settlement.legs.front();
  std::int64_t rank = rank_of(w, leg);
  if (take_one(w, leg, [&](const chain::GrantRecord& g) { return g.rank >= rank; }))
    d.attack = w.users[d.user].attack;
}

void displace_needlessly(world::World& w, world::Draft& d) {
  objects::Leg& leg = d.settlement.legs.front();
  std::int64_t rank = rank_of(w, leg);
  if (!leg.displacements.empty() ||
      !take_one(w, leg, [&](const chain::GrantRecord& g) { return g.rank < rank; }))
    return;
  world::RequestIndex request = d.requests.front();
  world::Offer& offer = d.offers.front();
  auto deal = deal_rules_for(w, d.user, w.listings[offer.listing], w.requests[request].class_index,
                             d.settlement.signed_at);
  world::Offer priced = offer;
  priced.displacements = leg.displacements;
  if (deal) price_entries(w, *deal, request, priced, d.settlement.signed_at);
  leg.displacements = priced.displacements;
  d.attack = w.users[d.user].attack;
}

void pay_short(world::World& w, world::Draft& d) {
  for (objects::DisplacementEntry& e : d.settlement.legs.front().displacements) {
    if (e.compensation.value <= 0) continue;
    e.compensation -= Money(1);
    d.attack = w.users[d.user].attack;
    return;
  }
}

}  // namespace capmarket::agents
