#include "model/chain/policy.h"

namespace capmarket {
namespace {

using Part = std::optional<std::string> ReconciliationPolicy::*;

std::int32_t judging(const ChainState& s, const Settlement& o, const Leg& leg, Part part) {
  const std::int32_t own = s.rule_index.at(leg.rule);
  const ReconciliationPolicy* policy = policy_of(s, o);
  if (policy == nullptr || !(policy->*part)) return own;
  const RuleRecord* named = s.rule_in_force(*(policy->*part), o.signed_at);
  return named == nullptr ? own : s.rule_index.at(named->id);
}

}  // namespace

const ReconciliationPolicy* policy_of(const ChainState& s, const Settlement& o) {
  if (!o.policy) return nullptr;
  auto it = s.policies.find(*o.policy);
  return it == s.policies.end() ? nullptr : &it->second;
}

bool rules_in_force(const ChainState& s, const ReconciliationPolicy& policy, Instant t) {
  for (Part part : {&ReconciliationPolicy::tiers, &ReconciliationPolicy::price,
                    &ReconciliationPolicy::fallback})
    if (policy.*part && s.rule_in_force(*(policy.*part), t) == nullptr) return false;
  return true;
}

std::int32_t tier_rule(const ChainState& s, const Settlement& o, const Leg& leg) {
  return judging(s, o, leg, &ReconciliationPolicy::tiers);
}
const Rule& price_rule(const ChainState& s, const Settlement& o, const Leg& leg) {
  return s.rules[judging(s, o, leg, &ReconciliationPolicy::price)].rule;
}
const Rule& fallback_rule(const ChainState& s, const Settlement& o, const Leg& leg) {
  return s.rules[judging(s, o, leg, &ReconciliationPolicy::fallback)].rule;
}

}  // namespace capmarket
