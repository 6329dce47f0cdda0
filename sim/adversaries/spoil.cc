#include "sim/adversaries/spoil.h"

#include <algorithm>

#include "model/chain/victims.h"
#include "sim/adversaries/spoil_displacement.h"
#include "sim/agents/draft.h"
#include "sim/agents/terms.h"

namespace capmarket {
namespace {

/// First a price that the request does not allow: refused. Then the same again without a word of
/// the refusal.
void hide_refusal(World& w, Draft& d) {
  UserState& u = w.users[d.user];
  Leg& leg = d.settlement.legs.front();
  if (u.stage == 0) {
    leg.price = w.requests[d.requests.front()].max_price + Money(1);
    return;
  }
  if (leg.predecessors.empty()) return;  // nothing to hide here
  leg.predecessors.clear();
  d.attack = u.attack;
}

/// A coordinator of elsewhere, with a signature that verifies.
void borrow_shard(World& w, Draft& d) {
  for (std::uint32_t c = 0; c < w.coordinators.size(); ++c) {
    const Location& place = w.holders[d.holders.front()].location;
    if (d.coordinators.empty() || w.coordinators[c].scope.contains(place)) continue;
    d.coordinators = {c};
    d.settlement.coordinators = {w.coordinators[c].credential};
    d.attack = w.users[d.user].attack;
    return;
  }
}

/// The settlement once more, under another salt and a fresh signature.
void copy(World& w, std::uint32_t index, bool smaller) {
  Draft d = w.drafts[index];
  d.settlement.salt = w.fresh_salt();
  d.settlement.signed_at = w.now + w.users[d.user].clock;
  if (smaller) d.settlement.legs.front().quantity = Quantity(1);
  d.requests.clear();
  d.offers.clear();
  d.attack = w.users[d.user].attack;
  auto next = static_cast<std::uint32_t>(w.drafts.size());
  w.drafts.push_back(std::move(d));
  submit_draft(w, next);
}

}  // namespace

ClauseId refused_by(Attack attack) {
  switch (attack) {
    case Attack::tier_inflation:
    case Attack::scope_escape:
    case Attack::expired_credential:
      return ClauseId::user_membership;
    case Attack::resubmission:
      return ClauseId::disclosure;
    case Attack::replay:
    case Attack::index_gap:
    case Attack::index_duplicate:
      return ClauseId::sequence;
    case Attack::cherry_picked_index:
      return ClauseId::index_complete;
    case Attack::equal_rank_displacement:
    case Attack::needless_displacement:
    case Attack::short_compensation:
      return ClauseId::displacement;
    case Attack::wrong_shard:
    case Attack::forged_cosignature:
      return ClauseId::coordination;
  }
  return ClauseId::signatures;
}

void spoil(World& w, Draft& d) {
  const UserState& u = w.users[d.user];
  switch (*u.attack) {
    case Attack::tier_inflation:
    case Attack::scope_escape:
    case Attack::expired_credential:
      d.attack = u.attack;  // the credential itself is wrong
      return;
    case Attack::resubmission:
      return hide_refusal(w, d);
    case Attack::index_gap:
      d.settlement.indices.front().index += 1;
      d.attack = u.attack;
      return;
    case Attack::equal_rank_displacement:
      return displace_equal(w, d);
    case Attack::needless_displacement:
      return displace_needlessly(w, d);
    case Attack::short_compensation:
      return pay_short(w, d);
    case Attack::wrong_shard:
      return borrow_shard(w, d);
    case Attack::forged_cosignature:
      d.forged = !d.coordinators.empty();
      if (d.forged) d.attack = u.attack;
      return;
    case Attack::replay:
    case Attack::index_duplicate:
    case Attack::cherry_picked_index:
      return;  // after an admission; a publisher's
  }
}

bool spoil_after(World& w, std::uint32_t index, bool admitted) {
  const Draft d = w.drafts[index];
  UserState& u = w.users[d.user];
  if (admitted) {
    if (u.attack == Attack::replay) copy(w, index, false);
    if (u.attack == Attack::index_duplicate) copy(w, index, true);
    return false;
  }
  if (u.attack == Attack::resubmission && u.stage == 0) {
    u.stage = 1;
    RequestState& r = w.requests[d.requests.front()];
    if (r.next_candidate > 0) --r.next_candidate;  // the same holder again
    return false;
  }
  if (!d.attack) return false;
  u.stage = 0;
  w.requests[d.requests.front()].busy = false;
  return true;
}

void cherry_pick(PriceIndex& index) {
  index.count -= 1;
  index.value = index.value - Money(index.value.value / 10);
}

}  // namespace capmarket
