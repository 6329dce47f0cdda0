#include "sim/agents/faults.h"

#include <algorithm>

namespace capmarket::agents {
namespace {

/// Some link of the credential was revoked with effect at or before `t`.
bool fell(const chain::ChainState& seen, const ContentId& credential, Instant t) {
  const governance::Delegation& d = seen.delegation;
  const governance::CredentialRecord* c = d.credential(credential);
  if (c == nullptr) return false;
  if (d.revoked_from(credential) <= t) return true;
  auto links = d.below_root(d.issuer_of(*c));
  return std::any_of(links.begin(), links.end(), [&](const governance::AuthorityRecord* a) {
    return d.revoked_from(a->id) <= t;
  });
}

}  // namespace

std::optional<PublicKey> whose_credential_fell(const chain::ChainState& seen,
                                               const chain::SettlementRecord& s) {
  std::vector<ContentId> credentials;
  for (std::int32_t i = 0; i < s.legs; ++i) {
    const objects::Leg& leg = seen.grants[s.grant(i)].leg;
    credentials.push_back(leg.holder_credential);
    credentials.push_back(leg.user_credential);
  }
  credentials.insert(credentials.end(), s.coordinators.begin(), s.coordinators.end());
  for (const ContentId& c : credentials)
    if (fell(seen, c, s.signed_at)) return seen.delegation.credential(c)->grant.subject;
  return std::nullopt;
}

std::vector<chain::FailureIndex> not_followed(const chain::ChainState& seen,
                                              const chain::SettlementRecord& s, Instant now) {
  std::vector<chain::FailureIndex> out;
  for (chain::FailureIndex i : seen.failures.indices()) {
    const chain::FailureRecord& f = seen.failures[i];
    if (f.grant < s.first_grant || f.grant >= s.grant(s.legs)) continue;
    const rules::FallbackStrategy& strategy =
        seen.strategies.at(seen.grants[f.grant].leg.strategy).strategy;
    const bool overdue =
        !strategy.record.empty() && !f.recorded && now - f.admitted > strategy.notify_within;
    if (f.failure.late || overdue) out.push_back(i);
  }
  return out;
}

const chain::InfrastructureRecord* edge_of(const chain::ChainState& seen,
                                           const chain::GrantRecord& g) {
  const chain::InfrastructureIndex shared = seen.declarations[g.declaration].infrastructure;
  if (!shared.valid() || seen.rule_of(g).coordination.mode != rules::CoordinationMode::peer)
    return nullptr;
  const chain::InfrastructureRecord& edge = seen.infrastructures[shared];
  return edge.infrastructure.peer ? &edge : nullptr;
}

}  // namespace capmarket::agents
