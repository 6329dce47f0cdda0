#include "sim/agents/complain.h"

#include <algorithm>

#include "model/chain/findings.h"
#include "sim/agents/faults.h"
#include "sim/agents/strategy_of.h"

namespace capmarket::agents {
namespace {

constexpr objects::Role role_of(const party::HolderView&) { return objects::Role::holder; }
constexpr objects::Role role_of(const party::UserView&) { return objects::Role::user; }

bool is_remedied(const chain::ChainState& seen, const ContentId& part, objects::Ground ground) {
  return seen.remedied.contains({part, ground});
}

/// What failures that were not told of or recorded in time bring their user.
Money penalties(const chain::ChainState& seen, const chain::SettlementRecord& s,
                const PublicKey& user, Instant now) {
  Money out;
  for (chain::FailureIndex i : not_followed(seen, s, now)) {
    const chain::FailureRecord& f = seen.failures[i];
    const chain::GrantRecord& g = seen.grants[f.grant];
    if (seen.user_of(g) != user ||
        is_remedied(seen, f.id, objects::Ground::fallback_not_followed))
      continue;
    out += chain::ratio_of(f.trimmed, seen.strategies.at(g.leg.strategy).strategy.penalty);
  }
  return out;
}

/// What somebody else's credential that fell brings the party, as the legs' rules have it.
Money remedies(const chain::ChainState& seen, const chain::SettlementRecord& s, const PublicKey& me,
               Instant now) {
  Money out;
  const std::optional<PublicKey> at_fault = whose_credential_fell(seen, s);
  if (!at_fault || *at_fault == me) return out;
  for (std::int32_t i = 0; i < s.legs; ++i) {
    const chain::GrantRecord& g = seen.grants[s.grant(i)];
    const rules::Rule& rule = seen.rule_of(g);
    const PublicKey user = seen.user_of(g);
    const PublicKey& other = *at_fault == user ? seen.holder_of(g) : user;
    if (other != me || !rule.revocation || rule.revocation->on_review == rules::OnReview::uphold ||
        is_remedied(seen, g.id, objects::Ground::credential_invalid))
      continue;
    const bool voids = rule.revocation->on_review == rules::OnReview::void_future;
    const Window rest{chain::ceil_to(rule, now), kDistantFuture};
    const Money worth = chain::worth(
        g.leg.price, capacity::volume_of(voids ? capacity::inside(g.live, rest) : g.live));
    if (!voids)
      out += chain::ratio_of(worth, rule.revocation->rate);
    else if (me == user)
      out += worth;
  }
  return out;
}

template <class RoleView>
void dispute(const RoleView& v, const chain::SettlementRecord& s, objects::Ground ground,
             Money harm) {
  if (!complains(conduct_of(v), harm) || !v.me.complained.emplace(s.id, ground).second) return;
  v.submit(objects::Dispute{v.fresh_salt(v.me.draws), v.me.key.pub, role_of(v), std::nullopt, s.id,
                            ground, {}},
           {}, {{role_of(v), v.me.key}}, v.sender());
}

template <class RoleView>
void complain_of_credentials(const RoleView& v, party::SettlementIndex settlement) {
  const chain::SettlementRecord& s = v.seen().settlements[settlement];
  dispute(v, s, objects::Ground::credential_invalid,
          remedies(v.seen(), s, v.me.key.pub, v.now));
}

Instant end_of(const chain::ChainState& seen, const chain::SettlementRecord& s) {
  Instant out{-kWireMax};
  for (std::int32_t i = 0; i < s.legs; ++i)
    out = std::max(out, seen.grants[s.grant(i)].leg.window.until);
  return out;
}

}  // namespace

bool complains(const scenarios::Conduct& conduct, Money harm) {
  switch (conduct.disputes) {
    case scenarios::Disputes::always:
      return harm.value > 0;
    case scenarios::Disputes::above:
      return harm > conduct.disputes_above;
    case scenarios::Disputes::never:
      return false;
  }
  return false;
}

void watch_failure(const party::UserView& v, party::FailureIndex index) {
  if (conduct_of(v).disputes == scenarios::Disputes::never) return;
  const chain::FailureRecord& f = v.seen().failures[index];
  const chain::GrantRecord& g = v.seen().grants[f.grant];
  const chain::SettlementRecord& s = v.seen().settlements[g.settlement];
  const rules::FallbackStrategy& strategy = v.seen().strategies.at(g.leg.strategy).strategy;
  const Instant overdue = f.admitted + strategy.notify_within + v.until_published();
  Instant at = f.failure.late ? v.now : overdue;
  // It can dispute the settlement once: at its end it knows of all of its failures.
  const Instant end = end_of(v.seen(), s) + v.until_published();
  if (end < v.market.end() && end < chain::disputable_until(v.seen(), s)) at = std::max(at, end);
  v.plan(v.me.draws, at, party::Complain{v.index, g.settlement});
}

void on_review(const party::HolderView& v, party::SettlementIndex settlement) {
  complain_of_credentials(v, settlement);
}

void on_review(const party::UserView& v, party::SettlementIndex settlement) {
  complain_of_credentials(v, settlement);
}

void on_shared_load(const party::HolderView& v, chain::InfrastructureIndex index) {
  const chain::ChainState& seen = v.seen();
  const chain::InfrastructureRecord& edge = seen.infrastructures[index];
  constexpr objects::Ground kGround = objects::Ground::shared_capacity_breached;
  // A dispute clears the window of its leg alone.
  capacity::Pieces left = chain::unpunished_breach(edge, {Instant(-kWireMax), kDistantFuture});
  for (auto grant = edge.grants.rbegin(); grant != edge.grants.rend() && !left.empty(); ++grant) {
    const chain::GrantRecord& g = seen.grants[*grant];
    const chain::SettlementRecord& s = seen.settlements[g.settlement];
    if (seen.holder_of(g) != v.me.key.pub || v.me.complained.contains({s.id, kGround})) continue;
    const capacity::Pieces breach = capacity::inside(left, g.leg.window);
    if (breach.empty()) continue;
    const Instant first = breach.front().window.from;
    std::optional<PublicKey> at_fault = chain::beyond_its_share(seen, edge, first);
    if (!at_fault) at_fault = chain::last_live_on(seen, edge, first);
    if (at_fault == v.me.key.pub) continue;
    dispute(v, s, kGround, chain::worth(g.leg.price, capacity::volume_of(breach)));
    for (const objects::Piece& p : breach)
      left = capacity::changed(left, p.window, Quantity(-p.quantity.value));
  }
}

void complain_of_failures(const party::UserView& v, party::SettlementIndex settlement) {
  const chain::SettlementRecord& s = v.seen().settlements[settlement];
  dispute(v, s, objects::Ground::fallback_not_followed,
          penalties(v.seen(), s, v.me.key.pub, v.now));
}

}  // namespace capmarket::agents
