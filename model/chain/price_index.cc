#include "model/chain/price_index.h"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>

namespace capmarket::chain {
namespace {

using Wide = boost::multiprecision::int256_t;

/// Volume at admission x floor(holder weight x user weight / 10 000).
Wide weight_of(const ChainState& s, const GrantRecord& g) {
  std::int64_t holder = s.delegation.credential(g.leg.holder_credential)->grant.weight.value;
  std::int64_t user = s.delegation.credential(g.leg.user_credential)->grant.weight.value;
  Wide volume = Wide(g.leg.quantity.value) * Wide(g.leg.window.length().value);
  return volume * Wide(holder * user / kFullRatio);
}

}  // namespace

const rules::Rule* indexed_rule(const ChainState& s, const objects::PriceIndex& index) {
  const RuleRecord* r = s.rule_in_force(index.rule, index.at);
  if (r == nullptr || r->rule.pricing.mode != rules::PricingMode::discovered ||
      r->rule.class_name != index.class_name || r->rule.scope != index.scope ||
      r->rule.currency != index.currency)
    return nullptr;
  return &r->rule;
}

IndexValue recompute_index(const ChainState& s, const rules::Rule& rule, Instant at) {
  auto named = s.grants_of_rule.find(rule.name);
  if (named == s.grants_of_rule.end()) return {};
  const std::vector<GrantIndex>& grants = named->second;  // by time of admission
  auto before = [&](GrantIndex g, Int128 t) { return s.grants[g].admitted.value < t; };
  Int128 from = Int128{at.value} - rule.pricing.over.value;
  auto first = std::lower_bound(grants.begin(), grants.end(), from, before);
  auto last = std::lower_bound(grants.begin(), grants.end(), Int128{at.value}, before);
  std::vector<std::pair<Money, Wide>> legs;
  Wide total = 0;
  for (auto it = first; it < last; ++it) {
    Wide weight = weight_of(s, s.grants[*it]);
    if (weight <= 0) continue;
    legs.emplace_back(s.grants[*it].leg.price, weight);
    total += weight;
  }
  std::sort(legs.begin(), legs.end());
  Wide sum = 0;
  for (const auto& [price, weight] : legs) {
    sum += weight;
    if (2 * sum >= total) return {static_cast<std::int64_t>(legs.size()), price};
  }
  return {};
}

}  // namespace capmarket::chain
