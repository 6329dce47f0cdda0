#include "sim/agents/spoil.h"

#include <algorithm>

#include "model/crypto/hash.h"
#include "sim/agents/draft.h"
#include "sim/agents/spoil_displacement.h"

namespace capmarket::agents {
namespace {

/// First a price that the request does not allow: refused. Then the same again without a word of
/// the refusal.
void hide_refusal(world::World& w, world::Draft& d) {
  world::UserState& u = w.users[d.user];
  objects::Leg& leg = d.settlement.legs.front();
  if (u.stage == 0) {
    leg.price = w.requests[d.requests.front()].max_price + Money(1);
    return;
  }
  if (leg.predecessors.empty()) return;  // nothing to hide here
  leg.predecessors.clear();
  d.attack = u.attack;
}

/// A coordinator of elsewhere, with a signature that verifies.
void borrow_shard(world::World& w, world::Draft& d) {
  for (world::CoordinatorIndex c : w.coordinators.indices()) {
    const location::Location& place = w.holders[d.holders.front()].location;
    if (d.coordinators.empty() || w.coordinators[c].scope.contains(place)) continue;
    d.coordinators = {c};
    d.settlement.coordinators = {w.coordinators[c].credential};
    d.attack = w.users[d.user].attack;
    return;
  }
}

/// The settlement once more, under another salt and a fresh signature.
void copy(world::World& w, world::DraftIndex index, bool smaller) {
  world::Draft d = w.drafts[index];
  d.settlement.salt = w.fresh_salt(w.users[d.user].draws);
  d.settlement.signed_at = w.now + w.users[d.user].clock;
  if (smaller) d.settlement.legs.front().quantity = Quantity(1);
  d.requests.clear();
  d.offers.clear();
  d.attack = w.users[d.user].attack;
  d.id = crypto::content_id(objects::encode_object(objects::Object(d.settlement)));
  submit_draft(w, w.drafts.push_back(std::move(d)));
}

}  // namespace

std::optional<admission::ClauseId> refused_by(scenarios::Attack attack) {
  switch (attack) {
    case scenarios::Attack::tier_inflation:
    case scenarios::Attack::scope_escape:
    case scenarios::Attack::expired_credential:
      return admission::ClauseId::user_membership;
    case scenarios::Attack::resubmission:
      return admission::ClauseId::disclosure;
    case scenarios::Attack::replay:
    case scenarios::Attack::index_gap:
    case scenarios::Attack::index_duplicate:
      return admission::ClauseId::sequence;
    case scenarios::Attack::cherry_picked_index:
      return admission::ClauseId::index_complete;
    case scenarios::Attack::equal_rank_displacement:
      return admission::ClauseId::capacity;
    case scenarios::Attack::needless_displacement:
      return std::nullopt;
    case scenarios::Attack::short_compensation:
      return admission::ClauseId::displacement;
    case scenarios::Attack::wrong_shard:
    case scenarios::Attack::forged_cosignature:
      return admission::ClauseId::coordination;
  }
  return admission::ClauseId::signatures;
}

void count_attack(world::World& w, scenarios::Attack attack, const world::Answer& answer) {
  world::AttackCount& count = w.attacks[attack];
  ++count.attempts;
  const admission::Decision& d = answer.receipt.decision;
  const std::optional<admission::ClauseId> clause = refused_by(attack);
  auto names = [&](const std::vector<admission::ClauseId>& list) {
    return clause && std::find(list.begin(), list.end(), *clause) != list.end();
  };
  if (names(d.failed) || names(d.unresolved)) ++count.refused;
  if (!clause && answer.admitted() && displaced_nobody(w, answer.id)) ++count.no_effect;
}

void spoil(world::World& w, world::Draft& d) {
  const world::UserState& u = w.users[d.user];
  switch (*u.attack) {
    case scenarios::Attack::tier_inflation:
    case scenarios::Attack::scope_escape:
    case scenarios::Attack::expired_credential:
      d.attack = u.attack;  // the credential itself is wrong
      return;
    case scenarios::Attack::resubmission:
      return hide_refusal(w, d);
    case scenarios::Attack::index_gap:
      d.settlement.indices.front().index += 1;
      d.attack = u.attack;
      return;
    case scenarios::Attack::equal_rank_displacement:
      return displace_equal(w, d);
    case scenarios::Attack::needless_displacement:
      return displace_needlessly(w, d);
    case scenarios::Attack::short_compensation:
      return pay_short(w, d);
    case scenarios::Attack::wrong_shard:
      return borrow_shard(w, d);
    case scenarios::Attack::forged_cosignature:
      d.forged = !d.coordinators.empty();
      if (d.forged) d.attack = u.attack;
      return;
    case scenarios::Attack::replay:
    case scenarios::Attack::index_duplicate:
    case scenarios::Attack::cherry_picked_index:
      return;  // after an admission; a publisher's
  }
}

bool spoil_after(world::World& w, world::DraftIndex index, bool admitted) {
  const world::Draft d = w.drafts[index];
  world::UserState& u = w.users[d.user];
  if (admitted) {
    if (u.attack == scenarios::Attack::replay) copy(w, index, false);
    if (u.attack == scenarios::Attack::index_duplicate) copy(w, index, true);
    return false;
  }
  if (u.attack == scenarios::Attack::resubmission && u.stage == 0) {
    u.stage = 1;
    world::RequestState& r = w.requests[d.requests.front()];
    if (r.next_candidate > 0) --r.next_candidate;  // the same holder again
    return false;
  }
  if (!d.attack) return false;
  u.stage = 0;
  w.requests[d.requests.front()].busy = false;
  return true;
}

}  // namespace capmarket::agents
