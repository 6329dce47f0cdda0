#include "sim/agents/negotiate.h"

#include <algorithm>

#include "model/chain/bindings.h"
#include "model/expr/evaluate.h"
#include "sim/agents/deal_rules.h"
#include "sim/agents/draft.h"
#include "sim/agents/lacking.h"
#include "sim/world/network.h"

namespace capmarket::agents {
namespace {

constexpr int kBundleRounds = 3;

/// What of the chain has reached the user of the request.
const chain::ChainState& seen(const world::World& w, const world::RequestState& r) {
  return w.seen_by(w.users[r.user].readers);
}

/// The substitute stays in the strategy's scope.
bool in_scope(const world::World& w, const world::RequestState& r, const world::Listing& l,
              const DealRules& deal) {
  if (!r.replacing || r.replacing->scope == rules::Substitution::any) return true;
  const chain::ChainState& s = seen(w, r);
  const chain::GrantRecord& lost = s.grants[r.replacing->grant];
  auto listing = w.listing_of.find(s.declarations[lost.declaration].id);
  if (listing == w.listing_of.end()) return false;
  const world::Listing& old = w.listings[listing->second];
  if (r.replacing->scope == rules::Substitution::same_holder) return old.holder == l.holder;
  if (r.replacing->scope != rules::Substitution::pool) return false;
  const world::HolderState &a = w.holder_of(old), &b = w.holder_of(l);
  if (a.infrastructure.valid() && a.infrastructure == b.infrastructure) return true;
  auto before = deal_rules_for(w, s, r.user, old, r.class_index, w.now);
  return before &&
         std::any_of(
             deal.coordinators.begin(), deal.coordinators.end(), [&](world::CoordinatorIndex c) {
               return std::find(before->coordinators.begin(), before->coordinators.end(), c) !=
                      before->coordinators.end();
             });
}

bool may_displace(const world::World& w, const world::RequestState& r) {
  const std::string& name = w.class_spec(r.class_index).name;
  bool any = std::any_of(
      w.scenario->rules.begin(), w.scenario->rules.end(), [&](const scenarios::ScenarioRule& x) {
        const rules::Tier* tier = x.rule.class_name == name ? x.rule.tier(r.tier) : nullptr;
        return tier != nullptr && tier->displaces && x.in_force().contains(w.now);
      });
  return any && !overdue(seen(w, r), w.users[r.user].key.pub, w.now);
}

/// What to ask for on that listing: the goal whole, or the part of what is missing that it has.
std::optional<world::Offer> ask_for(const world::World& w, const world::RequestState& r,
                                    world::ListingIndex listing,
                                    const capacity::StepFunction& missing) {
  const world::Listing& l = w.listings[listing];
  const bool whole = l.window.contains(r.goal);
  if (!whole && !(splits_time(r) && l.window.meets(r.goal))) return std::nullopt;
  auto deal = deal_rules_for(w, seen(w, r), r.user, l, r.class_index, w.now);
  if (!deal || !in_scope(w, r, l, *deal)) return std::nullopt;
  world::Offer out;
  out.listing = listing;
  out.window = r.goal;
  out.asked = r.wanted;
  if (!splits_time(r)) return out;
  const Window common{std::max(l.window.from, r.goal.from), std::min(l.window.until, r.goal.until)};
  auto part = lacking(missing, common, *deal->rule);
  if (!part) return std::nullopt;
  out.window = part->window;
  out.asked = part->quantity;
  return out;
}

/// The next holder that would do; none when the list is through.
std::optional<world::Offer> next_offer(const world::World& w, world::RequestState& r) {
  while (r.next_candidate < r.candidates.size())
    if (auto offer = ask_for(w, r, r.candidates[r.next_candidate++], r.missing)) return offer;
  return std::nullopt;
}

/// With the first, whatever else its holder has of what is missing, up to the legs of a settlement.
/// What is asked for stands before what is not, and is not asked for again.
void ask_further(const world::World& w, world::RequestState& r) {
  r.further.clear();
  if (!splits_time(r) || r.displacing) return;
  const world::HolderIndex holder = w.listings[r.offer.listing].holder;
  capacity::StepFunction missing = r.missing;
  missing.add(r.offer.window, Quantity(0) - r.offer.asked);
  for (std::size_t i = r.next_candidate; i < r.candidates.size(); ++i) {
    if (r.further.size() + 1 == objects::kLegsMax) return;
    if (w.listings[r.candidates[i]].holder != holder) continue;
    auto offer = ask_for(w, r, r.candidates[i], missing);
    if (!offer) continue;
    missing.add(offer->window, Quantity(0) - offer->asked);
    r.further.push_back(*std::move(offer));
    std::swap(r.candidates[i], r.candidates[r.next_candidate++]);
  }
}

void bundle_failed(world::World& w, world::BundleState& b) {
  b.over = true;
  for (std::size_t i = 0; i < b.turn; ++i) {
    const world::RequestState r = w.requests[b.requests[i]];
    let_go(w, b.requests[i], r.offer);
    for (const world::Offer& offer : r.further) let_go(w, b.requests[i], offer);
  }
}

/// What is under way is over; the next loss, if any.
void finish(world::World& w, world::RequestIndex index) {
  world::RequestState& r = w.requests[index];
  r.busy = false;
  if (r.bundle.valid() && !r.replacing) {
    world::BundleState& b = w.bundles[r.bundle];
    if (!b.over && b.requests[b.turn] == index) bundle_failed(w, b);
  }
  r.replacing.reset();
  if (r.shortfalls.empty()) return;
  r.replacing = r.shortfalls.front();
  r.shortfalls.erase(r.shortfalls.begin());
  r.goal = r.replacing->window;
  r.wanted = r.replacing->quantity;
  r.next_candidate = 0;
  r.displacing = false;
  ask_next(w, index);
}

/// The user reads the rule: it does not sign what its tier may not have. Adversaries do.
bool eligible_for(const world::World& w, const world::RequestState& r, const DealRules& deal,
                  const world::Offer& offer, Instant signed_at) {
  const world::UserState& u = w.users[r.user];
  if (u.attack == scenarios::Attack::tier_inflation) return true;
  const rules::Tier* tier = deal.tiers->tier(r.tier);
  if (tier == nullptr) return false;
  const world::HolderState& h = w.holder_of(w.listings[offer.listing]);
  objects::CredentialGrant user, holder;
  user.kind = u.kind, user.groups = u.groups;
  holder.kind = h.kind, holder.groups = h.groups;
  chain::EligibilityContext context{&user,        &holder,     &h.location, offer.quantity,
                                    offer.window, offer.price, signed_at,   r.partial};
  return Concrete::holds(expr::evaluate_bool<Concrete>(
      tier->eligible, chain::eligibility_bindings(*deal.tiers, *tier, context)));
}

/// The offer cut to what can still be signed; false where nothing of it can.
bool cut_to_time(const world::RequestState& r, const DealRules& deal, Instant signed_at,
                 world::Offer& offer) {
  const rules::Limits& limits = deal.rule->limits;
  Instant earliest = chain::ceil_to(*deal.rule, signed_at + limits.lead_min);
  Window window = offer.window;
  window.from = std::max(window.from, earliest);
  if (window.empty() || window.length() < limits.length_min) return false;
  offer.window = window;
  if (r.replacing) return true;
  bool whole = offer.quantity == r.quantity && window == r.window;
  return whole || r.partial;
}

/// Why the user does not take an offer, cut to the time that is left; empty where it does.
std::string_view objection(const world::World& w, const world::RequestState& r,
                           world::Offer& offer, Instant signed_at) {
  if (offer.quantity.value <= 0) return "no-offer";
  if (offer.price > r.max_price) return "price";
  auto deal =
      deal_rules_for(w, seen(w, r), r.user, w.listings[offer.listing], r.class_index, signed_at);
  if (!deal) return "no-rule";
  if (!cut_to_time(r, *deal, signed_at, offer)) return "too-late";
  return eligible_for(w, r, *deal, offer, signed_at) ? "" : "ineligible";
}

/// Whether the user takes the offer; what it leaves of it the draft shows.
bool take(world::World& w, const world::RequestState& r, world::Offer& offer, Instant signed_at) {
  const world::Offer offered = offer;
  const std::string_view why_not = objection(w, r, offer, signed_at);
  if (why_not.empty()) return true;
  ++w.untried[std::string(why_not)];
  offer = offered;
  return false;
}

/// The first of them goes to its holder, and with it what else is asked of that one.
void propose(world::World& w, world::RequestIndex index) {
  world::RequestState& r = w.requests[index];
  const world::UserState& u = w.users[r.user];
  world::Proposal p;
  p.request = index;
  p.holder = w.listings[r.offer.listing].holder;
  p.asked.push_back(r.offer);
  p.asked.insert(p.asked.end(), r.further.begin(), r.further.end());
  p.displacing = r.displacing;
  p.accomplice = u.attack == scenarios::Attack::equal_rank_displacement;
  if (r.replacing) p.loss = r.replacing->loss;
  p.max_price = r.max_price;
  p.tier = r.tier;
  const world::Sender from = world::from_request(w, index, u.zone);
  r.awaited = w.proposals.push_back(std::move(p));
  world::post<kernel::EventKind::proposal>(w, from, w.holders[w.proposals[r.awaited].holder].zone,
                                           r.awaited);
  w.schedule<kernel::EventKind::silence>(w.now + u.offer_within, r.awaited, from);
}

}  // namespace

void let_go(world::World& w, world::RequestIndex index, const world::Offer& offer) {
  if (offer.quantity.value <= 0) return;
  const world::HolderIndex holder = w.listings[offer.listing].holder;
  const world::ReleaseIndex note = w.releases.push_back({holder, offer.promise});
  // What the holder never hears of it forgets, later.
  world::post<kernel::EventKind::release>(
      w, world::from_request(w, index, w.users[w.requests[index].user].zone),
      w.holders[holder].zone, note);
}

void ask_next(world::World& w, world::RequestIndex index) {
  world::RequestState& r = w.requests[index];
  const world::UserState& u = w.users[r.user];
  r.busy = true;
  r.offer = {};
  r.further.clear();
  const bool satisfied =
      splits_time(r) && !r.goal.empty() ? r.missing.max(r.goal).value <= 0 : r.wanted.value <= 0;
  bool over = u.revoked || satisfied || w.now >= r.goal.until ||
              (!r.replacing && (r.withdrawn || w.now >= r.patience_until));
  auto offer = over ? std::nullopt : next_offer(w, r);
  if (!offer && !over && !r.displacing && may_displace(w, r)) {
    r.displacing = true;
    r.next_candidate = 0;
    offer = next_offer(w, r);
  }
  if (!offer) {
    if (!over) ++w.untried[r.candidates.empty() ? "no-listing" : "no-holder-left"];
    return finish(w, index);
  }
  r.offer = *std::move(offer);
  r.wanted = r.offer.asked;
  ask_further(w, r);
  propose(w, index);
}

void on_silence(world::World& w, world::ProposalIndex proposal) {
  const world::RequestIndex index = w.proposals[proposal].request;
  world::RequestState& r = w.requests[index];
  if (!r.busy || r.awaited != proposal) return;
  r.awaited = {};
  ++w.untried["no-answer"];
  ask_next(w, index);
}

void on_offer(world::World& w, world::OfferIndex message) {
  const world::OfferMessage answer = w.offers[message];
  if (w.proposals[answer.proposal].heard) return;
  w.proposals[answer.proposal].heard = true;
  const world::RequestIndex index = w.proposals[answer.proposal].request;
  world::RequestState& r = w.requests[index];
  if (!r.busy || r.awaited != answer.proposal) {  // it waits for that no longer
    for (const world::Offer& offer : answer.offers) let_go(w, index, offer);
    return;
  }
  r.awaited = {};
  // The user's own clock may run ahead; a signature from the future would be refused.
  Instant signed_at = w.now + w.users[r.user].clock;
  std::vector<world::Offer> taken;
  for (world::Offer offer : answer.offers)
    if (take(w, r, offer, signed_at))
      taken.push_back(offer);
    else
      let_go(w, index, offer);
  r.further.clear();
  if (taken.empty()) return ask_next(w, index);
  r.offer = taken.front();
  r.further.assign(taken.begin() + 1, taken.end());
  if (!r.bundle.valid() || r.replacing) {
    draft_settlement(w, {index});
    return;
  }
  world::BundleState& b = w.bundles[r.bundle];
  if (++b.turn < b.requests.size())
    ask_next(w, b.requests[b.turn]);
  else
    draft_settlement(w, b.requests);
}

void make_up_for(world::World& w, world::RequestIndex index, const world::Shortfall& shortfall) {
  world::RequestState& r = w.requests[index];
  const chain::RequestRecord* record = seen(w, r).request(r.id);
  if (record == nullptr || record->closed || w.users[r.user].revoked) return;
  r.shortfalls.push_back(shortfall);
  if (!r.busy) finish(w, index);
}

void bundle_receipt(world::World& w, world::BundleIndex bundle, bool admitted) {
  world::BundleState& b = w.bundles[bundle];
  b.over = b.over || !admitted;
  if (++b.receipts == b.requests.size() && !b.over) ask_next(w, b.requests[0]);
}

void retry_bundle(world::World& w, world::BundleIndex bundle) {
  world::BundleState& b = w.bundles[bundle];
  b.turn = 0;
  b.over = b.over || ++b.rounds >= kBundleRounds;
  for (world::RequestIndex index : b.requests) w.requests[index].busy = false;
  if (!b.over) ask_next(w, b.requests[0]);
}

}  // namespace capmarket::agents
