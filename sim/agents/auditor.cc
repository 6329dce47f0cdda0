#include "sim/agents/auditor.h"

#include <algorithm>

namespace capmarket::agents {
namespace {


void dispute(const party::AuditorView& v, const chain::SettlementRecord& s,
             objects::Ground ground) {
  party::AuditorState& a = v.me;
  if (v.seen().disputed.contains({a.key.pub, s.id, ground})) return;
  v.submit(objects::Dispute{v.fresh_salt(a.draws), a.key.pub, objects::Role::auditor, a.credential,
                            s.id, ground, {}},
           {}, {{objects::Role::auditor, a.key}}, {a.draws.who, a.draws.sent++, {}});
}

/// Some link of the credential was revoked with effect at or before `t`.
bool revoked_at(const chain::ChainState& seen, const ContentId& credential, Instant t) {
  const governance::Delegation& d = seen.delegation;
  const governance::CredentialRecord* c = d.credential(credential);
  if (c == nullptr) return false;
  if (d.revoked_from(credential) <= t) return true;
  auto links = d.below_root(d.issuer_of(*c));
  return std::any_of(links.begin(), links.end(), [&](const governance::AuthorityRecord* a) {
    return d.revoked_from(a->id) <= t;
  });
}

bool credentials_invalid(const chain::ChainState& seen, const chain::SettlementRecord& s) {
  for (std::int32_t i = 0; i < s.legs; ++i) {
    const objects::Leg& leg = seen.grants[s.grant(i)].leg;
    if (revoked_at(seen, leg.holder_credential, s.signed_at) ||
        revoked_at(seen, leg.user_credential, s.signed_at))
      return true;
  }
  return std::any_of(s.coordinators.begin(), s.coordinators.end(),
                     [&](const ContentId& c) { return revoked_at(seen, c, s.signed_at); });
}

bool fallback_not_followed(const chain::ChainState& seen, Instant now,
                           const chain::SettlementRecord& s) {
  for (const chain::FailureRecord& f : seen.failures) {
    if (f.grant < s.first_grant || f.grant >= s.grant(s.legs)) continue;
    const chain::GrantRecord& g = seen.grants[f.grant];
    const rules::FallbackStrategy& strategy = seen.strategies.at(g.leg.strategy).strategy;
    bool overdue =
        !strategy.record.empty() && !f.recorded && now - f.admitted > strategy.notify_within;
    if (f.failure.late || overdue) return true;
  }
  return false;
}

bool peer_breach(const chain::ChainState& seen, const chain::SettlementRecord& s) {
  for (std::int32_t i = 0; i < s.legs; ++i) {
    const chain::GrantRecord& g = seen.grants[s.grant(i)];
    chain::InfrastructureIndex shared = seen.declarations[g.declaration].infrastructure;
    if (!shared.valid() || seen.rule_of(g).coordination.mode != rules::CoordinationMode::peer)
      continue;
    const chain::InfrastructureRecord& edge = seen.infrastructures[shared];
    if (edge.infrastructure.peer && edge.excess.max(g.leg.window).value > 0) return true;
  }
  return false;
}

}  // namespace

void sample_settlement(const party::AuditorView& v, party::SettlementIndex settlement) {
  kernel::Stream stream(v.dynamics, v.me.draws.who, kernel::Draw::sample, settlement.place());
  if (static_cast<std::int64_t>(stream.below(kFullRatio)) >= v.me.sample) return;
  const chain::SettlementRecord& s = v.seen().settlements[settlement];
  Instant end = v.now;
  for (std::int32_t i = 0; i < s.legs; ++i)
    end = std::max(end, v.seen().grants[s.grant(i)].leg.window.until);
  v.me.looked_at.push_back(settlement);
  v.plan(v.me.draws, std::min(end, v.market.end() - v.me.before_end),
         party::Audit{v.index, settlement});
}

void audit(const party::AuditorView& v, party::SettlementIndex settlement) {
  const chain::ChainState& seen = v.seen();
  const chain::SettlementRecord& s = seen.settlements[settlement];
  if (credentials_invalid(seen, s)) dispute(v, s, objects::Ground::credential_invalid);
  if (fallback_not_followed(seen, v.now, s)) dispute(v, s, objects::Ground::fallback_not_followed);
  if (peer_breach(seen, s)) dispute(v, s, objects::Ground::shared_capacity_breached);
}

void audit_review(const party::AuditorView& v) {
  for (party::SettlementIndex settlement : v.me.looked_at) {
    const chain::SettlementRecord& s = v.seen().settlements[settlement];
    if (credentials_invalid(v.seen(), s)) dispute(v, s, objects::Ground::credential_invalid);
  }
}

}  // namespace capmarket::agents
