#include "sim/agents/draft.h"

#include <algorithm>

#include "model/chain/turn.h"
#include "model/crypto/hash.h"
#include "sim/agents/deal_rules.h"
#include "sim/agents/displace.h"
#include "sim/agents/negotiate.h"
#include "sim/agents/spoil.h"
#include "sim/agents/use.h"
#include "sim/world/network.h"
#include "sim/world/readers.h"

namespace capmarket::agents {
namespace {

template <class Item>
void add_once(std::vector<Item>& list, Item x) {
  if (std::find(list.begin(), list.end(), x) == list.end()) list.push_back(x);
}

void ask_coordinators(world::World& w, world::DraftIndex index) {
  world::Draft& d = w.drafts[index];
  for (std::uint32_t place = 0; place < d.coordinators.size(); ++place)
    world::post<kernel::EventKind::cosign>(w, world::from_holder(w, d.holders.front()),
                                           w.coordinators[d.coordinators[place]].zone, index,
                                           place);
}

/// The infrastructure that the leg's declaration shares, as the coordinator knows the chain; none
/// where it shares none. Nothing where the coordinator knows no such declaration.
std::optional<chain::InfrastructureIndex> shared_by(const chain::ChainState& seen,
                                                    const objects::Leg& leg) {
  const chain::DeclarationRecord* record = seen.declaration(leg.declaration);
  return record == nullptr ? std::nullopt : std::optional(record->infrastructure);
}

/// Whether the shared capacity holds the draft by the coordinator's book: what it knows of the
/// chain, and what it signed since.
bool fits(const world::World& w, const world::CoordinatorState& c, const world::Draft& d) {
  const chain::ChainState& seen = w.seen_by(c.readers);
  for (const objects::Leg& leg : d.settlement.legs) {
    auto shared = shared_by(seen, leg);
    if (!shared) return false;
    if (leg.displace) continue;  // who gives way is the chain's to judge
    if (!shared->valid()) continue;
    auto over = chain::Turn(seen).shared_excess(leg.window, *shared);
    const Quantity signed_for =
        c.book.committed(static_cast<std::uint32_t>(shared->place()), leg.window, w.now);
    if (over && *over + signed_for.value + leg.quantity.value > 0) return false;
  }
  return true;
}

/// What the coordinator signs counts in its book until the chain has answered, or should have.
void note_signed(world::World& w, world::CoordinatorState& c, const world::Draft& d) {
  const chain::ChainState& seen = w.seen_by(c.readers);
  const Duration within = at(w.scenario->coordinators, c.spec).settlement_timeout +
                          world::until_published(w, w.readers[c.readers].lag);
  for (const objects::Leg& leg : d.settlement.legs) {
    auto shared = shared_by(seen, leg);
    if (!shared || !shared->valid() || leg.displace) continue;
    c.book.add({0, static_cast<std::uint32_t>(shared->place()), leg.window, leg.quantity,
                w.now + within, leg.price, std::nullopt, std::nullopt, d.id},
               w.now);
  }
}

/// The part of the leg that is not more than its holder promised, on the terms that it named.
bool is_as_offered(const objects::Leg& leg, const party::Commitment& promised) {
  if (leg.displace.has_value() != promised.displace.has_value()) return false;
  return promised.window.contains(leg.window) && leg.quantity <= promised.quantity &&
         leg.price == promised.price && leg.price_index == promised.index &&
         (!leg.displace || leg.displace->refund_at_most <= promised.displace->refund_at_most);
}

/// The holder compares each of its legs with what it offered, and what binds it still.
bool would_sign(const world::World& w, world::HolderIndex holder, const world::Draft& d) {
  if (d.accomplice) return true;
  const world::HolderState& h = w.holders[holder];
  for (std::size_t i = 0; i < d.settlement.legs.size(); ++i) {
    const world::Listing& l = w.listings[d.offers[i].listing];
    if (l.holder != holder) continue;
    const party::Commitment* promised = h.book.find(d.offers[i].promise, w.now);
    const objects::Leg& leg = d.settlement.legs[i];
    if (promised == nullptr || promised->settlement || leg.declaration != l.declaration ||
        promised->resource != d.offers[i].listing.place() || !is_as_offered(leg, *promised))
      return false;
  }
  return true;
}

/// From here on its book holds the parts that it signs.
void sign(world::World& w, world::HolderIndex holder, const world::Draft& d) {
  world::HolderState& h = w.holders[holder];
  const Instant until =
      w.now + h.signatures_within + world::until_published(w, w.readers[h.readers].lag);
  for (std::size_t i = 0; i < d.settlement.legs.size() && i < d.offers.size(); ++i)
    if (w.listings[d.offers[i].listing].holder == holder &&
        h.book.find(d.offers[i].promise, w.now) != nullptr)
      h.book.sign(d.offers[i].promise, d.settlement.legs[i].window, d.settlement.legs[i].quantity,
                  d.id, until);
}

bool all_signed(std::uint32_t mask, std::size_t count) {
  return mask == (std::uint32_t{1} << count) - 1;
}

/// After a draft that came to nothing: the next holder, for each of the requests.
void go_on(world::World& w, const world::Draft& d) {
  const world::RequestState& first = w.requests[d.requests.front()];
  if (first.bundle.valid() && !first.replacing)
    retry_bundle(w, first.bundle);
  else
    ask_next(w, d.requests.front());
}

/// The first holder has one signature more: with all of them it asks the coordinators, or submits.
void collect(world::World& w, world::DraftIndex index, std::uint32_t place) {
  world::Draft& d = w.drafts[index];
  if (d.closed) return;
  d.holders_signed |= std::uint32_t{1} << place;
  if (!all_signed(d.holders_signed, d.holders.size())) return;
  if (d.coordinators.empty())
    submit_draft(w, index);
  else
    ask_coordinators(w, index);
}

/// A leg for the offer; false where since then the rule or the policy has gone.
bool add_leg(world::World& w, world::Draft& d, world::RequestIndex index,
             const world::Offer& offer) {
  const world::RequestState& r = w.requests[index];
  const world::UserState& u = w.users[r.user];
  auto deal = deal_rules_for(w, w.seen_by(u.readers), r.user, w.listings[offer.listing],
                             r.class_index, d.settlement.signed_at);
  if (!deal) return false;
  d.requests.push_back(index);
  objects::Leg leg = leg_of(w, index, offer, *deal);
  if (const world::KnownRefusal* known =
          latest_refusal(u, leg.declaration, d.settlement.signed_at))
    leg.predecessors.push_back(known->settlement);
  if (r.replacing) leg.replaces = r.replacing->loss;
  d.settlement.legs.push_back(std::move(leg));
  d.offers.push_back(offer);
  if (deal->policy) d.settlement.policy = deal->policy;
  add_once(d.holders, w.listings[offer.listing].holder);
  for (world::CoordinatorIndex c : deal->coordinators) add_once(d.coordinators, c);
  return true;
}

/// The legs of everything that was offered; none where one of them cannot be.
void add_legs(world::World& w, world::Draft& d, const std::vector<world::RequestIndex>& requests) {
  bool all = true;
  for (world::RequestIndex index : requests) {
    const world::RequestState& r = w.requests[index];
    const chain::RequestRecord* known = w.seen_by(w.users[r.user].readers).request(r.id);
    all = all && known != nullptr && add_leg(w, d, index, r.offer);
    for (const world::Offer& offer : r.further) all = all && add_leg(w, d, index, offer);
    if (all) d.settlement.indices.push_back({r.id, known->next_index});
  }
  if (all) return;
  d.settlement.legs.clear();
  d.requests = requests;
}

/// What the requests were offered comes to nothing.
void drop(world::World& w, const world::Draft& d, const std::vector<world::RequestIndex>& requests) {
  for (world::RequestIndex index : requests) {
    const world::RequestState r = w.requests[index];
    let_go(w, index, r.offer);
    for (const world::Offer& offer : r.further) let_go(w, index, offer);
  }
  go_on(w, d);
}

}  // namespace

objects::Leg leg_of(const world::World& w, world::RequestIndex index, const world::Offer& offer,
                    const DealRules& deal) {
  const world::RequestState& r = w.requests[index];
  const world::UserState& u = w.users[r.user];
  const world::Listing& listing = w.listings[offer.listing];
  objects::Leg leg;
  leg.declaration = listing.declaration;
  leg.request = r.id;
  leg.holder_credential = w.holder_of(listing).credential;
  leg.user_credential = u.credential;
  leg.quantity = offer.quantity;
  leg.window = offer.window;
  leg.rule = w.rule_ids[deal.rule_index];
  leg.tier = r.tier;
  leg.price = offer.price;
  leg.retain_until =
      leg.window.until + std::max(w.class_spec(r.class_index).retention, deal.rule->retention);
  leg.strategy = deal.fallback->fallback_ids.front();
  leg.price_index = offer.index;
  return leg;
}

void submit_draft(world::World& w, world::DraftIndex index) {
  world::Draft& d = w.drafts[index];
  d.closed = true;
  std::vector<world::SigningJob::Signer> signers{
      {objects::Role::submitter, w.holders[d.holders.front()].key}};
  for (world::HolderIndex h : d.holders)
    signers.push_back({objects::Role::holder, w.holders[h].key});
  signers.push_back({objects::Role::user, w.users[d.user].key});
  for (world::CoordinatorIndex c : d.coordinators)
    signers.push_back({objects::Role::coordinator, w.coordinators[c].key, d.forged});
  w.submit(objects::Kind::settlement, world::SettledBy{index}, objects::encode_object(d.settlement),
           std::move(signers), world::from_holder(w, d.holders.front()), d.attack);
}

void draft_settlement(world::World& w, const std::vector<world::RequestIndex>& requests) {
  world::RequestState& first = w.requests[requests.front()];
  const world::UserState& u = w.users[first.user];
  world::Draft d;
  d.user = first.user;
  d.settlement.salt = w.fresh_salt(first.draws);
  d.settlement.signed_at = w.now + u.clock;
  add_legs(w, d, requests);
  if (d.settlement.legs.empty()) return drop(w, d, requests);
  for (world::CoordinatorIndex c : d.coordinators)
    d.settlement.coordinators.push_back(w.coordinators[c].credential);
  if (!sign_ceilings(w, d)) return drop(w, d, requests);
  if (u.attack) {
    d.accomplice = true;
    spoil(w, d);
  }
  d.id = crypto::content_id(objects::encode_object(objects::Object(d.settlement)));
  const world::DraftIndex index = w.drafts.push_back(std::move(d));
  const world::Draft& draft = w.drafts[index];
  for (std::uint32_t place = 0; place < draft.holders.size(); ++place)
    world::post<kernel::EventKind::countersign>(w, world::from_request(w, requests.front(), u.zone),
                                                w.holders[draft.holders[place]].zone, index, place);
  w.schedule<kernel::EventKind::abandon>(
      w.now + u.settlement_within + world::until_published(w, w.readers[u.readers].lag), index,
      {first.draws.who, first.drafts++, {}});
}

void on_countersign(world::World& w, world::DraftIndex index, std::uint32_t place) {
  world::Draft& d = w.drafts[index];
  const std::uint32_t bit = std::uint32_t{1} << place;
  const world::HolderIndex holder = d.holders[place];
  if ((d.signed_by & bit) != 0 || !would_sign(w, holder, d)) return;
  d.signed_by |= bit;
  sign(w, holder, d);
  const world::Sender from = world::from_holder(w, holder);
  if (place > 0) {
    world::post<kernel::EventKind::countersigned>(w, from, w.holders[d.holders.front()].zone, index,
                                                  place);
    return;
  }
  w.schedule<kernel::EventKind::unsigned_draft>(w.now + w.holders[holder].signatures_within, index,
                                                from);
  collect(w, index, place);
}

void on_countersigned(world::World& w, world::DraftIndex index, std::uint32_t place) {
  collect(w, index, place);
}

void on_unsigned_draft(world::World& w, world::DraftIndex index) {
  world::Draft& d = w.drafts[index];
  if (d.closed) return;
  d.closed = true;
  w.holders[d.holders.front()].book.settle(d.id);
}

void on_cosign(world::World& w, world::DraftIndex index, std::uint32_t place) {
  const world::Draft& d = w.drafts[index];
  world::CoordinatorState& c = w.coordinators[d.coordinators[place]];
  const scenarios::CoordinatorSpec& spec = at(w.scenario->coordinators, c.spec);
  std::uint64_t question = c.asked++;
  kernel::Stream outage(w.dynamics, c.draws.who, kernel::Draw::outage, question);
  bool silent = static_cast<std::int64_t>(outage.below(kFullRatio)) < spec.outage;
  if (silent || c.book.has_signed(d.id, w.now) || !fits(w, c, d)) return;
  note_signed(w, c, d);
  kernel::Stream delay(w.dynamics, c.draws.who, kernel::Draw::delay, question);
  world::Sender from{c.draws.who, question, c.zone};
  if (auto at = world::arrival(w, from, w.holders[d.holders.front()].zone))
    w.schedule<kernel::EventKind::cosigned>(*at + Duration(delay.sample(spec.delay)), index, from,
                                            place);
}

void on_cosigned(world::World& w, world::DraftIndex index, std::uint32_t place) {
  world::Draft& d = w.drafts[index];
  if (d.closed) return;
  d.coordinators_signed |= std::uint32_t{1} << place;
  if (all_signed(d.coordinators_signed, d.coordinators.size())) submit_draft(w, index);
}

void on_abandon(world::World& w, world::DraftIndex index) {
  world::Draft& d = w.drafts[index];
  if (d.over) return;
  d.over = true;
  ++w.untried["no-settlement"];
  const world::Draft given_up = d;
  go_on(w, given_up);
}

void on_settlement_known(world::World& w, world::DraftIndex index, world::ReadersIndex readers) {
  const world::Draft& d = w.drafts[index];
  for (world::HolderIndex h : d.holders)
    if (w.holders[h].readers == readers) w.holders[h].book.settle(d.id);
  for (world::CoordinatorIndex c : d.coordinators)
    if (w.coordinators[c].readers == readers) w.coordinators[c].book.settle(d.id);
}

void on_settlement_unsent(world::World& w, world::DraftIndex index) {
  const world::Draft& d = w.drafts[index];
  w.holders[d.holders.front()].book.settle(d.id);
}

void on_settlement_decided(world::World& w, world::DraftIndex draft, const world::Answer& answer) {
  const world::Draft d = w.drafts[draft];
  const bool admitted = answer.admitted();
  for (std::size_t i = 0; i < d.settlement.legs.size() && i < d.requests.size(); ++i) {
    const objects::Leg& leg = d.settlement.legs[i];
    world::RequestState& r = w.requests[d.requests[i]];
    world::UserState& u = w.users[r.user];
    if (admitted) {
      r.wanted -= std::min(r.wanted, leg.quantity);
      if (!r.replacing) r.missing.add(leg.window, Quantity(0) - leg.quantity);
      std::erase_if(u.refusals, [&](const world::KnownRefusal& k) {  // discharged
        return k.declaration == leg.declaration && k.admitted < d.settlement.signed_at;
      });
      on_granted(w, d.user, objects::grant_id(answer.id, i));
    } else {
      u.refusals.push_back({leg.declaration, answer.id, answer.receipt.time});
    }
  }
  if (d.requests.empty()) return;                                         // an adversary's copy
  const bool gave_up = d.over;
  w.drafts[draft].over = true;
  if (w.users[d.user].attack && spoil_after(w, draft, admitted)) return;  // found out
  if (gave_up) return;  // it goes on already
  const world::RequestState& first = w.requests[d.requests.front()];
  if (admitted && first.bundle.valid() && !first.replacing) {
    w.bundles[first.bundle].over = true;  // all of it is settled
    for (world::RequestIndex index : d.requests) {
      w.requests[index].busy = false;
      if (!w.requests[index].shortfalls.empty()) ask_next(w, index);
    }
    return;
  }
  go_on(w, d);
}

}  // namespace capmarket::agents
