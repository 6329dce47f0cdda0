#include "sim/agents/draft.h"

#include <algorithm>

#include "model/chain/resolve_internal.h"
#include "sim/adversaries/spoil.h"
#include "sim/agents/conduct.h"
#include "sim/agents/displace.h"
#include "sim/agents/negotiate.h"
#include "sim/agents/terms.h"
#include "sim/engine/network.h"

namespace capmarket {
namespace {

constexpr Duration kDraftPatience{3 * kNanosPerSecond};
constexpr std::int64_t kShares = 10'000;

Leg make_leg(World& w, std::uint32_t index, const Terms& terms, Instant signed_at) {
  RequestState& r = w.requests[index];
  const UserState& u = w.users[r.user];
  const Listing& listing = w.listings[r.offer.listing];
  price_entries(w, terms, index, r.offer, signed_at);
  Leg leg;
  leg.declaration = listing.declaration;
  leg.request = r.id;
  leg.holder_credential = w.holder_of(listing).credential;
  leg.user_credential = u.credential;
  leg.quantity = r.offer.quantity;
  leg.window = r.offer.window;
  leg.rule = w.rule_ids[terms.rule_index];
  leg.tier = r.tier;
  leg.price = r.offer.price;
  leg.retain_until =
      leg.window.until + std::max(w.class_spec(r.class_index).retention, terms.rule->retention);
  if (const KnownRefusal* known = latest_refusal(u, listing.declaration, signed_at))
    leg.predecessors.push_back(known->settlement);
  leg.strategy = terms.fallback->fallback_ids.front();
  leg.displacements = r.offer.displacements;
  if (r.replacing) leg.replaces = r.replacing->loss;
  leg.price_index = r.offer.index;
  return leg;
}

void add_once(std::vector<std::uint32_t>& list, std::uint32_t x) {
  if (std::find(list.begin(), list.end(), x) == list.end()) list.push_back(x);
}

void ask_coordinators(World& w, std::uint32_t index) {
  Draft& d = w.drafts[index];
  for (std::uint32_t place = 0; place < d.coordinators.size(); ++place)
    post(w, from_holder(w, d.holders.front()), w.coordinators[d.coordinators[place]].zone,
         EventKind::cosign, index, place);
}

/// Whether the shared capacity holds the draft, as the coordinator knows the chain.
bool fits(const World& w, const Draft& d) {
  using namespace resolve_internal;
  for (const Leg& leg : d.settlement.legs) {
    if (!leg.displacements.empty()) continue;  // those that give way are the chain's to judge
    const DeclarationRecord* record = w.state().declaration(leg.declaration);
    if (record == nullptr || record->infrastructure < 0) continue;
    auto over = shared_excess_over(w.state(), leg.window, record->infrastructure, {});
    if (over.value + leg.quantity.value > 0) return false;
  }
  return true;
}

bool all_signed(std::uint32_t mask, std::size_t count) {
  return mask == (std::uint32_t{1} << count) - 1;
}

/// After a draft that came to nothing: the next holder, for each of the requests.
void go_on(World& w, const Draft& d) {
  const RequestState& first = w.requests[d.requests.front()];
  if (first.bundle >= 0 && !first.replacing)
    retry_bundle(w, static_cast<std::uint32_t>(first.bundle));
  else
    ask_next(w, d.requests.front());
}

}  // namespace

void submit_draft(World& w, std::uint32_t index) {
  Draft& d = w.drafts[index];
  d.done = true;
  std::vector<SigningJob::Signer> signers{{Role::submitter, w.holders[d.holders.front()].key}};
  for (std::uint32_t h : d.holders) signers.push_back({Role::holder, w.holders[h].key});
  signers.push_back({Role::user, w.users[d.user].key});
  for (std::uint32_t c : d.coordinators)
    signers.push_back({Role::coordinator, w.coordinators[c].key, d.forged});
  w.submit(Kind::settlement, index, encode_object(d.settlement), std::move(signers),
           from_holder(w, d.holders.front()), d.attack);
}

void draft_settlement(World& w, const std::vector<std::uint32_t>& requests) {
  const RequestState& first = w.requests[requests.front()];
  const UserState& u = w.users[first.user];
  Draft d;
  d.user = first.user;
  d.requests = requests;
  d.settlement.salt = w.fresh_salt();
  d.settlement.signed_at = w.now + u.clock;
  for (std::uint32_t index : requests) {
    const RequestState& r = w.requests[index];
    d.offers.push_back(r.offer);
    auto terms =
        terms_for(w, r.user, w.listings[r.offer.listing], r.class_index, d.settlement.signed_at);
    if (!terms) {  // since it was offered, the rule or the policy has gone
      d.settlement.legs.clear();
      break;
    }
    d.settlement.legs.push_back(make_leg(w, index, *terms, d.settlement.signed_at));
    d.settlement.indices.push_back({r.id, w.state().request(r.id)->next_index});
    if (terms->policy) d.settlement.policy = terms->policy;
    add_once(d.holders, w.listings[r.offer.listing].holder);
    for (std::uint32_t c : terms->coordinators) add_once(d.coordinators, c);
  }
  if (d.settlement.legs.empty()) {
    for (std::uint32_t index : requests) let_go(w, w.requests[index].offer);
    go_on(w, d);
    return;
  }
  for (std::uint32_t c : d.coordinators)
    d.settlement.coordinators.push_back(w.coordinators[c].credential);
  if (u.attack) spoil(w, d);
  auto index = static_cast<std::uint32_t>(w.drafts.size());
  bool may_stall =
      !d.coordinators.empty() || w.scenario->loss > 0 || !w.scenario->partitions.empty();
  w.drafts.push_back(std::move(d));
  const Draft& draft = w.drafts.back();
  for (std::uint32_t place = 0; place < draft.holders.size(); ++place)
    post(w, from_request(w, requests.front(), u.zone), w.holders[draft.holders[place]].zone,
         EventKind::countersign, index, place);
  if (may_stall) w.schedule(w.now + kDraftPatience, EventKind::abandon, index);
}

void on_countersign(World& w, std::uint32_t index, std::uint32_t place) {
  Draft& d = w.drafts[index];
  std::uint32_t bit = std::uint32_t{1} << place;
  if (d.done || (d.holders_signed & bit) != 0) return;
  d.holders_signed |= bit;
  if (!all_signed(d.holders_signed, d.holders.size())) return;
  if (d.coordinators.empty())
    submit_draft(w, index);
  else
    ask_coordinators(w, index);
}

void on_cosign(World& w, std::uint32_t index, std::uint32_t place) {
  const Draft& d = w.drafts[index];
  std::uint32_t number = d.coordinators[place];
  CoordinatorState& c = w.coordinators[number];
  const CoordinatorSpec& spec = w.scenario->coordinators[static_cast<std::size_t>(c.spec)];
  std::uint64_t question = c.asked++;
  Stream outage(w.dynamics, EntityKind::coordinator, number, Draw::outage, question);
  bool silent = static_cast<std::int64_t>(outage.below(kShares)) < spec.outage;
  if (d.done || silent || !fits(w, d)) return;
  Stream delay(w.dynamics, EntityKind::coordinator, number, Draw::delay, question);
  Sender from{EntityKind::coordinator, number, question, c.zone};
  if (auto at = arrival(w, from, w.holders[d.holders.front()].zone))
    w.schedule(*at + Duration(delay.sample(spec.delay)), EventKind::cosigned, index, place);
}

void on_cosigned(World& w, std::uint32_t index, std::uint32_t place) {
  Draft& d = w.drafts[index];
  std::uint32_t bit = std::uint32_t{1} << place;
  if (d.done || (d.coordinators_signed & bit) != 0) return;
  d.coordinators_signed |= bit;
  if (all_signed(d.coordinators_signed, d.coordinators.size())) submit_draft(w, index);
}

void on_abandon(World& w, std::uint32_t index) {
  Draft& d = w.drafts[index];
  if (d.done) return;
  d.done = true;
  keep_promises(w, index);
  const Draft given_up = d;
  go_on(w, given_up);
}

void keep_promises(World& w, std::uint32_t index) {
  for (Offer& o : w.drafts[index].offers) {
    w.listings[o.listing].promised.add(o.window, Quantity(0) - o.quantity);
    o.quantity = Quantity(0);
  }
}

void on_settlement_receipt(World& w, const Passage& p) {
  if (p.lost) keep_promises(w, p.subject);
  const Draft d = w.drafts[p.subject];
  bool admitted = !p.lost && p.receipt.decision.admitted();
  for (std::size_t i = 0; i < d.settlement.legs.size() && i < d.requests.size(); ++i) {
    const Leg& leg = d.settlement.legs[i];
    RequestState& r = w.requests[d.requests[i]];
    UserState& u = w.users[r.user];
    if (admitted) {
      r.wanted -= std::min(r.wanted, leg.quantity);
      if (!r.replacing) r.remaining -= std::min(r.remaining, leg.quantity);
      std::erase_if(u.refusals, [&](const KnownRefusal& k) {  // discharged
        return k.declaration == leg.declaration && k.admitted < d.settlement.signed_at;
      });
      on_granted(w, grant_id(p.id, i));
    } else if (!p.lost) {
      u.refusals.push_back({leg.declaration, p.id, p.receipt.time});
    }
  }
  if (d.requests.empty()) return;                                             // an adversary's copy
  if (w.users[d.user].attack && spoil_after(w, p.subject, admitted)) return;  // found out
  const RequestState& first = w.requests[d.requests.front()];
  if (admitted && first.bundle >= 0 && !first.replacing) {
    w.bundles[static_cast<std::size_t>(first.bundle)].over = true;  // all of it is settled
    for (std::uint32_t index : d.requests) {
      w.requests[index].busy = false;
      if (!w.requests[index].needs.empty()) ask_next(w, index);
    }
    return;
  }
  go_on(w, d);
}

}  // namespace capmarket
