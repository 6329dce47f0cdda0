#include "sim/agents/negotiate.h"

#include <algorithm>

#include "model/chain/bindings.h"
#include "model/rules/evaluate.h"
#include "sim/agents/displace.h"
#include "sim/agents/draft.h"
#include "sim/agents/terms.h"
#include "sim/engine/network.h"

namespace capmarket {
namespace {

constexpr Duration kSilence{kTries * kRetryAfter.value};
constexpr int kBundleRounds = 3;

/// The substitute stays in the strategy's scope.
bool in_scope(const World& w, const RequestState& r, const Listing& l, const Terms& terms) {
  if (!r.replacing || r.replacing->scope == Substitution::any) return true;
  const GrantRecord& lost = w.state().grants[static_cast<std::size_t>(r.replacing->grant)];
  auto listing =
      w.listing_of.find(w.state().declarations[static_cast<std::size_t>(lost.declaration)].id);
  if (listing == w.listing_of.end()) return false;
  const Listing& old = w.listings[listing->second];
  if (r.replacing->scope == Substitution::same_holder) return old.holder == l.holder;
  if (r.replacing->scope != Substitution::pool) return false;
  const HolderState &a = w.holder_of(old), &b = w.holder_of(l);
  if (a.infrastructure >= 0 && a.infrastructure == b.infrastructure) return true;
  auto before = terms_for(w, r.user, old, r.class_index, w.now);
  return before &&
         std::any_of(terms.coordinators.begin(), terms.coordinators.end(), [&](std::uint32_t c) {
           return std::find(before->coordinators.begin(), before->coordinators.end(), c) !=
                  before->coordinators.end();
         });
}

bool may_displace(const World& w, const RequestState& r) {
  const std::string& name = w.class_spec(r.class_index).name;
  bool any =
      std::any_of(w.scenario->rules.begin(), w.scenario->rules.end(), [&](const ScenarioRule& x) {
        const Tier* tier = x.rule.class_name == name ? x.rule.tier(r.tier) : nullptr;
        return tier != nullptr && tier->displaces && x.in_force().contains(w.now);
      });
  return any && !overdue(w, w.users[r.user].key.pub);
}

/// The next holder that would do; -1 when the list is through.
std::int64_t next_listing(World& w, RequestState& r) {
  while (r.next_candidate < r.candidates.size()) {
    std::uint32_t l = r.candidates[r.next_candidate++];
    const Listing& listing = w.listings[l];
    if (!listing.window.contains(r.goal)) continue;
    auto terms = terms_for(w, r.user, listing, r.class_index, w.now);
    if (terms && in_scope(w, r, listing, *terms)) return l;
  }
  return -1;
}

void bundle_failed(World& w, BundleState& b) {
  b.over = true;
  for (std::size_t i = 0; i < b.turn; ++i) let_go(w, w.requests[b.requests[i]].offer);
}

/// What is under way is over; the next loss, if any.
void finish(World& w, std::uint32_t index) {
  RequestState& r = w.requests[index];
  r.busy = false;
  if (r.bundle >= 0 && !r.replacing) {
    BundleState& b = w.bundles[static_cast<std::size_t>(r.bundle)];
    if (!b.over && b.requests[b.turn] == index) bundle_failed(w, b);
  }
  r.replacing.reset();
  if (r.needs.empty()) return;
  r.replacing = r.needs.front();
  r.needs.erase(r.needs.begin());
  r.goal = r.replacing->window;
  r.wanted = r.replacing->quantity;
  r.next_candidate = 0;
  r.displacing = false;
  ask_next(w, index);
}

/// The user reads the rule: it does not sign what its tier may not have. Adversaries do.
bool eligible_for(const World& w, const RequestState& r, const Terms& terms, const Window& window,
                  Instant signed_at) {
  const UserState& u = w.users[r.user];
  if (u.attack == Attack::tier_inflation) return true;
  const Tier* tier = terms.tiers->tier(r.tier);
  if (tier == nullptr) return false;
  const HolderState& h = w.holder_of(w.listings[r.offer.listing]);
  CredentialGrant user, holder;
  user.kind = u.kind, user.groups = u.groups;
  holder.kind = h.kind, holder.groups = h.groups;
  EligibilityContext context{&user,  &holder,       &h.location, r.offer.quantity,
                             window, r.offer.price, signed_at,   r.partial};
  return Concrete::holds(
      evaluate_bool<Concrete>(tier->eligible, eligibility_bindings(*terms.tiers, *tier, context)));
}

/// The offer cut to what can still be signed; false where nothing of it can.
bool cut_to_time(const RequestState& r, const Terms& terms, Instant signed_at, Offer& offer) {
  const Limits& limits = terms.rule->limits;
  Instant earliest = ceil_to(*terms.rule, signed_at + limits.lead_min);
  Window window = offer.window;
  window.from = std::max(window.from, earliest);
  if (window.empty() || window.length() < limits.length_min) return false;
  if (window != offer.window && !offer.displacements.empty()) return false;
  offer.window = window;
  if (r.replacing) return true;
  bool whole = offer.quantity == r.quantity && window == r.window;
  return whole || r.partial;
}

}  // namespace

void let_go(World& w, const Offer& offer) {
  if (offer.quantity.value <= 0) return;
  Listing& l = w.listings[offer.listing];
  auto note = static_cast<std::uint32_t>(w.releases.size());
  w.releases.push_back({offer.listing, offer.window, offer.quantity});
  Sender from{EntityKind::holder, l.holder, w.holders[l.holder].sent++, -1};
  // What the holder never hears of it forgets, later.
  w.schedule(arrival(w, from, -1).value_or(w.now + kSilence), EventKind::release, note);
}

void ask_next(World& w, std::uint32_t index) {
  RequestState& r = w.requests[index];
  const UserState& u = w.users[r.user];
  r.busy = true;
  r.offer = {};
  bool over = u.revoked || r.wanted.value <= 0 || w.now >= r.goal.until ||
              (!r.replacing && (r.withdrawn || w.now >= r.patience_until));
  std::int64_t listing = over ? -1 : next_listing(w, r);
  if (listing < 0 && !over && !r.displacing && may_displace(w, r)) {
    r.displacing = true;
    r.next_candidate = 0;
    listing = next_listing(w, r);
  }
  if (listing < 0) return finish(w, index);
  r.offer.listing = static_cast<std::uint32_t>(listing);
  r.offer.window = r.goal;
  Sender from = from_request(w, index, u.zone);
  r.awaited = r.messages;
  if (!post(w, from, w.holder_of(w.listings[r.offer.listing]).zone, EventKind::proposal, index,
            r.awaited))
    w.schedule(w.now + kSilence, EventKind::silence, index, r.awaited);
}

void on_silence(World& w, std::uint32_t index, std::uint32_t message) {
  RequestState& r = w.requests[index];
  if (!r.busy || message != r.awaited) return;
  let_go(w, r.offer);
  ask_next(w, index);
}

void on_offer(World& w, std::uint32_t index, std::uint32_t message) {
  RequestState& r = w.requests[index];
  if (!r.busy || message != r.awaited) return;
  r.awaited = 0;  // no message has this number
  // The user's own clock may run ahead; a signature from the future would be refused.
  Instant signed_at = w.now + w.users[r.user].clock;
  const Offer offered = r.offer;
  bool taken = r.offer.quantity.value > 0 && r.offer.price <= r.max_price;
  auto terms = terms_for(w, r.user, w.listings[r.offer.listing], r.class_index, signed_at);
  taken = taken && terms && cut_to_time(r, *terms, signed_at, r.offer) &&
          eligible_for(w, r, *terms, r.offer.window, signed_at);
  if (!taken) {
    let_go(w, offered);
    ask_next(w, index);
    return;
  }
  if (r.offer.window != offered.window) {  // it takes less than was offered
    Listing& l = w.listings[r.offer.listing];
    l.promised.add(offered.window, Quantity(0) - offered.quantity);
    l.promised.add(r.offer.window, offered.quantity);
  }
  if (r.bundle < 0 || r.replacing) {
    draft_settlement(w, {index});
    return;
  }
  BundleState& b = w.bundles[static_cast<std::size_t>(r.bundle)];
  if (++b.turn < b.requests.size())
    ask_next(w, b.requests[b.turn]);
  else
    draft_settlement(w, b.requests);
}

void make_up_for(World& w, std::uint32_t index, const Need& need) {
  RequestState& r = w.requests[index];
  const RequestRecord* record = w.state().request(r.id);
  if (record == nullptr || record->closed || w.users[r.user].revoked) return;
  r.needs.push_back(need);
  if (!r.busy) finish(w, index);
}

void bundle_receipt(World& w, std::uint32_t bundle, bool admitted) {
  BundleState& b = w.bundles[bundle];
  b.over = b.over || !admitted;
  if (++b.receipts == b.requests.size() && !b.over) ask_next(w, b.requests[0]);
}

void retry_bundle(World& w, std::uint32_t bundle) {
  BundleState& b = w.bundles[bundle];
  b.turn = 0;
  b.over = b.over || ++b.rounds >= kBundleRounds;
  for (std::uint32_t index : b.requests) w.requests[index].busy = false;
  if (!b.over) ask_next(w, b.requests[0]);
}

}  // namespace capmarket
