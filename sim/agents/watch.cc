#include "sim/agents/watch.h"

#include <algorithm>

#include "model/chain/price_index.h"
#include "sim/adversaries/spoil.h"

namespace capmarket {
namespace {

constexpr std::int64_t kShares = 10'000;
constexpr Duration kBeforeEnd{30 * kNanosPerSecond};

void dispute(World& w, std::uint32_t auditor, const SettlementRecord& s, Ground ground) {
  AuditorState& a = w.auditors[auditor];
  if (w.state().disputed.contains({a.key.pub, s.id, ground})) return;
  Dispute o{w.fresh_salt(), a.key.pub, Role::auditor, a.credential, s.id, ground, {}};
  w.submit(Kind::dispute, auditor, encode_object(o), {{Role::auditor, a.key}},
           {EntityKind::auditor, auditor, a.sent++, -1});
}

/// Some link of the credential was revoked with effect at or before `t`.
bool revoked_at(const World& w, const ContentId& credential, Instant t) {
  const Delegation& d = w.state().delegation;
  const CredentialRecord* c = d.credential(credential);
  if (c == nullptr) return false;
  if (d.revoked_from(credential) <= t) return true;
  auto links = d.below_root(d.issuer_of(*c));
  return std::any_of(links.begin(), links.end(),
                     [&](const AuthorityRecord* a) { return d.revoked_from(a->id) <= t; });
}

bool credentials_invalid(const World& w, const SettlementRecord& s) {
  for (std::int32_t i = 0; i < s.legs; ++i) {
    const Leg& leg = w.state().grants[static_cast<std::size_t>(s.first_grant + i)].leg;
    if (revoked_at(w, leg.holder_credential, s.signed_at) ||
        revoked_at(w, leg.user_credential, s.signed_at))
      return true;
  }
  return std::any_of(s.coordinators.begin(), s.coordinators.end(),
                     [&](const ContentId& c) { return revoked_at(w, c, s.signed_at); });
}

bool fallback_not_followed(const World& w, const SettlementRecord& s) {
  for (const FailureRecord& f : w.state().failures) {
    if (f.grant < s.first_grant || f.grant >= s.first_grant + s.legs) continue;
    const GrantRecord& g = w.state().grants[static_cast<std::size_t>(f.grant)];
    const FallbackStrategy& strategy = w.state().strategies.at(g.leg.strategy).strategy;
    bool overdue =
        !strategy.record.empty() && !f.recorded && w.now - f.admitted > strategy.notify_within;
    if (f.failure.late || overdue) return true;
  }
  return false;
}

bool peer_breach(const World& w, const SettlementRecord& s) {
  const ChainState& state = w.state();
  for (std::int32_t i = 0; i < s.legs; ++i) {
    const GrantRecord& g = state.grants[static_cast<std::size_t>(s.first_grant + i)];
    std::int32_t shared =
        state.declarations[static_cast<std::size_t>(g.declaration)].infrastructure;
    if (shared < 0 || state.rule_of(g).coordination.mode != CoordinationMode::peer) continue;
    const InfrastructureRecord& edge = state.infrastructures[static_cast<std::size_t>(shared)];
    if (edge.infrastructure.peer && edge.excess.max(g.leg.window).value > 0) return true;
  }
  return false;
}

}  // namespace

void schedule_publishers(World& w) {
  for (std::uint32_t i = 0; i < w.publishers.size(); ++i)
    w.plan(w.scenario->start + w.publishers[i].every, {ActionKind::publish, i, 0, {}});
}

void publish(World& w, std::uint32_t index) {
  PublisherState& p = w.publishers[index];
  w.plan(w.now + p.every, {ActionKind::publish, index, 0, {}});
  const RuleRecord* rule = w.state().rule_in_force(p.rule, w.now);
  if (rule == nullptr || rule->rule.pricing.mode != PricingMode::discovered) return;
  IndexValue truth = recompute_index(w.state(), rule->rule, w.now);
  if (truth.count <= 0) return;
  PriceIndex o{w.fresh_salt(),        p.key.pub,        p.credential,        rule->rule.name,
               rule->rule.class_name, rule->rule.scope, rule->rule.currency, w.now,
               truth.count,           truth.value};
  std::optional<Attack> attack;
  if (p.cherry_picks) {
    cherry_pick(o);
    attack = Attack::cherry_picked_index;
  }
  w.submit(Kind::price_index, index, encode_object(o), {{Role::publisher, p.key}},
           {EntityKind::publisher, index, p.sent++, -1}, attack);
}

void sample_settlement(World& w, std::int32_t settlement) {
  const SettlementRecord& s = w.state().settlements[static_cast<std::size_t>(settlement)];
  Instant end = w.now;
  for (std::int32_t i = 0; i < s.legs; ++i)
    end = std::max(end,
                   w.state().grants[static_cast<std::size_t>(s.first_grant + i)].leg.window.until);
  for (std::uint32_t a = 0; a < w.auditors.size(); ++a) {
    Stream stream(w.dynamics, EntityKind::auditor, a, Draw::sample,
                  static_cast<std::uint64_t>(settlement));
    if (static_cast<std::int64_t>(stream.below(kShares)) >= w.auditors[a].sample) continue;
    w.auditors[a].looked_at.push_back(settlement);
    w.plan(std::min(end, w.scenario->end() - kBeforeEnd), {ActionKind::audit, a, settlement, {}});
  }
}

void audit(World& w, std::uint32_t auditor, std::int32_t settlement) {
  const SettlementRecord s = w.state().settlements[static_cast<std::size_t>(settlement)];
  if (credentials_invalid(w, s)) dispute(w, auditor, s, Ground::credential_invalid);
  if (fallback_not_followed(w, s)) dispute(w, auditor, s, Ground::fallback_not_followed);
  if (peer_breach(w, s)) dispute(w, auditor, s, Ground::shared_capacity_breached);
}

void audit_review(World& w, std::uint32_t auditor) {
  for (std::int32_t settlement : std::vector<std::int32_t>(w.auditors[auditor].looked_at)) {
    const SettlementRecord s = w.state().settlements[static_cast<std::size_t>(settlement)];
    if (credentials_invalid(w, s)) dispute(w, auditor, s, Ground::credential_invalid);
  }
}

}  // namespace capmarket
