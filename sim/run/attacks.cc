#include "sim/run/attacks.h"

#include <algorithm>

namespace capmarket::run {
namespace {

/// The settlement displaced nobody.
bool displaced_nobody(const world::World& w, const ContentId& settlement) {
  const chain::ChainState& s = w.state();
  auto found = s.settlement_index.find(settlement);
  return found != s.settlement_index.end() && s.settlements[found->second].displaced.empty();
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
    case scenarios::Attack::hoarding:
    case scenarios::Attack::wash_trades:
    case scenarios::Attack::tier_shopping:
    case scenarios::Attack::false_claims:
    case scenarios::Attack::compensation_farming:
    case scenarios::Attack::hiding_directory:
    case scenarios::Attack::partial_coordinator:
    case scenarios::Attack::refusal_spam:
    case scenarios::Attack::selective_log:
      return std::nullopt;
    case scenarios::Attack::short_compensation:
      return admission::ClauseId::displacement;
    case scenarios::Attack::wrong_shard:
    case scenarios::Attack::forged_cosignature:
      return admission::ClauseId::coordination;
  }
  return admission::ClauseId::signatures;
}

void count_attack(world::World& w, scenarios::Attack attack, const party::Answer& answer) {
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

}  // namespace capmarket::run
