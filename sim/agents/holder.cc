#include "sim/agents/holder.h"

#include <algorithm>

#include "sim/agents/deal_rules.h"
#include "sim/agents/displace.h"
#include "sim/agents/pricing.h"
#include "sim/world/network.h"

namespace capmarket::agents {
namespace {

/// What else the request is offered in this answer, as far as it is known.
std::vector<objects::Piece> offered_beside(const world::RequestState& r,
                                           const world::Offer& offer) {
  std::vector<objects::Piece> out;
  auto add = [&](const world::Offer& o) {
    if (&o != &offer && o.quantity.value > 0 && !o.window.empty())
      out.push_back({o.window, o.quantity});
  };
  add(r.offer);
  for (const world::Offer& o : r.further) add(o);
  return out;
}

void make(world::World& w, world::RequestIndex index, const DealRules& deal, world::Offer& offer) {
  const world::RequestState& r = w.requests[index];
  const rules::Limits& limits = deal.rule->limits;
  const world::HolderState& h = w.holder_of(w.listings[offer.listing]);
  auto price = price_for(w, deal, h, r, offer.window);
  if (!price) return;
  offer.price = price->price;
  offer.index = price->index;
  Quantity asked = std::min(offer.asked, limits.quantity_max);
  asked = std::min(asked, left_of_user(w, w.users[r.user].key.pub, deal, r.tier, offer.window,
                                       offered_beside(r, offer)));
  Quantity most = std::min(asked, room_for(w, offer.listing, deal, r.tier, offer.window));
  if (most < asked && r.displacing) {
    world::Offer displacing = offer;
    displacing.quantity = asked;
    if (offer_displacing(w, deal, index, displacing)) {
      offer = displacing;
      return;
    }
  }
  if (most >= limits.quantity_min && most.value > 0) offer.quantity = most;
}

}  // namespace

void on_proposal(world::World& w, world::RequestIndex index, std::uint32_t message) {
  world::RequestState& r = w.requests[index];
  if (!r.busy || message != r.awaited) return;
  const world::HolderState& h = w.holder_of(w.listings[r.offer.listing]);
  auto answer = [&](world::Offer& offer) {
    world::Listing& l = w.listings[offer.listing];
    auto deal = deal_rules_for(w, r.user, l, r.class_index, w.now);
    offer.quantity = Quantity(0);
    if (deal && !offer.window.empty() && !h.revoked) make(w, index, *deal, offer);
    if (offer.quantity.value > 0) l.promised.add(offer.window, offer.quantity);
  };
  for (world::Offer& offer : r.further) offer.quantity = Quantity(0);
  answer(r.offer);
  for (world::Offer& offer : r.further) answer(offer);
  world::Sender from = world::from_request(w, index, h.zone);
  r.awaited = static_cast<std::uint32_t>(r.draws.sent);
  if (!world::post<kernel::EventKind::offer>(w, from, w.users[r.user].zone, index, r.awaited))
    w.schedule<kernel::EventKind::silence>(w.now + world::kSilence, index, from, r.awaited);
}

void on_release(world::World& w, const world::ReleaseNote& note) {
  w.listings[note.listing].promised.add(note.window, Quantity(0) - note.quantity);
}

}  // namespace capmarket::agents
