#include "sim/agents/displace.h"

#include <algorithm>

#include "model/admission/table.h"
#include "sim/agents/draft.h"
#include "sim/agents/pay.h"

namespace capmarket::agents {
namespace {

using Facts = admission::SettlementFacts<Concrete>;

constexpr objects::DisplaceTerms kNoBound{Money(kWireMax), Money(kWireMax)};

/// Unsigned, but by the coordinators that it lists: those who displace elsewhere ask for them.
objects::CheckedSubmission as_signed(const chain::ChainState& seen,
                                     objects::Settlement settlement) {
  objects::CheckedSubmission out;
  out.kind = objects::Kind::settlement;
  for (const ContentId& id : settlement.coordinators)
    if (const governance::CredentialRecord* c = seen.delegation.credential(id)) {
      out.signatures.push_back({objects::Role::coordinator, c->grant.subject, {}});
      out.valid.push_back(true);
    }
  out.object = std::move(settlement);
  return out;
}

bool has_room(const Facts& facts) {
  using enum admission::ClauseId;
  auto capacity_or_displacement = [](admission::ClauseId id) {
    return id == capacity || id == shared_capacity || id == tier_quota || id == displacement;
  };
  const admission::Decision d = admission::decide(facts);
  return std::none_of(d.failed.begin(), d.failed.end(), capacity_or_displacement) &&
         std::none_of(d.unresolved.begin(), d.unresolved.end(), capacity_or_displacement);
}

/// `cost` and the margin on it; at most what the wire takes.
Money with_margin(Money cost, std::int64_t margin) {
  Int128 out = Int128{cost.value} + floor_div(Int128{cost.value} * margin, kFullRatio);
  return Money(static_cast<std::int64_t>(std::min<Int128>(out, kWireMax)));
}

}  // namespace

Outlook outlook_of(const party::View& v, objects::Settlement settlement) {
  for (objects::Leg& leg : settlement.legs) leg.displace = kNoBound;
  Outlook out;
  auto facts = v.published.facts(as_signed(v.seen(), std::move(settlement)), v.now);
  const auto* f = facts ? std::get_if<Facts>(&*facts) : nullptr;
  if (f == nullptr) return out;
  out.fits = has_room(*f);
  for (const admission::LegFacts<Concrete>& leg : f->legs) {
    Concrete::Int compensation = Concrete::integer(0), refund = Concrete::integer(0);
    for (const admission::VictimFacts<Concrete>& victim : leg.victims) {
      compensation = compensation + admission::clause::compensation_of<Concrete>(victim);
      refund = refund + victim.refund;
    }
    if (compensation.poisoned || refund.poisoned) out.fits = false;
    out.legs.push_back(
        {leg.lack.value > 0, !leg.victims.empty(), Money(compensation.value), Money(refund.value)});
  }
  return out;
}

bool offer_displacing(const party::HolderView& v, const DealRules& deal,
                      const party::Proposal& asked, party::Offer& offer) {
  objects::Settlement probe;
  probe.signed_at = v.now;
  probe.policy = deal.policy;
  for (party::CoordinatorIndex c : deal.coordinators)
    probe.coordinators.push_back(v.market.coordinator(c).credential);
  probe.legs.push_back(leg_of(v.market, {asked.about, asked.user, asked.class_index, asked.tier}, offer, deal));
  probe.legs.front().replaces = asked.loss;
  const Outlook outlook = outlook_of(v, std::move(probe));
  if (outlook.legs.empty()) return false;
  const DisplacingCost& cost = outlook.legs.front();
  if (asked.accomplice ? !cost.lacks : !outlook.fits || !cost.displaces) return false;
  const std::int64_t margin =
      v.group == nullptr ? scenarios::HolderGroup{}.displace_margin : v.group->displace_margin;
  const Money refund = with_margin(cost.refund, margin);
  if (!can_spend(v, refund.value)) return false;
  offer.displace = {{cost.compensation, refund}};
  return true;
}

bool sign_ceilings(const party::UserView& v, party::Draft& draft) {
  const std::vector<party::Offer>& offers = draft.offers;
  if (std::none_of(offers.begin(), offers.end(),
                   [](const party::Offer& o) { return o.displace.has_value(); }))
    return true;
  const std::int64_t margin =
      v.group == nullptr ? scenarios::UserGroup{}.displace_margin : v.group->displace_margin;
  const Outlook outlook = outlook_of(v, draft.settlement);
  const bool honest = v.me.attack != scenarios::Attack::equal_rank_displacement;
  if (honest && !outlook.fits) return false;
  for (std::size_t i = 0; i < offers.size(); ++i) {
    if (!offers[i].displace) continue;
    const DisplacingCost& now = outlook.legs.at(i);
    const objects::DisplaceTerms& offered = *offers[i].displace;
    if (honest && now.refund > offered.refund_at_most) return false;
    draft.settlement.legs[i].displace = {
        {with_margin(std::max(now.compensation, offered.compensation_at_most), margin),
         offered.refund_at_most}};
  }
  return true;
}

}  // namespace capmarket::agents
