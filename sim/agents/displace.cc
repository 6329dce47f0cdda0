#include "sim/agents/displace.h"

#include <algorithm>

#include "model/admission/table.h"
#include "sim/agents/draft.h"

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

Outlook outlook_of(world::World& w, world::ReadersIndex readers, objects::Settlement settlement) {
  for (objects::Leg& leg : settlement.legs) leg.displace = kNoBound;
  Outlook out;
  chain::Follower& known = w.readers[readers].follower;
  auto facts = known.facts(as_signed(known.state(), std::move(settlement)), w.now);
  const auto* f = facts ? std::get_if<Facts>(&*facts) : nullptr;
  if (f == nullptr) return out;
  out.fits = has_room(*f);
  for (const admission::LegFacts<Concrete>& leg : f->legs) {
    Concrete::Int compensation = Concrete::integer(0), refund = Concrete::integer(0);
    for (const admission::VictimFacts<Concrete>& v : leg.victims) {
      compensation = compensation + admission::clause::compensation_of<Concrete>(v);
      refund = refund + v.refund;
    }
    if (compensation.poisoned || refund.poisoned) out.fits = false;
    out.legs.push_back(
        {leg.lack.value > 0, !leg.victims.empty(), Money(compensation.value), Money(refund.value)});
  }
  return out;
}

bool offer_displacing(world::World& w, const DealRules& deal, const world::Proposal& asked,
                      world::Offer& offer) {
  const world::HolderState& h = w.holders[asked.holder];
  objects::Settlement probe;
  probe.signed_at = w.now;
  probe.policy = deal.policy;
  for (world::CoordinatorIndex c : deal.coordinators)
    probe.coordinators.push_back(w.coordinators[c].credential);
  probe.legs.push_back(leg_of(w, asked.request, offer, deal));
  probe.legs.front().replaces = asked.loss;
  const Outlook outlook = outlook_of(w, h.readers, std::move(probe));
  if (outlook.legs.empty()) return false;
  const DisplacingCost& cost = outlook.legs.front();
  if (asked.accomplice ? !cost.lacks : !outlook.fits || !cost.displaces) return false;
  const scenarios::HolderGroup* group = w.group_of(h);
  const std::int64_t margin =
      group == nullptr ? scenarios::HolderGroup{}.displace_margin : group->displace_margin;
  offer.displace = {{cost.compensation, with_margin(cost.refund, margin)}};
  return true;
}

bool sign_ceilings(world::World& w, world::Draft& draft) {
  const std::vector<world::Offer>& offers = draft.offers;
  if (std::none_of(offers.begin(), offers.end(),
                   [](const world::Offer& o) { return o.displace.has_value(); }))
    return true;
  const world::UserState& u = w.users[draft.user];
  const scenarios::UserGroup* group = w.group_of(u);
  const std::int64_t margin =
      group == nullptr ? scenarios::UserGroup{}.displace_margin : group->displace_margin;
  const Outlook outlook = outlook_of(w, u.readers, draft.settlement);
  const bool honest = u.attack != scenarios::Attack::equal_rank_displacement;
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
