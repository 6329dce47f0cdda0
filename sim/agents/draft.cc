#include "sim/agents/draft.h"

#include <algorithm>
#include <utility>

#include "model/chain/turn.h"
#include "model/crypto/hash.h"
#include "sim/agents/asks.h"
#include "sim/agents/bids.h"
#include "sim/agents/deal_rules.h"
#include "sim/agents/displace.h"
#include "sim/agents/negotiate.h"
#include "sim/agents/pay.h"
#include "sim/agents/spoil.h"
#include "sim/agents/use.h"

namespace capmarket::agents {
namespace {

template <class Item>
void add_once(std::vector<Item>& list, Item x) {
  if (std::find(list.begin(), list.end(), x) == list.end()) list.push_back(x);
}

void ask_coordinators(const party::HolderView& v, party::DraftIndex index,
                      const party::Draft& d) {
  for (std::uint32_t place = 0; place < d.coordinators.size(); ++place)
    v.out.add(party::AskCoordinator{index, place, v.sender()});
}

/// The part of the leg that is not more than its holder promised, on the terms that it named.
bool is_as_offered(const objects::Leg& leg, const party::Commitment& promised) {
  if (leg.displace.has_value() != promised.displace.has_value()) return false;
  return promised.window.contains(leg.window) && leg.quantity <= promised.quantity &&
         leg.price == promised.price && leg.price_index == promised.index &&
         (!leg.displace || leg.displace->refund_at_most <= promised.displace->refund_at_most);
}

/// The holder compares each of its legs with what it offered, and what binds it still.
bool would_sign(const party::HolderView& v, const party::Draft& d) {
  if (d.accomplice) return true;
  for (std::size_t i = 0; i < d.settlement.legs.size(); ++i) {
    const party::Listing& l = v.market.listing(d.offers[i].listing);
    if (l.holder != v.index) continue;
    const party::Commitment* promised = v.me.book.find(d.offers[i].promise, v.now);
    const objects::Leg& leg = d.settlement.legs[i];
    if (promised == nullptr || promised->settlement || promised->to != d.user ||
        leg.declaration != l.declaration ||
        promised->resource != d.offers[i].listing.place() || !is_as_offered(leg, *promised))
      return false;
  }
  return true;
}

/// From here on its book holds the parts that it signs.
void sign(const party::HolderView& v, const party::Draft& d) {
  const Instant until = v.now + v.me.signatures_within + v.until_published();
  for (std::size_t i = 0; i < d.settlement.legs.size() && i < d.offers.size(); ++i)
    if (v.market.listing(d.offers[i].listing).holder == v.index &&
        v.me.book.find(d.offers[i].promise, v.now) != nullptr) {
      on_dealing(v, d.settlement.legs[i].price, true);
      v.me.book.sign(d.offers[i].promise, d.settlement.legs[i].window,
                     d.settlement.legs[i].quantity, d.id, until);
    }
}

bool all_signed(std::uint32_t mask, std::size_t count) {
  return mask == (std::uint32_t{1} << count) - 1;
}

/// After a draft that came to nothing: the next holder, for each of the requests.
void go_on(const party::UserView& v, const std::vector<party::RequestIndex>& requests) {
  const party::RequestState& first = v.requests[requests.front()];
  if (first.bundle.valid() && !first.replacing)
    retry_bundle(v, first.bundle);
  else
    ask_next(v, requests.front());
}

/// The first holder has one signature more: with all of them it asks the coordinators, or submits.
void collect(const party::HolderView& v, party::DraftIndex index, const party::Draft& d,
             party::Collected& collected, std::uint32_t place) {
  if (collected.closed) return;
  collected.holders |= std::uint32_t{1} << place;
  if (!all_signed(collected.holders, d.holders.size())) return;
  if (!d.coordinators.empty()) return ask_coordinators(v, index, d);
  collected.closed = true;
  v.out.add(party::SubmitDraft{index, v.sender()});
}

/// A draft while its user writes it.
struct Written {
  party::Draft draft;
  std::vector<party::RequestIndex> requests;  // by leg
};

/// A leg for the offer; false where since then the rule or the policy has gone.
bool add_leg(const party::UserView& v, Written& w, party::RequestIndex index,
             const party::Offer& offer) {
  const party::RequestState& r = v.requests[index];
  objects::Settlement& settlement = w.draft.settlement;
  const party::HolderIndex holder = v.market.listing(offer.listing).holder;
  auto deal = deal_rules_for(v.market, v.seen(), parties_of(v, holder), r.class_index,
                             settlement.signed_at);
  if (!deal) return false;
  w.requests.push_back(index);
  objects::Leg leg = leg_of(v.market, {r.id, v.index, r.class_index, r.tier}, offer, *deal);
  if (const party::KnownRefusal* known =
          latest_refusal(v.me, leg.declaration, settlement.signed_at))
    leg.predecessors.push_back(known->settlement);
  if (r.replacing) leg.replaces = r.replacing->loss;
  settlement.legs.push_back(std::move(leg));
  w.draft.offers.push_back(offer);
  if (deal->policy) settlement.policy = deal->policy;
  add_once(w.draft.holders, holder);
  for (party::CoordinatorIndex c : deal->coordinators) add_once(w.draft.coordinators, c);
  return true;
}

/// The legs of everything that was offered; none where one of them cannot be.
void add_legs(const party::UserView& v, Written& w,
              const std::vector<party::RequestIndex>& requests) {
  bool all = true;
  for (party::RequestIndex index : requests) {
    const party::RequestState& r = v.requests[index];
    const chain::RequestRecord* known = v.seen().request(r.id);
    all = all && known != nullptr && add_leg(v, w, index, r.offer);
    for (const party::Offer& offer : r.further) all = all && add_leg(v, w, index, offer);
    if (all) w.draft.settlement.indices.push_back({r.id, known->next_index});
  }
  if (all) return;
  w.draft.settlement.legs.clear();
  w.requests = requests;
}

/// What the requests were offered comes to nothing.
void drop(const party::UserView& v, const std::vector<party::RequestIndex>& requests) {
  for (party::RequestIndex index : requests) {
    const party::RequestState r = v.requests[index];
    let_go(v, index, r.offer);
    for (const party::Offer& offer : r.further) let_go(v, index, offer);
  }
  go_on(v, requests);
}

/// The most that the settlement costs its user: its legs, and what it displaces.
Int128 most_owed(const party::Draft& d) {
  Int128 out = 0;
  for (std::size_t i = 0; i < d.settlement.legs.size(); ++i) {
    const objects::Leg& leg = d.settlement.legs[i];
    out += cost_of(d.offers[i]).value;
    if (leg.displace) out += leg.displace->compensation_at_most.value;
  }
  return out;
}

/// It counts until it is decided, or cannot be any more: as long as the user waits for it, and once
/// more, since what it gave up may still be on its way.
void sign_for(const party::UserView& v, const ContentId& settlement, Int128 cost) {
  std::erase_if(v.me.purse.signed_for, [&](const auto& s) { return s.second.until <= v.now; });
  const Duration wait = v.me.settlement_within + v.until_published() + v.market.silence();
  v.me.purse.signed_for[settlement] = {
      Money(static_cast<std::int64_t>(std::min<Int128>(cost, kWireMax))), v.now + wait + wait};
}

/// To all of its holders.
void send_draft(const party::UserView& v, Written w) {
  const party::RequestIndex first = w.requests.front();
  party::SendDraft out{std::move(w.draft), {std::move(w.requests), false}, {}, {}, {}};
  for (std::size_t i = 0; i < out.draft.holders.size(); ++i) out.from.push_back(v.sender(first));
  out.until = v.now + v.me.settlement_within + v.until_published();
  party::RequestState& r = v.requests[first];
  out.waits = {r.draws.who, r.drafts++, {}};
  v.out.add(std::move(out));
}

/// What became of one leg.
void note_leg(const party::UserView& v, const party::Draft& d, std::size_t leg_number,
              party::RequestState& r, const party::Answer& answer) {
  const objects::Leg& leg = d.settlement.legs[leg_number];
  if (!answer.admitted()) {
    v.me.refusals.push_back({leg.declaration, answer.id, answer.receipt.time});
    note_refusal(r, answer);
    return;
  }
  r.served = true;
  on_settled(v, r, leg.price);
  r.wanted -= std::min(r.wanted, leg.quantity);
  if (!r.replacing) r.missing.add(leg.window, Quantity(0) - leg.quantity);
  std::erase_if(v.me.refusals, [&](const party::KnownRefusal& k) {  // discharged
    return k.declaration == leg.declaration && k.admitted < d.settlement.signed_at;
  });
  on_granted(v, objects::grant_id(answer.id, leg_number));
}

}  // namespace

objects::Leg leg_of(const party::Market& market, const LegTerms& terms, const party::Offer& offer,
                    const DealRules& deal) {
  const party::Listing& listing = market.listing(offer.listing);
  objects::Leg leg;
  leg.declaration = listing.declaration;
  leg.request = terms.request;
  leg.holder_credential = market.holder(listing.holder).credential;
  leg.user_credential = market.user(terms.user).credential;
  leg.quantity = offer.quantity;
  leg.window = offer.window;
  leg.rule = market.rule_id(deal.rule_index);
  leg.tier = terms.tier;
  leg.price = offer.price;
  leg.retain_until =
      leg.window.until +
      std::max(market.class_spec(terms.class_index).retention, deal.rule->retention);
  leg.strategy = deal.fallback->fallback_ids.front();
  leg.price_index = offer.index;
  return leg;
}

void draft_settlement(const party::UserView& v, const std::vector<party::RequestIndex>& requests) {
  Written w;
  party::Draft& d = w.draft;
  d.user = v.index;
  d.settlement.salt = v.fresh_salt(v.requests[requests.front()].draws);
  d.settlement.signed_at = v.now + v.me.clock;
  add_legs(v, w, requests);
  if (d.settlement.legs.empty()) return drop(v, requests);
  for (party::CoordinatorIndex c : d.coordinators)
    d.settlement.coordinators.push_back(v.market.coordinator(c).credential);
  if (!sign_ceilings(v, d)) return drop(v, requests);
  const Int128 cost = most_owed(d);
  if (!can_spend(v, cost)) {
    not_tried(v, v.requests[requests.front()], "budget");
    return drop(v, requests);
  }
  if (v.me.attack) {
    d.accomplice = true;
    spoil(v, d, w.requests.front());
  }
  d.id = crypto::content_id(objects::encode_object(objects::Object(d.settlement)));
  if (v.me.purse.limit) sign_for(v, d.id, cost);
  send_draft(v, std::move(w));
}

bool on_countersign(const party::HolderView& v, party::DraftIndex index, const party::Draft& d,
                    party::Collected& collected, std::uint32_t place) {
  if (!would_sign(v, d)) return false;
  sign(v, d);
  const party::Sender from = v.sender();
  if (place > 0) {
    v.out.add(party::Countersign{index, place, from});
    return true;
  }
  v.out.add(party::AwaitSignatures{index, v.now + v.me.signatures_within, from});
  collect(v, index, d, collected, place);
  return true;
}

void on_countersigned(const party::HolderView& v, party::DraftIndex index, const party::Draft& d,
                      party::Collected& collected, std::uint32_t place) {
  collect(v, index, d, collected, place);
}

void on_unsigned_draft(const party::HolderView& v, const party::Draft& d,
                       party::Collected& collected) {
  if (collected.closed) return;
  collected.closed = true;
  v.me.book.settle(d.id);
}

void on_cosigned(const party::HolderView& v, party::DraftIndex index, const party::Draft& d,
                 party::Collected& collected, std::uint32_t place) {
  if (collected.closed) return;
  collected.coordinators |= std::uint32_t{1} << place;
  if (!all_signed(collected.coordinators, d.coordinators.size())) return;
  collected.closed = true;
  v.out.add(party::SubmitDraft{index, v.sender()});
}

void on_abandon(const party::UserView& v, const party::Draft& d, party::UsersDraft& own) {
  if (own.over) return;
  own.over = true;
  for (party::CoordinatorIndex c : d.coordinators) v.me.silent[c] = v.now;
  not_tried(v, v.requests[own.requests.front()], "no-settlement");
  go_on(v, own.requests);
}

void on_settlement_decided(const party::UserView& v, const party::Draft& d, party::UsersDraft& own,
                           const party::Answer& answer) {
  const bool admitted = answer.admitted();
  v.me.purse.signed_for.erase(d.id);
  for (std::size_t i = 0; i < d.settlement.legs.size() && i < own.requests.size(); ++i)
    note_leg(v, d, i, v.requests[own.requests[i]], answer);
  if (own.requests.empty()) return;  // an adversary's copy
  const bool gave_up = std::exchange(own.over, true);
  if (v.me.attack && spoil_after(v, d, own.requests.front(), admitted)) return;  // found out
  if (gave_up) return;                                                          // it goes on already
  const party::RequestState& first = v.requests[own.requests.front()];
  if (admitted && first.bundle.valid() && !first.replacing) {
    v.requests.bundle(first.bundle).over = true;  // all of it is settled
    for (party::RequestIndex index : own.requests) {
      v.requests[index].busy = false;
      if (!v.requests[index].shortfalls.empty()) ask_next(v, index);
    }
    return;
  }
  go_on(v, own.requests);
}

}  // namespace capmarket::agents
