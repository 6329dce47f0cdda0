#include "sim/adversaries/spoil_displacement.h"

#include <algorithm>

#include "sim/agents/displace.h"
#include "sim/agents/terms.h"

namespace capmarket {
namespace {

/// Adds one unit of a grant on the leg's declaration that is live in its window; false where none
/// has the rank.
template <class Fits>
bool take_one(const World& w, Leg& leg, Fits fits) {
  const ChainState& s = w.state();
  const DeclarationRecord* d = s.declaration(leg.declaration);
  if (d == nullptr) return false;
  for (std::int32_t index : d->grants) {
    const GrantRecord& g = s.grants[static_cast<std::size_t>(index)];
    if (!fits(g)) continue;
    for (const Piece& p : g.live) {
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
std::int64_t rank_of(const World& w, const Leg& leg) {
  const Tier* tier = w.state().rule(leg.rule)->rule.tier(leg.tier);
  return tier == nullptr ? 0 : tier->rank;
}

}  // namespace

void displace_equal(World& w, Draft& d) {
  Leg& leg = d.settlement.legs.front();
  std::int64_t rank = rank_of(w, leg);
  if (take_one(w, leg, [&](const GrantRecord& g) { return g.rank >= rank; }))
    d.attack = w.users[d.user].attack;
}

void displace_needlessly(World& w, Draft& d) {
  Leg& leg = d.settlement.legs.front();
  std::int64_t rank = rank_of(w, leg);
  if (!leg.displacements.empty() ||
      !take_one(w, leg, [&](const GrantRecord& g) { return g.rank < rank; }))
    return;
  std::uint32_t request = d.requests.front();
  Offer& offer = d.offers.front();
  auto terms = terms_for(w, d.user, w.listings[offer.listing], w.requests[request].class_index,
                         d.settlement.signed_at);
  Offer priced = offer;
  priced.displacements = leg.displacements;
  if (terms) price_entries(w, *terms, request, priced, d.settlement.signed_at);
  leg.displacements = priced.displacements;
  d.attack = w.users[d.user].attack;
}

void pay_short(World& w, Draft& d) {
  for (DisplacementEntry& e : d.settlement.legs.front().displacements) {
    if (e.compensation.value <= 0) continue;
    e.compensation -= Money(1);
    d.attack = w.users[d.user].attack;
    return;
  }
}

}  // namespace capmarket
