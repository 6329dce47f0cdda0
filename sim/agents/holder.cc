#include "sim/agents/holder.h"

#include <algorithm>

#include "sim/agents/displace.h"
#include "sim/agents/pricing.h"
#include "sim/agents/terms.h"
#include "sim/engine/network.h"

namespace capmarket {
namespace {

constexpr Duration kSilence{kTries * kRetryAfter.value};

void offer(World& w, std::uint32_t index, const Terms& terms) {
  RequestState& r = w.requests[index];
  const Limits& limits = terms.rule->limits;
  const HolderState& h = w.holder_of(w.listings[r.offer.listing]);
  auto price = price_for(w, terms, h, r, r.offer.window);
  if (!price) return;
  r.offer.price = price->price;
  r.offer.index = price->index;
  Quantity asked = std::min(r.wanted, limits.quantity_max);
  Quantity most = std::min(asked, room_for(w, r.offer.listing, terms, r.tier, r.offer.window));
  if (most < asked && r.displacing) {
    Offer displacing = r.offer;
    displacing.quantity = asked;
    displacing.displacements = victims_for(w, terms, index, displacing);
    if (!displacing.displacements.empty()) {
      r.offer = displacing;
      return;
    }
  }
  if (most >= limits.quantity_min && most.value > 0) r.offer.quantity = most;
}

}  // namespace

void on_proposal(World& w, std::uint32_t index, std::uint32_t message) {
  RequestState& r = w.requests[index];
  if (!r.busy || message != r.awaited) return;
  Listing& l = w.listings[r.offer.listing];
  const HolderState& h = w.holder_of(l);
  auto terms = terms_for(w, r.user, l, r.class_index, w.now);
  r.offer.quantity = Quantity(0);
  if (terms && !r.offer.window.empty() && !h.revoked) offer(w, index, *terms);
  if (r.offer.quantity.value > 0) l.promised.add(r.offer.window, r.offer.quantity);
  Sender from = from_request(w, index, h.zone);
  r.awaited = r.messages;
  if (!post(w, from, w.users[r.user].zone, EventKind::offer, index, r.awaited))
    w.schedule(w.now + kSilence, EventKind::silence, index, r.awaited);
}

void on_release(World& w, const ReleaseNote& note) {
  w.listings[note.listing].promised.add(note.window, Quantity(0) - note.quantity);
}

}  // namespace capmarket
