#include "sim/agents/frauds.h"

#include <algorithm>

#include "sim/agents/deal_rules.h"
#include "sim/agents/request.h"

namespace capmarket::agents {
namespace {

using scenarios::Attack;

Instant next_of(const party::UserView& v, std::uint64_t number) {
  const Int128 after = Int128{kNanosPerHour} * (number + 1) / v.me.plot->each;
  const Int128 at = v.market.start().value + after;
  return Instant(static_cast<std::int64_t>(std::min<Int128>(at, kWireMax)));
}

bool is_scheme(const party::UserState& u) {
  return plots(u, Attack::refusal_spam) || plots(u, Attack::wash_trades);
}

/// Withdraws a request that nobody made.
void spam(const party::UserView& v) {
  v.submit(objects::Withdrawal{v.fresh_salt(v.me.draws), v.me.key.pub, ContentId{}}, {},
           {{objects::Role::user, v.me.key}}, v.sender());
}

/// Numbered apart from what it wants, which draws the same in an honest twin's run.
void number_of_its_own(const party::UserView& v, party::RequestState& r) {
  constexpr std::uint64_t kOfNoNeed = std::uint64_t{1} << 31;
  r.user = v.index;
  r.draws.who = {kernel::EntityKind::message, v.me.draws.who.group,
                 v.me.draws.who.number << 32 | kOfNoNeed | v.me.schemed++};
}

/// The accomplices' declarations that hold the window, as the user knows the chain.
std::vector<party::ListingIndex> of_accomplices(const party::UserView& v, const Window& window) {
  std::vector<party::ListingIndex> out;
  for (party::HolderIndex h : v.me.accomplices)
    for (party::ListingIndex l : v.market.holder(h).listings)
      if (const party::Listing& listing = v.market.listing(l);
          !listing.answers && listing.window.contains(window) &&
          v.seen().declaration(listing.declaration) != nullptr)
        out.push_back(l);
  return out;
}

/// The least that the rule sells, as soon as it may, at whatever it costs.
void wash(const party::UserView& v) {
  if (v.group == nullptr || v.me.accomplices.empty() || v.me.revoked) return;
  const party::HolderProfile& seller = v.market.holder(v.me.accomplices.front());
  const party::RuleIndex in_force = v.market.rule_for(seller.class_index, seller.location, v.now);
  if (!in_force.valid()) return;
  const rules::Rule& rule = at(v.market.rules(), in_force).rule;
  party::RequestState r;
  r.class_index = seller.class_index;
  r.tier = v.group->tier;
  r.quantity = std::max(Quantity(1), rule.limits.quantity_min);
  const Duration ahead = rule.limits.lead_min + v.group->settlement_timeout + v.until_published();
  r.window.from = chain::ceil_to(rule, v.now + ahead);
  r.window.until =
      r.window.from + std::max(rule.granularity, Duration((rule.limits.length_min.value +
                                                           rule.granularity.value - 1) /
                                                          rule.granularity.value *
                                                          rule.granularity.value));
  r.max_price = rule.limits.price_max;
  r.needed = Quantity(0);
  r.arisen = v.now;
  r.patience_until = r.window.from;
  r.wanted_from = r.window.from;
  r.candidates = of_accomplices(v, r.window);
  if (r.candidates.empty()) return;
  number_of_its_own(v, r);
  look_for(v, std::move(r));
}

}  // namespace

bool plots(const party::UserState& u, Attack attack) {
  return u.plot != nullptr && u.plot->attack == attack;
}

void hoard(const party::UserView& v, const rules::Limits& limits, party::RequestState& r) {
  if (!plots(v.me, Attack::hoarding)) return;
  r.needed = r.quantity;
  const Int128 asked = floor_div(Int128{r.quantity.value} * v.me.plot->factor, kFullRatio);
  r.quantity = Quantity(static_cast<std::int64_t>(std::clamp<Int128>(
      asked, limits.quantity_min.value, std::max(limits.quantity_min, limits.quantity_max).value)));
  r.needed = std::min(*r.needed, r.quantity);
}

void begin_scheme(const party::UserView& v) {
  if (is_scheme(v.me) && v.me.plot->each > 0)
    v.plan(v.me.draws, next_of(v, 0), party::Scheme{v.index, 0});
}

void scheme(const party::UserView& v, std::uint64_t number) {
  v.plan(v.me.draws, next_of(v, number + 1), party::Scheme{v.index, number + 1});
  if (plots(v.me, Attack::refusal_spam)) return spam(v);
  wash(v);
}

void plan_false_claim(const party::UserView& v, party::GrantIndex grant, std::uint64_t number) {
  if (!plots(v.me, Attack::false_claims)) return;
  const chain::GrantRecord& g = v.seen().grants[grant];
  kernel::Stream stream(v.dynamics, v.me.draws.who, kernel::Draw::fraud, number);
  if (static_cast<std::int64_t>(stream.below(kFullRatio)) < v.me.plot->share)
    v.plan(v.me.draws, g.leg.window.until,
           party::ClaimFailure{grant, g.leg.window.from});
}

void witness_for_ring(const party::AuditorView& v, const chain::ClaimRecord& claim) {
  if (!v.me.ring.contains(claim.claim.reporter)) return;
  v.submit(objects::Witness{v.fresh_salt(v.me.draws), v.me.key.pub, objects::Role::auditor,
                            v.me.credential, claim.id, objects::Side::claim},
           {}, {{objects::Role::auditor, v.me.key}}, {v.me.draws.who, v.me.draws.sent++, {}});
}

party::RequestState decoy_of(const party::UserView& v, const party::RequestState& wanted) {
  party::RequestState r = wanted;
  r.tier = v.group->tier;
  r.needed = Quantity(0);
  r.latest_start.reset();
  number_of_its_own(v, r);
  return r;
}

void front_for(const party::UserView& v, party::RequestState& wanted) {
  wanted.user = v.index;
  wanted.tier = v.group->tier;
}

}  // namespace capmarket::agents
