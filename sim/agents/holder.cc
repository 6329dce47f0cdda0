#include "sim/agents/holder.h"

#include <algorithm>

#include "sim/agents/deal_rules.h"
#include "sim/agents/displace.h"
#include "sim/agents/pricing.h"
#include "sim/world/network.h"

namespace capmarket::agents {
namespace {

void offer(world::World& w, world::RequestIndex index, const DealRules& deal) {
  world::RequestState& r = w.requests[index];
  const rules::Limits& limits = deal.rule->limits;
  const world::HolderState& h = w.holder_of(w.listings[r.offer.listing]);
  auto price = price_for(w, deal, h, r, r.offer.window);
  if (!price) return;
  r.offer.price = price->price;
  r.offer.index = price->index;
  Quantity asked = std::min(r.wanted, limits.quantity_max);
  Quantity most = std::min(asked, room_for(w, r.offer.listing, deal, r.tier, r.offer.window));
  if (most < asked && r.displacing) {
    world::Offer displacing = r.offer;
    displacing.quantity = asked;
    if (offer_displacing(w, deal, index, displacing)) {
      r.offer = displacing;
      return;
    }
  }
  if (most >= limits.quantity_min && most.value > 0) r.offer.quantity = most;
}

}  // namespace

void on_proposal(world::World& w, world::RequestIndex index, std::uint32_t message) {
  world::RequestState& r = w.requests[index];
  if (!r.busy || message != r.awaited) return;
  world::Listing& l = w.listings[r.offer.listing];
  const world::HolderState& h = w.holder_of(l);
  auto deal = deal_rules_for(w, r.user, l, r.class_index, w.now);
  r.offer.quantity = Quantity(0);
  if (deal && !r.offer.window.empty() && !h.revoked) offer(w, index, *deal);
  if (r.offer.quantity.value > 0) l.promised.add(r.offer.window, r.offer.quantity);
  world::Sender from = world::from_request(w, index, h.zone);
  r.awaited = r.messages;
  if (!world::post<kernel::EventKind::offer>(w, from, w.users[r.user].zone, index, r.awaited))
    w.schedule<kernel::EventKind::silence>(w.now + world::kSilence, index, r.awaited);
}

void on_release(world::World& w, const world::ReleaseNote& note) {
  w.listings[note.listing].promised.add(note.window, Quantity(0) - note.quantity);
}

}  // namespace capmarket::agents
