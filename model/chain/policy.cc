#include "model/chain/policy.h"

namespace capmarket::chain {
namespace {

using Part = std::optional<std::string> objects::ReconciliationPolicy::*;

RuleIndex judging(const ChainState& s, const objects::Settlement& o, const objects::Leg& leg,
                  Part part) {
  const RuleIndex own = s.rule_index.at(leg.rule);
  const objects::ReconciliationPolicy* policy = policy_of(s, o);
  if (policy == nullptr || !(policy->*part)) return own;
  const RuleRecord* named = s.rule_in_force(*(policy->*part), o.signed_at);
  return named == nullptr ? own : s.rule_index.at(named->id);
}

}  // namespace

const objects::ReconciliationPolicy* policy_of(const ChainState& s, const objects::Settlement& o) {
  if (!o.policy) return nullptr;
  auto it = s.policies.find(*o.policy);
  return it == s.policies.end() ? nullptr : &it->second;
}

bool rules_in_force(const ChainState& s, const objects::ReconciliationPolicy& policy, Instant t) {
  for (Part part : {&objects::ReconciliationPolicy::tiers, &objects::ReconciliationPolicy::price,
                    &objects::ReconciliationPolicy::fallback})
    if (policy.*part && s.rule_in_force(*(policy.*part), t) == nullptr) return false;
  return true;
}

RuleIndex tier_rule(const ChainState& s, const objects::Settlement& o, const objects::Leg& leg) {
  return judging(s, o, leg, &objects::ReconciliationPolicy::tiers);
}
const rules::Rule& price_rule(const ChainState& s, const objects::Settlement& o, const objects::Leg& leg) {
  return s.rules[judging(s, o, leg, &objects::ReconciliationPolicy::price)].rule;
}
const rules::Rule& fallback_rule(const ChainState& s, const objects::Settlement& o, const objects::Leg& leg) {
  return s.rules[judging(s, o, leg, &objects::ReconciliationPolicy::fallback)].rule;
}

}  // namespace capmarket::chain
