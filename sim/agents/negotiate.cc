#include "sim/agents/negotiate.h"

#include <algorithm>

#include "model/chain/bindings.h"
#include "model/expr/evaluate.h"
#include "sim/agents/deal_rules.h"
#include "sim/agents/draft.h"
#include "sim/world/network.h"

namespace capmarket::agents {
namespace {

constexpr int kBundleRounds = 3;

/// The substitute stays in the strategy's scope.
bool in_scope(const world::World& w, const world::RequestState& r, const world::Listing& l,
              const DealRules& deal) {
  if (!r.replacing || r.replacing->scope == rules::Substitution::any) return true;
  const chain::GrantRecord& lost = w.grant_at(r.replacing->grant);
  auto listing = w.listing_of.find(w.state().declarations[lost.declaration].id);
  if (listing == w.listing_of.end()) return false;
  const world::Listing& old = w.listings[listing->second];
  if (r.replacing->scope == rules::Substitution::same_holder) return old.holder == l.holder;
  if (r.replacing->scope != rules::Substitution::pool) return false;
  const world::HolderState &a = w.holder_of(old), &b = w.holder_of(l);
  if (a.infrastructure.valid() && a.infrastructure == b.infrastructure) return true;
  auto before = deal_rules_for(w, r.user, old, r.class_index, w.now);
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
  return any && !overdue(w, w.users[r.user].key.pub);
}

/// The next holder that would do; none when the list is through.
world::ListingIndex next_listing(world::World& w, world::RequestState& r) {
  while (r.next_candidate < r.candidates.size()) {
    world::ListingIndex l = r.candidates[r.next_candidate++];
    const world::Listing& listing = w.listings[l];
    if (!listing.window.contains(r.goal)) continue;
    auto deal = deal_rules_for(w, r.user, listing, r.class_index, w.now);
    if (deal && in_scope(w, r, listing, *deal)) return l;
  }
  return {};
}

void bundle_failed(world::World& w, world::BundleState& b) {
  b.over = true;
  for (std::size_t i = 0; i < b.turn; ++i) let_go(w, w.requests[b.requests[i]].offer);
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
                  const Window& window, Instant signed_at) {
  const world::UserState& u = w.users[r.user];
  if (u.attack == scenarios::Attack::tier_inflation) return true;
  const rules::Tier* tier = deal.tiers->tier(r.tier);
  if (tier == nullptr) return false;
  const world::HolderState& h = w.holder_of(w.listings[r.offer.listing]);
  objects::CredentialGrant user, holder;
  user.kind = u.kind, user.groups = u.groups;
  holder.kind = h.kind, holder.groups = h.groups;
  chain::EligibilityContext context{&user,  &holder,       &h.location, r.offer.quantity,
                                    window, r.offer.price, signed_at,   r.partial};
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

}  // namespace

void let_go(world::World& w, const world::Offer& offer) {
  if (offer.quantity.value <= 0) return;
  world::Listing& l = w.listings[offer.listing];
  const world::ReleaseIndex note =
      w.releases.push_back({offer.listing, offer.window, offer.quantity});
  world::Sender from{kernel::EntityKind::holder, l.holder.place(), w.holders[l.holder].sent++, {}};
  // What the holder never hears of it forgets, later.
  w.schedule<kernel::EventKind::release>(
      world::arrival(w, from, {}).value_or(w.now + world::kSilence), note);
}

void ask_next(world::World& w, world::RequestIndex index) {
  world::RequestState& r = w.requests[index];
  const world::UserState& u = w.users[r.user];
  r.busy = true;
  r.offer = {};
  bool over = u.revoked || r.wanted.value <= 0 || w.now >= r.goal.until ||
              (!r.replacing && (r.withdrawn || w.now >= r.patience_until));
  world::ListingIndex listing = over ? world::ListingIndex() : next_listing(w, r);
  if (!listing.valid() && !over && !r.displacing && may_displace(w, r)) {
    r.displacing = true;
    r.next_candidate = 0;
    listing = next_listing(w, r);
  }
  if (!listing.valid()) return finish(w, index);
  r.offer.listing = listing;
  r.offer.window = r.goal;
  world::Sender from = world::from_request(w, index, u.zone);
  r.awaited = r.messages;
  if (!world::post<kernel::EventKind::proposal>(
          w, from, w.holder_of(w.listings[r.offer.listing]).zone, index, r.awaited))
    w.schedule<kernel::EventKind::silence>(w.now + world::kSilence, index, r.awaited);
}

void on_silence(world::World& w, world::RequestIndex index, std::uint32_t message) {
  world::RequestState& r = w.requests[index];
  if (!r.busy || message != r.awaited) return;
  let_go(w, r.offer);
  ask_next(w, index);
}

void on_offer(world::World& w, world::RequestIndex index, std::uint32_t message) {
  world::RequestState& r = w.requests[index];
  if (!r.busy || message != r.awaited) return;
  r.awaited = 0;  // no message has this number
  // The user's own clock may run ahead; a signature from the future would be refused.
  Instant signed_at = w.now + w.users[r.user].clock;
  const world::Offer offered = r.offer;
  bool taken = r.offer.quantity.value > 0 && r.offer.price <= r.max_price;
  auto deal = deal_rules_for(w, r.user, w.listings[r.offer.listing], r.class_index, signed_at);
  taken = taken && deal && cut_to_time(r, *deal, signed_at, r.offer) &&
          eligible_for(w, r, *deal, r.offer.window, signed_at);
  if (!taken) {
    let_go(w, offered);
    ask_next(w, index);
    return;
  }
  if (r.offer.window != offered.window) {  // it takes less than was offered
    world::Listing& l = w.listings[r.offer.listing];
    l.promised.add(offered.window, Quantity(0) - offered.quantity);
    l.promised.add(r.offer.window, offered.quantity);
  }
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
  const chain::RequestRecord* record = w.state().request(r.id);
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
