#include "sim/agents/negotiate.h"

#include <algorithm>
#include <utility>

#include "model/chain/bindings.h"
#include "model/expr/evaluate.h"
#include "sim/agents/bids.h"
#include "sim/agents/deal_rules.h"
#include "sim/agents/draft.h"
#include "sim/agents/frauds.h"
#include "sim/agents/inquire.h"
#include "sim/agents/lacking.h"
#include "sim/agents/pay.h"
#include "sim/agents/protocols.h"
#include "sim/agents/strategy_of.h"

namespace capmarket::agents {
namespace {

/// The substitute stays in the strategy's scope.
bool in_scope(const party::UserView& v, const party::RequestState& r, const party::Listing& l,
              const DealRules& deal) {
  if (!r.replacing || r.replacing->scope == rules::Substitution::any) return true;
  const chain::ChainState& s = v.seen();
  const chain::GrantRecord& lost = s.grants[r.replacing->grant];
  const ContentId& declaration = s.declarations[lost.declaration].id;
  if (!v.market.is_listed(declaration)) return false;
  const party::Listing& old = v.market.listing(v.market.listing_of(declaration));
  if (r.replacing->scope == rules::Substitution::same_holder) return old.holder == l.holder;
  if (r.replacing->scope != rules::Substitution::pool) return false;
  const party::HolderProfile &a = v.market.holder(old.holder), &b = v.market.holder(l.holder);
  if (a.infrastructure.valid() && a.infrastructure == b.infrastructure) return true;
  auto before = deal_rules_for(v.market, s, parties_of(v, old.holder), r.class_index, v.now);
  return before &&
         std::any_of(
             deal.coordinators.begin(), deal.coordinators.end(), [&](party::CoordinatorIndex c) {
               return std::find(before->coordinators.begin(), before->coordinators.end(), c) !=
                      before->coordinators.end();
             });
}

bool may_displace(const party::UserView& v, const party::RequestState& r) {
  const std::string& name = v.market.class_spec(r.class_index).name;
  bool any = std::any_of(
      v.market.rules().begin(), v.market.rules().end(), [&](const scenarios::ScenarioRule& x) {
        const rules::Tier* tier = x.rule.class_name == name ? x.rule.tier(r.tier) : nullptr;
        return tier != nullptr && tier->displaces && x.in_force().contains(v.now);
      });
  return any && !overdue(v.seen(), v.me.key.pub, v.now);
}

/// What to ask for on that listing: the goal whole, or the part of what is missing that it has.
std::optional<party::Offer> ask_for(const party::UserView& v, const party::RequestState& r,
                                    party::ListingIndex listing,
                                    const capacity::StepFunction& missing) {
  const party::Listing& l = v.market.listing(listing);
  if (const auto only = only_holder(v, r); only && *only != l.holder) return std::nullopt;
  const bool whole = l.window.contains(r.goal);
  if (!whole && !(splits_time(v, r) && l.window.meets(r.goal))) return std::nullopt;
  auto deal = deal_rules_for(v.market, v.seen(), parties_of(v, l.holder), r.class_index, v.now);
  if (!deal || !in_scope(v, r, l, *deal)) return std::nullopt;
  party::Offer out;
  out.listing = listing;
  out.window = r.goal;
  out.asked = r.wanted;
  if (!splits_time(v, r)) return out;
  const Window common{std::max(l.window.from, r.goal.from), std::min(l.window.until, r.goal.until)};
  auto part = lacking(missing, common, *deal->rule);
  if (!part) return std::nullopt;
  out.window = part->window;
  out.asked = part->quantity;
  return out;
}

/// The next holder that would do; none when the list is through.
std::optional<party::Offer> next_offer(const party::UserView& v, party::RequestState& r) {
  while (r.next_candidate < r.candidates.size())
    if (auto offer = ask_for(v, r, r.candidates[r.next_candidate++], r.missing)) return offer;
  return std::nullopt;
}

/// With the first, whatever else its holder has of what is missing, up to the legs of a settlement.
/// What is asked for stands before what is not, and is not asked for again.
std::vector<party::Offer> with_siblings(const party::UserView& v, party::RequestState& r,
                                        party::Offer first) {
  std::vector<party::Offer> out{std::move(first)};
  if (!splits_time(v, r) || r.displacing) return out;
  const party::HolderIndex holder = v.market.listing(out.front().listing).holder;
  capacity::StepFunction missing = r.missing;
  missing.add(out.front().window, Quantity(0) - out.front().asked);
  for (std::size_t i = r.next_candidate; i < r.candidates.size(); ++i) {
    if (out.size() == objects::kLegsMax) break;
    if (v.market.listing(r.candidates[i]).holder != holder) continue;
    auto offer = ask_for(v, r, r.candidates[i], missing);
    if (!offer) continue;
    missing.add(offer->window, Quantity(0) - offer->asked);
    out.push_back(*std::move(offer));
    std::swap(r.candidates[i], r.candidates[r.next_candidate++]);
  }
  return out;
}

/// All of it is given up.
void end_bundle(const party::UserView& v, party::BundleState& b) {
  b.over = true;
  for (party::RequestIndex index : b.requests)
    if (party::RequestState& r = v.requests[index]; r.why.empty()) r.why = "bundle";
}

void bundle_failed(const party::UserView& v, party::BundleState& b) {
  end_bundle(v, b);
  for (std::size_t i = 0; i < b.turn; ++i) {
    const party::RequestState r = v.requests[b.requests[i]];
    let_go(v, b.requests[i], r.offer);
    for (const party::Offer& offer : r.further) let_go(v, b.requests[i], offer);
  }
}

/// What is under way is over; the next loss, if any.
void finish(const party::UserView& v, party::RequestIndex index) {
  party::RequestState& r = v.requests[index];
  r.busy = false;
  if (r.bundle.valid() && !r.replacing) {
    party::BundleState& b = v.requests.bundle(r.bundle);
    if (!b.over && b.requests[b.turn] == index) bundle_failed(v, b);
  }
  r.replacing.reset();
  if (r.shortfalls.empty()) return;
  r.replacing = r.shortfalls.front();
  r.shortfalls.erase(r.shortfalls.begin());
  r.goal = r.replacing->window;
  r.wanted = r.replacing->quantity;
  r.retries = 0;
  r.next_candidate = 0;
  r.displacing = false;
  ask_next(v, index);
}

/// The user reads the rule: it does not sign what its tier may not have. Adversaries do.
bool eligible_for(const party::UserView& v, const party::RequestState& r, const DealRules& deal,
                  const party::Offer& offer, Instant signed_at) {
  const party::UserState& u = v.me;
  if (u.attack == scenarios::Attack::tier_inflation) return true;
  const rules::Tier* tier = deal.tiers->tier(r.tier);
  if (tier == nullptr) return false;
  const party::HolderProfile& h = v.market.holder(v.market.listing(offer.listing).holder);
  objects::CredentialGrant user, holder;
  user.kind = u.kind, user.groups = u.groups;
  holder.kind = h.kind, holder.groups = h.groups;
  chain::EligibilityContext context{&user,        &holder,     &h.location, offer.quantity,
                                    offer.window, offer.price, signed_at,   r.partial};
  return Concrete::holds(expr::evaluate_bool<Concrete>(
      tier->eligible, chain::eligibility_bindings(*deal.tiers, *tier, context)));
}

/// The offer cut to what can still be signed; false where nothing of it can.
bool cut_to_time(const party::UserView& v, const party::RequestState& r, const DealRules& deal,
                 Instant signed_at, party::Offer& offer) {
  const rules::Limits& limits = deal.rule->limits;
  Instant earliest = chain::ceil_to(*deal.rule, signed_at + limits.lead_min);
  Window window = offer.window;
  window.from = std::max(window.from, earliest);
  if (window.empty() || window.length() < limits.length_min) return false;
  offer.window = window;
  if (r.replacing) return true;
  bool whole = offer.quantity == r.quantity && window == r.window;
  return whole || (r.partial && (window == r.window || group_or_default(v).splits_time));
}

/// Why the user does not take an offer, cut to the time that is left; empty where it does.
std::string_view objection(const party::UserView& v, const party::RequestState& r,
                           party::Offer& offer, Instant signed_at) {
  if (offer.quantity.value <= 0)
    return offer.price > r.max_price ? "price" : offer.to_debtor ? "debtor" : "no-offer";
  if (offer.price > r.max_price) return "price";
  const party::HolderIndex holder = v.market.listing(offer.listing).holder;
  auto deal =
      deal_rules_for(v.market, v.seen(), parties_of(v, holder), r.class_index, signed_at);
  if (!deal) return "no-rule";
  if (!cut_to_time(v, r, *deal, signed_at, offer)) return "too-late";
  if (!can_spend(v, cost_of(offer).value)) return "budget";
  return eligible_for(v, r, *deal, offer, signed_at) ? "" : "ineligible";
}

/// Whether the user takes the offer; what it leaves of it the draft shows.
bool take(const party::UserView& v, party::RequestState& r, party::Offer& offer,
          Instant signed_at) {
  const party::Offer offered = offer;
  const std::string_view why_not = objection(v, r, offer, signed_at);
  if (why_not.empty()) return true;
  not_tried(v, r, why_not);
  offer = offered;
  return false;
}

/// What is asked of one holder goes to it; in round `round` of a bargain, with a bid.
void propose(const party::UserView& v, party::RequestIndex index, std::vector<party::Offer> parts,
             std::int64_t round) {
  party::RequestState& r = v.requests[index];
  party::Proposal p;
  p.request = index;
  p.number = ++r.asked;
  p.about = r.id;
  p.user = v.index;
  p.holder = v.market.listing(parts.front().listing).holder;
  p.class_index = r.class_index;
  p.rounds = rounds_of(v);
  p.round = p.rounds == 0 ? 0 : round;
  for (party::Offer& part : parts) {
    part.quantity = Quantity(0);
    part.price = p.rounds == 0 ? Money(0) : bid_in(v, r, round);
  }
  p.asked = std::move(parts);
  p.displacing = r.displacing;
  p.accomplice = v.me.attack == scenarios::Attack::equal_rank_displacement;
  p.out_of_scope = v.me.attack == scenarios::Attack::scope_escape;
  p.dear = r.needed && plots(v.me, scenarios::Attack::wash_trades);
  if (r.replacing) p.loss = r.replacing->loss;
  p.max_price = r.max_price;
  p.tier = r.tier;
  r.awaited.push_back(p.number);
  v.out.add(party::Propose{std::move(p), v.sender(index), v.now + v.me.offer_within});
}

/// The next holders that would do, as many as are asked at a time; false where none is left.
bool ask_around(const party::UserView& v, party::RequestIndex index) {
  party::RequestState& r = v.requests[index];
  for (std::int64_t i = 0; i < asked_at_a_time(v); ++i) {
    auto offer = next_offer(v, r);
    if (!offer) return i > 0;
    propose(v, index, with_siblings(v, r, *std::move(offer)), 1);
  }
  return true;
}

/// What the user gains by the offers, in money times volume; what it lacks is the same for all.
Int128 surplus(const party::RequestState& r, const std::vector<party::Offer>& offers) {
  Int128 out = 0;
  for (const party::Offer& o : offers)
    out += (Int128{r.value.value} - o.price.value) *
           volume_of(o.quantity, o.window.length()).value / kNanosPerSecond;
  return out;
}

/// Takes the best of the answers by drafting the settlement, and lets the others go; asks the next
/// where none will do.
void choose(const party::UserView& v, party::RequestIndex index) {
  party::RequestState& r = v.requests[index];
  // The user's own clock may run ahead; a signature from the future would be refused.
  const Instant signed_at = v.now + v.me.clock;
  std::vector<party::Offer> best;
  for (const party::Quote& quote : std::exchange(r.quotes, {})) {
    std::vector<party::Offer> taken, left;
    for (party::Offer offer : quote.offers)
      (take(v, r, offer, signed_at) ? taken : left).push_back(offer);
    for (const party::Offer& offer : left) let_go(v, index, offer);
    if (taken.empty()) continue;
    if (best.empty() || surplus(r, taken) > surplus(r, best)) std::swap(best, taken);
    for (const party::Offer& offer : taken) let_go(v, index, offer);
  }
  if (best.empty()) return ask_next(v, index);
  r.offer = best.front();
  r.further.assign(best.begin() + 1, best.end());
  if (!r.bundle.valid() || r.replacing) return draft_settlement(v, {index});
  party::BundleState& b = v.requests.bundle(r.bundle);
  if (++b.turn < b.requests.size())
    ask_next(v, b.requests[b.turn]);
  else
    draft_settlement(v, b.requests);
}

/// Whether the user bids once more: it will bid more in the next round, but not what was asked.
bool bids_again(const party::UserView& v, party::RequestIndex index, const party::Proposal& asked,
                const std::vector<party::Offer>& offers) {
  const party::RequestState& r = v.requests[index];
  if (asked.round >= asked.rounds || v.now >= r.goal.until) return false;
  const Money next = bid_in(v, r, asked.round + 1);
  const bool dear = std::any_of(offers.begin(), offers.end(),
                                [&](const party::Offer& o) { return o.price > next; });
  if (dear) propose(v, index, offers, asked.round + 1);
  return dear;
}

/// Why the user asks no further.
std::string_view why_over(const party::UserView& v, const party::RequestState& r) {
  if (v.me.revoked) return "revoked";
  if (r.withdrawn) return "withdrawn";
  if (!r.why.empty()) return r.why;
  return v.now >= r.goal.until ? "too-late" : "patience";
}

/// What stood in the way of the last one that was asked is why, where anybody was.
void nobody_left(const party::UserView& v, party::RequestState& r) {
  const std::string_view reason = r.candidates.empty() ? "no-listing" : "no-holder-left";
  if (r.why.empty()) return not_tried(v, r, reason);
  v.out.add(party::NotTried{reason});
}

/// Whether the user will ask everybody again, later.
bool waits_for_more(const party::UserView& v, party::RequestIndex index) {
  party::RequestState& r = v.requests[index];
  const scenarios::UserGroup& g = group_or_default(v);
  if ((r.bundle.valid() && !r.replacing) || r.retries >= g.retry_times) return false;
  Int128 wait = g.retry_after.value;
  for (std::int64_t i = 0; i < r.retries && wait <= kWireMax; ++i)
    wait = floor_div(wait * g.retry_factor, kFullRatio);
  const Instant last = r.replacing ? r.goal.until : std::min(r.patience_until, r.goal.until);
  if (wait >= last.value - Int128{v.now.value}) return false;
  ++r.retries;
  r.waits_to_retry = true;
  v.plan(r.draws, v.now + Duration(static_cast<std::int64_t>(wait)), party::AskAgain{index});
  return true;
}

}  // namespace

void not_tried(const party::UserView& v, party::RequestState& r, std::string_view reason) {
  r.why = reason;
  r.refused_by.reset();
  v.out.add(party::NotTried{reason});
}

void note_refusal(party::RequestState& r, const party::Answer& answer) {
  r.why = answer.lost ? "unsent" : "refused";
  r.refused_by.reset();
  if (answer.lost) return;
  const admission::Decision& d = answer.receipt.decision;
  if (!d.failed.empty() || !d.unresolved.empty())
    r.refused_by = d.failed.empty() ? d.unresolved.front() : d.failed.front();
}

void let_go(const party::UserView& v, party::RequestIndex index, const party::Offer& offer) {
  if (offer.quantity.value <= 0) return;
  // What the holder never hears of it forgets, later.
  v.out.add(party::LetGo{{v.market.listing(offer.listing).holder, offer.promise, v.index},
                         v.sender(index)});
}

void ask_next(const party::UserView& v, party::RequestIndex index) {
  party::RequestState& r = v.requests[index];
  r.busy = true;
  r.offer = {};
  r.further.clear();
  r.awaited.clear();
  r.quotes.clear();
  const bool satisfied =
      splits_time(v, r) && !r.goal.empty() ? r.missing.max(r.goal).value <= 0 : r.wanted.value <= 0;
  bool over = v.me.revoked || satisfied || v.now >= r.goal.until ||
              (!r.replacing && (r.withdrawn || v.now >= r.patience_until));
  bool asked = !over && ask_around(v, index);
  if (!asked && !over && !r.displacing && may_displace(v, r)) {
    r.displacing = true;
    r.next_candidate = 0;
    asked = ask_around(v, index);
  }
  if (asked) return;
  if (!over) {
    nobody_left(v, r);
    if (waits_for_more(v, index)) return;
  }
  if (over && !satisfied) r.why = why_over(v, r);
  if (!satisfied && !r.replacing && !r.served && !r.withdrawn) on_unsettled(v, r);
  finish(v, index);
}

void ask_again(const party::UserView& v, party::RequestIndex index) {
  party::RequestState& r = v.requests[index];
  if (!std::exchange(r.waits_to_retry, false)) return;
  r.next_candidate = 0;
  r.displacing = false;
  ask_next(v, index);
}

void on_silence(const party::UserView& v, const party::Proposal& asked) {
  party::RequestState& r = v.requests[asked.request];
  if (!r.busy || std::erase(r.awaited, asked.number) == 0) return;
  not_tried(v, r, "no-answer");
  if (asked.latest_start) return on_start_known(v, asked.request, nullptr);
  if (r.awaited.empty()) choose(v, asked.request);
}

void on_offer(const party::UserView& v, const party::Proposal& asked,
              const std::vector<party::Offer>& offers) {
  const party::RequestIndex index = asked.request;
  party::RequestState& r = v.requests[index];
  if (!r.busy || std::erase(r.awaited, asked.number) == 0) {  // it waits for that no longer
    if (!asked.latest_start)
      for (const party::Offer& offer : offers) let_go(v, index, offer);
    return;
  }
  if (asked.latest_start) return on_start_known(v, index, &offers.front());
  if (bids_again(v, index, asked, offers)) return;
  r.quotes.push_back({asked.number, offers});
  if (r.awaited.empty()) choose(v, index);
}

void make_up_for(const party::UserView& v, party::RequestIndex index,
                 const party::Shortfall& shortfall) {
  party::RequestState& r = v.requests[index];
  const chain::RequestRecord* record = v.seen().request(r.id);
  if (record == nullptr || record->closed || v.me.revoked) return;
  r.shortfalls.push_back(shortfall);
  if (!r.busy) finish(v, index);
}

void bundle_receipt(const party::UserView& v, party::BundleIndex bundle, bool admitted) {
  party::BundleState& b = v.requests.bundle(bundle);
  if (!admitted) end_bundle(v, b);
  if (++b.receipts == b.requests.size() && !b.over) ask_next(v, b.requests[0]);
}

void retry_bundle(const party::UserView& v, party::BundleIndex bundle) {
  party::BundleState& b = v.requests.bundle(bundle);
  b.turn = 0;
  if (!b.over && ++b.rounds >= group_or_default(v).bundle_tries) end_bundle(v, b);
  for (party::RequestIndex index : b.requests) v.requests[index].busy = false;
  if (!b.over) ask_next(v, b.requests[0]);
}

}  // namespace capmarket::agents
