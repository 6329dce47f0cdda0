// Which rule judges what of a leg: its own, or the one that a reconciliation policy names.
#pragma once

#include "model/chain/state.h"

namespace capmarket::chain {

/// The version in force at `signed_at` of the rule that the settlement's policy names; the leg's
/// own where it names none, or none is in force. Precondition: the leg's rule exists.
/// The first as an index of the state's rules.
RuleIndex tier_rule(const ChainState& state, const objects::Settlement& settlement,
                    const objects::Leg& leg);
/// The rule that judges the price; as tier_rule().
const rules::Rule& price_rule(const ChainState& state, const objects::Settlement& settlement, const objects::Leg& leg);
/// The rule whose catalog the strategy must be in; as tier_rule().
const rules::Rule& fallback_rule(const ChainState& state, const objects::Settlement& settlement, const objects::Leg& leg);

/// The named policy; null where none is named or it does not exist.
const objects::ReconciliationPolicy* policy_of(const ChainState& state, const objects::Settlement& settlement);
/// Every rule that the policy names has a version in force at `t`.
bool rules_in_force(const ChainState& state, const objects::ReconciliationPolicy& policy, Instant t);

}  // namespace capmarket::chain
