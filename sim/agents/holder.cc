#include "sim/agents/holder.h"

#include <algorithm>

#include "sim/agents/deal_rules.h"
#include "sim/agents/displace.h"
#include "sim/agents/pricing.h"
#include "sim/world/network.h"

namespace capmarket::agents {
namespace {

/// What else the user is offered in this answer, as far as it is known.
std::vector<objects::Piece> offered_beside(const std::vector<world::Offer>& made) {
  std::vector<objects::Piece> out;
  for (const world::Offer& o : made)
    if (o.quantity.value > 0 && !o.window.empty()) out.push_back({o.window, o.quantity});
  return out;
}

/// `made` so far in this answer.
void make(world::World& w, const world::Proposal& asked, const DealRules& deal,
          const std::vector<world::Offer>& made, world::Offer& offer) {
  const world::RequestState& r = w.requests[asked.request];
  const rules::Limits& limits = deal.rule->limits;
  const world::HolderState& h = w.holders[asked.holder];
  auto price = price_for(w, deal, h, asked, offer.window);
  if (!price) return;
  offer.price = price->price;
  offer.index = price->index;
  Quantity wanted = std::min(offer.asked, limits.quantity_max);
  wanted = std::min(wanted, left_of_user(w.seen_by(h.readers), w.users[r.user].key.pub, deal,
                                         asked.tier, offer.window, offered_beside(made)));
  Quantity most = std::min(wanted, room_for(w, offer.listing, deal, asked.tier, offer.window));
  if (most < wanted && asked.displacing) {
    world::Offer displacing = offer;
    displacing.quantity = wanted;
    if (offer_displacing(w, deal, asked, displacing)) {
      offer = displacing;
      return;
    }
  }
  if (most >= limits.quantity_min && most.value > 0) offer.quantity = most;
}

/// It keeps what it offers free until the user has decided, or should have.
void promise(world::World& w, world::HolderState& h, world::Offer& offer) {
  offer.promise =
      h.book.add({0, static_cast<std::uint32_t>(offer.listing.place()), offer.window,
                  offer.quantity, w.now + h.offer_holds, offer.price, offer.index, offer.displace,
                  std::nullopt},
                 w.now);
}

}  // namespace

void on_proposal(world::World& w, world::ProposalIndex index) {
  if (w.proposals[index].answered) return;
  w.proposals[index].answered = true;
  const world::Proposal asked = w.proposals[index];
  world::HolderState& h = w.holders[asked.holder];
  const world::RequestState& r = w.requests[asked.request];
  std::vector<world::Offer> made;
  for (world::Offer offer : asked.asked) {
    auto deal = deal_rules_for(w, w.seen_by(h.readers), r.user, w.listings[offer.listing],
                               r.class_index, w.now);
    offer.quantity = Quantity(0);
    if (deal && !offer.window.empty() && !h.revoked) make(w, asked, *deal, made, offer);
    if (offer.quantity.value > 0) promise(w, h, offer);
    made.push_back(std::move(offer));
  }
  const world::OfferIndex answer = w.offers.push_back({index, std::move(made)});
  world::post<kernel::EventKind::offer>(w, world::from_holder(w, asked.holder),
                                        w.users[r.user].zone, answer);
}

void on_release(world::World& w, const world::ReleaseNote& note) {
  party::Commitments& book = w.holders[note.holder].book;
  const party::Commitment* promised = book.find(note.promise, w.now);
  if (promised != nullptr && !promised->settlement) book.drop(note.promise);
}

}  // namespace capmarket::agents
