#include "sim/agents/spoil.h"

#include <algorithm>

#include "model/crypto/hash.h"
#include "sim/agents/spoil_displacement.h"

namespace capmarket::agents {
namespace {

/// First a price that the request does not allow: refused. Then the same again without a word of
/// the refusal.
void hide_refusal(const party::UserView& v, party::Draft& d, party::RequestIndex request) {
  objects::Leg& leg = d.settlement.legs.front();
  if (v.me.stage == 0) {
    leg.price = v.requests[request].max_price + Money(1);
    return;
  }
  if (leg.predecessors.empty()) return;  // nothing to hide here
  leg.predecessors.clear();
  d.attack = v.me.attack;
}

/// A coordinator of elsewhere, with a signature that verifies.
void borrow_shard(const party::UserView& v, party::Draft& d) {
  for (party::CoordinatorIndex c : v.market.coordinators()) {
    const location::Location& place = v.market.holder(d.holders.front()).location;
    if (d.coordinators.empty() || v.market.coordinator(c).scope.contains(place)) continue;
    d.coordinators = {c};
    d.settlement.coordinators = {v.market.coordinator(c).credential};
    d.attack = v.me.attack;
    return;
  }
}

/// The settlement once more, under another salt and a fresh signature.
void copy(const party::UserView& v, party::Draft d, bool smaller) {
  d.settlement.salt = v.fresh_salt(v.me.draws);
  d.settlement.signed_at = v.now + v.me.clock;
  if (smaller) d.settlement.legs.front().quantity = Quantity(1);
  d.offers.clear();
  d.attack = v.me.attack;
  d.id = crypto::content_id(objects::encode_object(objects::Object(d.settlement)));
  v.out.add(party::SubmitCopy{std::move(d)});
}

}  // namespace

void spoil(const party::UserView& v, party::Draft& d, party::RequestIndex request) {
  switch (*v.me.attack) {
    case scenarios::Attack::tier_inflation:
    case scenarios::Attack::scope_escape:
    case scenarios::Attack::expired_credential:
      d.attack = v.me.attack;  // the credential itself is wrong
      return;
    case scenarios::Attack::resubmission:
      return hide_refusal(v, d, request);
    case scenarios::Attack::index_gap:
      d.settlement.indices.front().index += 1;
      d.attack = v.me.attack;
      return;
    case scenarios::Attack::equal_rank_displacement:
      return displace_equal(v, d);
    case scenarios::Attack::needless_displacement:
      return displace_needlessly(v, d);
    case scenarios::Attack::short_compensation:
      return pay_short(v, d);
    case scenarios::Attack::wrong_shard:
      return borrow_shard(v, d);
    case scenarios::Attack::forged_cosignature:
      d.forged = !d.coordinators.empty();
      if (d.forged) d.attack = v.me.attack;
      return;
    case scenarios::Attack::replay:
    case scenarios::Attack::index_duplicate:
    case scenarios::Attack::cherry_picked_index:
      return;  // after an admission; a publisher's
    case scenarios::Attack::hoarding:
    case scenarios::Attack::wash_trades:
    case scenarios::Attack::tier_shopping:
    case scenarios::Attack::false_claims:
    case scenarios::Attack::compensation_farming:
    case scenarios::Attack::hiding_directory:
    case scenarios::Attack::partial_coordinator:
    case scenarios::Attack::refusal_spam:
    case scenarios::Attack::selective_log:
      return;  // frauds: their settlements are well-formed
  }
}

bool spoil_after(const party::UserView& v, const party::Draft& d, party::RequestIndex request,
                 bool admitted) {
  party::UserState& u = v.me;
  if (admitted) {
    if (u.attack == scenarios::Attack::replay) copy(v, d, false);
    if (u.attack == scenarios::Attack::index_duplicate) copy(v, d, true);
    return false;
  }
  party::RequestState& r = v.requests[request];
  if (u.attack == scenarios::Attack::resubmission && u.stage == 0) {
    u.stage = 1;
    if (r.next_candidate > 0) --r.next_candidate;  // the same holder again
    return false;
  }
  if (!d.attack) return false;
  u.stage = 0;
  r.busy = false;
  return true;
}

}  // namespace capmarket::agents
