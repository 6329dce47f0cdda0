#include "sim/agents/draft.h"

#include <algorithm>

#include "model/chain/turn.h"
#include "sim/agents/deal_rules.h"
#include "sim/agents/displace.h"
#include "sim/agents/negotiate.h"
#include "sim/agents/spoil.h"
#include "sim/agents/use.h"
#include "sim/world/network.h"

namespace capmarket::agents {
namespace {

constexpr Duration kDraftPatience{3 * kNanosPerSecond};

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

/// Whether the shared capacity holds the draft, as the coordinator knows the chain.
bool fits(const world::World& w, const world::Draft& d) {
  for (const objects::Leg& leg : d.settlement.legs) {
    if (leg.displace) continue;  // who gives way is the chain's to judge
    const chain::DeclarationRecord* record = w.state().declaration(leg.declaration);
    if (record == nullptr || !record->infrastructure.valid()) continue;
    auto over = chain::Turn(w.state()).shared_excess(leg.window, record->infrastructure);
    if (over && *over + leg.quantity.value > 0) return false;
  }
  return true;
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

/// A leg for the offer; false where since then the rule or the policy has gone.
bool add_leg(world::World& w, world::Draft& d, world::RequestIndex index,
             const world::Offer& offer) {
  const world::RequestState& r = w.requests[index];
  auto deal =
      deal_rules_for(w, r.user, w.listings[offer.listing], r.class_index, d.settlement.signed_at);
  if (!deal) return false;
  d.requests.push_back(index);
  d.settlement.legs.push_back(leg_of(w, index, offer, *deal, d.settlement.signed_at));
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
    all = all && add_leg(w, d, index, r.offer);
    for (const world::Offer& offer : r.further) all = all && add_leg(w, d, index, offer);
    if (all) d.settlement.indices.push_back({r.id, w.state().request(r.id)->next_index});
  }
  if (all) return;
  d.settlement.legs.clear();
  d.requests = requests;
}

/// What the requests were offered comes to nothing.
void drop(world::World& w, const world::Draft& d, const std::vector<world::RequestIndex>& requests) {
  for (world::RequestIndex index : requests) {
    let_go(w, w.requests[index].offer);
    for (const world::Offer& offer : w.requests[index].further) let_go(w, offer);
  }
  go_on(w, d);
}

}  // namespace

objects::Leg leg_of(const world::World& w, world::RequestIndex index, const world::Offer& offer,
                    const DealRules& deal, Instant signed_at) {
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
  if (const world::KnownRefusal* known = latest_refusal(u, listing.declaration, signed_at))
    leg.predecessors.push_back(known->settlement);
  leg.strategy = deal.fallback->fallback_ids.front();
  if (r.replacing) leg.replaces = r.replacing->loss;
  leg.price_index = offer.index;
  return leg;
}

void submit_draft(world::World& w, world::DraftIndex index) {
  world::Draft& d = w.drafts[index];
  d.done = true;
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
  if (u.attack) spoil(w, d);
  const bool may_stall =
      !d.coordinators.empty() || w.scenario->loss > 0 || !w.scenario->partitions.empty();
  const world::DraftIndex index = w.drafts.push_back(std::move(d));
  const world::Draft& draft = w.drafts[index];
  for (std::uint32_t place = 0; place < draft.holders.size(); ++place)
    world::post<kernel::EventKind::countersign>(w, world::from_request(w, requests.front(), u.zone),
                                                w.holders[draft.holders[place]].zone, index, place);
  const world::Sender of{first.draws.who, first.drafts++, {}};
  if (may_stall) w.schedule<kernel::EventKind::abandon>(w.now + kDraftPatience, index, of);
}

void on_countersign(world::World& w, world::DraftIndex index, std::uint32_t place) {
  world::Draft& d = w.drafts[index];
  std::uint32_t bit = std::uint32_t{1} << place;
  if (d.done || (d.holders_signed & bit) != 0) return;
  d.holders_signed |= bit;
  if (!all_signed(d.holders_signed, d.holders.size())) return;
  if (d.coordinators.empty())
    submit_draft(w, index);
  else
    ask_coordinators(w, index);
}

void on_cosign(world::World& w, world::DraftIndex index, std::uint32_t place) {
  const world::Draft& d = w.drafts[index];
  world::CoordinatorState& c = w.coordinators[d.coordinators[place]];
  const scenarios::CoordinatorSpec& spec = at(w.scenario->coordinators, c.spec);
  std::uint64_t question = c.asked++;
  kernel::Stream outage(w.dynamics, c.draws.who, kernel::Draw::outage, question);
  bool silent = static_cast<std::int64_t>(outage.below(kFullRatio)) < spec.outage;
  if (d.done || silent || !fits(w, d)) return;
  kernel::Stream delay(w.dynamics, c.draws.who, kernel::Draw::delay, question);
  world::Sender from{c.draws.who, question, c.zone};
  if (auto at = world::arrival(w, from, w.holders[d.holders.front()].zone))
    w.schedule<kernel::EventKind::cosigned>(*at + Duration(delay.sample(spec.delay)), index, from,
                                            place);
}

void on_cosigned(world::World& w, world::DraftIndex index, std::uint32_t place) {
  world::Draft& d = w.drafts[index];
  std::uint32_t bit = std::uint32_t{1} << place;
  if (d.done || (d.coordinators_signed & bit) != 0) return;
  d.coordinators_signed |= bit;
  if (all_signed(d.coordinators_signed, d.coordinators.size())) submit_draft(w, index);
}

void on_abandon(world::World& w, world::DraftIndex index) {
  world::Draft& d = w.drafts[index];
  if (d.done) return;
  d.done = true;
  clear_promises(w, index);
  const world::Draft given_up = d;
  go_on(w, given_up);
}

void clear_promises(world::World& w, world::DraftIndex index) {
  for (world::Offer& o : w.drafts[index].offers) {
    w.listings[o.listing].promised.add(o.window, Quantity(0) - o.quantity);
    o.quantity = Quantity(0);
  }
}

void on_settlement_receipt(world::World& w, world::DraftIndex draft, const world::Answer& answer) {
  if (answer.lost) clear_promises(w, draft);
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
      on_granted(w, objects::grant_id(answer.id, i));
    } else if (!answer.lost) {
      u.refusals.push_back({leg.declaration, answer.id, answer.receipt.time});
    }
  }
  if (d.requests.empty()) return;                                         // an adversary's copy
  if (w.users[d.user].attack && spoil_after(w, draft, admitted)) return;  // found out
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
