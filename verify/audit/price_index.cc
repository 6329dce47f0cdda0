#include "verify/audit/price_index.h"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>

namespace capmarket::audit {
namespace {

using boost::multiprecision::int256_t;

int256_t wide(Int128 v) {
  int256_t out = static_cast<std::int64_t>(v >> 64);
  return (out << 64) + static_cast<std::uint64_t>(v);
}

std::int64_t weight_of(const AuditState& s, const ContentId& credential) {
  const objects::CredentialGrant* c = s.delegation.credential(credential);
  return c == nullptr ? 0 : c->weight.value;
}

}  // namespace

TrueIndex true_index(const AuditState& s, const std::string& rule, const Window& when) {
  TrueIndex out;
  std::map<Money, int256_t> weights;
  int256_t total = 0;
  auto legs = s.grants_of_rule.find(rule);
  if (legs == s.grants_of_rule.end()) return out;
  // Admission times do not fall.
  auto from =
      std::lower_bound(legs->second.begin(), legs->second.end(), when.from,
                       [](const AuditGrant* g, Instant t) { return g->settlement->admitted < t; });
  for (auto it = from; it != legs->second.end() && (*it)->settlement->admitted < when.until; ++it) {
    const objects::Leg& leg = (*it)->leg;
    const Int128 parties = Int128{weight_of(s, leg.holder_credential)} *
                           weight_of(s, leg.user_credential) / kFullRatio;
    int256_t weight = wide(volume_of(leg.quantity, leg.window.length()).value) * wide(parties);
    if (weight <= 0) continue;
    ++out.count;
    weights[leg.price] += weight;
    total += weight;
  }
  int256_t cumulated = 0;
  for (const auto& [price, weight] : weights) {
    cumulated += weight;
    if (2 * cumulated < total) continue;
    out.value = price;
    break;
  }
  return out;
}

}  // namespace capmarket::audit
