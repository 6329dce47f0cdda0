#include "sim/agents/holder.h"

#include <algorithm>
#include <utility>

#include "sim/agents/asks.h"
#include "sim/agents/deal_rules.h"
#include "sim/agents/displace.h"
#include "sim/agents/inquire.h"
#include "sim/agents/pricing.h"
#include "sim/agents/strategy_of.h"

namespace capmarket::agents {
namespace {

/// What else the user is offered in this answer, as far as it is known.
std::vector<objects::Piece> offered_beside(const std::vector<party::Offer>& made) {
  std::vector<objects::Piece> out;
  for (const party::Offer& o : made)
    if (o.quantity.value > 0 && !o.window.empty()) out.push_back({o.window, o.quantity});
  return out;
}

/// `made` so far in this answer. A price without a quantity is more than the user pays.
void make(const party::HolderView& v, const party::Proposal& asked, const DealRules& deal,
          const std::vector<party::Offer>& made, Money bid, party::Offer& offer) {
  const rules::Limits& limits = deal.rule->limits;
  auto range = price_for(v, deal, asked.tier, offer);
  if (!range) return;
  offer.price = asked.dear ? std::min(range->most, asked.max_price)
                           : price_in(v, *range, asked, bid);
  offer.index = range->index;
  if (offer.price > asked.max_price) return on_dealing(v, offer.price, false);
  Quantity wanted = std::min(offer.asked, limits.quantity_max);
  wanted = std::min(wanted, left_of_user(v.seen(), v.market.key_of(asked.user), deal,
                                         asked.tier, offer.window, offered_beside(made)));
  Quantity most = std::min(wanted, room_for(v, offer.listing, deal, asked.tier, offer.window));
  if (most < wanted && asked.displacing) {
    party::Offer displacing = offer;
    displacing.quantity = wanted;
    if (offer_displacing(v, deal, asked, displacing)) {
      offer = displacing;
      return;
    }
  }
  if (most >= limits.quantity_min && most.value > 0) offer.quantity = most;
}

/// It keeps what it offers free until the user has decided, or should have.
void promise(const party::HolderView& v, party::UserIndex user, party::Offer& offer) {
  offer.promise =
      v.me.book.add({0, static_cast<std::uint32_t>(offer.listing.place()), offer.window,
                     offer.quantity, v.now + v.me.offer_holds, offer.price, offer.index,
                     offer.displace, std::nullopt, user},
                    v.now);
}

/// What it promised that user and has not signed; null where there is none.
const party::Commitment* promised_to(const party::HolderView& v, party::UserIndex user,
                                     std::uint64_t number) {
  const party::Commitment* c = v.me.book.find(number, v.now);
  return c == nullptr || c->settlement || c->to != user ? nullptr : c;
}

void drop_promise(const party::HolderView& v, party::UserIndex user, std::uint64_t number) {
  if (promised_to(v, user, number) != nullptr) v.me.book.drop(number);
}

}  // namespace

void on_proposal(const party::HolderView& v, party::ProposalIndex index,
                 const party::Proposal& asked) {
  if (asked.latest_start) return on_inquiry(v, index, asked);
  std::vector<party::Offer> made;
  for (party::Offer offer : asked.asked) {
    auto deal = deal_rules_for(v.market, v.seen(), {asked.user, v.index, asked.out_of_scope},
                               asked.class_index, v.now);
    const Money bid = std::exchange(offer.price, Money(0));
    drop_promise(v, asked.user, std::exchange(offer.promise, 0));
    offer.quantity = Quantity(0);
    offer.to_debtor = !group_or_default(v).serves_debtors &&
                      overdue(v.seen(), v.market.key_of(asked.user), v.now);
    if (deal && !offer.window.empty() && !v.me.revoked && !v.me.left && v.now >= v.me.broken_until &&
        !offer.to_debtor)
      make(v, asked, *deal, made, bid, offer);
    if (offer.quantity.value > 0) promise(v, asked.user, offer);
    made.push_back(std::move(offer));
  }
  v.out.add(party::AnswerProposal{index, std::move(made), v.sender()});
}

void on_release(const party::HolderView& v, const party::ReleaseNote& note) {
  const party::Commitment* promised = promised_to(v, note.user, note.promise);
  if (promised == nullptr) return;
  on_dealing(v, promised->price, false);
  v.me.book.drop(note.promise);
}

}  // namespace capmarket::agents
