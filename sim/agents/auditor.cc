#include "sim/agents/auditor.h"

#include <algorithm>

#include "sim/agents/faults.h"

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

bool breaches(const chain::ChainState& seen, const chain::SettlementRecord& s) {
  for (std::int32_t i = 0; i < s.legs; ++i) {
    const chain::GrantRecord& g = seen.grants[s.grant(i)];
    const chain::InfrastructureRecord* edge = edge_of(seen, g);
    if (edge != nullptr && edge->excess.max(g.leg.window).value > 0) return true;
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
  if (whose_credential_fell(seen, s)) dispute(v, s, objects::Ground::credential_invalid);
  if (!not_followed(seen, s, v.now).empty())
    dispute(v, s, objects::Ground::fallback_not_followed);
  if (breaches(seen, s)) dispute(v, s, objects::Ground::shared_capacity_breached);
}

void audit_review(const party::AuditorView& v) {
  for (party::SettlementIndex settlement : v.me.looked_at) {
    const chain::SettlementRecord& s = v.seen().settlements[settlement];
    if (whose_credential_fell(v.seen(), s)) dispute(v, s, objects::Ground::credential_invalid);
  }
}

}  // namespace capmarket::agents
