// Money, losses, releases and failures: what several effects are made of.
#include <algorithm>

#include "model/crypto/hash.h"
#include "verify/audit/effects_internal.h"

namespace capmarket::audit {

ContentId Group::id_of(const objects::Object& object) { return crypto::content_id(objects::encode_object(object)); }

Instant later(Instant t, Duration d) {
  return Instant(static_cast<std::int64_t>(std::min<Int128>(Int128{t.value} + d.value, kWireMax)));
}

void Group::owe(const ContentId& cause, const AuditGrant& grant, objects::ObligationKind kind,
                const PublicKey& payer, const PublicKey& payee, Money amount, const rules::Rule& rule,
                Instant deadline) {
  if (amount.value <= 0) return;
  objects::Obligation o{{}, cause, grant.id, kind, payer, payee, amount, rule.currency, deadline};
  ContentId id = add(o);
  s.obligations.emplace(id, AuditObligation{o, 0});
  s.debts[payer].emplace(deadline, id);
}

void Group::owe(const ContentId& cause, const AuditGrant& grant, objects::ObligationKind kind,
                const PublicKey& payer, const PublicKey& payee, Money amount, const rules::Rule& rule) {
  owe(cause, grant, kind, payer, payee, amount, rule, later(s.time, rule.dispute_within));
}

Money trim(AuditState&, AuditGrant& g, const std::vector<objects::Piece>& pieces, bool load) {
  const Int128 before = g.live_volume().value;
  g.live.add(pieces, -1);
  g.request->live.add(pieces, -1);
  const Int128 after = g.live_volume().value;
  g.request->lost_volume = sum_of(g.request->lost_volume, difference_of(before, after));
  if (load) {
    AuditDeclaration& d = *g.declaration;
    g.load.add(pieces, -1);
    d.load.add(pieces, -1);
    d.tier_load[{g.rule->rule.name, g.leg.tier}].add(pieces, -1);
    if (d.infrastructure != nullptr) d.infrastructure->load.add(pieces, -1);
  }
  return difference_of(worth_of(g.leg.price, before), worth_of(g.leg.price, after));
}

void lose(AuditState& s, const AuditGrant& g, const ContentId& id, AuditLossReason reason,
          std::vector<objects::Piece> pieces) {
  AuditRequest& r = *g.request;
  s.losses[id] = {r.id, r.losses.size()};
  r.losses.push_back({id, reason, &g, std::move(pieces)});
}

std::vector<objects::Piece> live_from(const AuditGrant& g, Instant t) {
  Window w{rounded_up(g.rule->rule, t), g.leg.window.until};
  if (w.empty()) return {};
  return g.live.positive().pieces(w);
}

std::pair<ContentId, Money> release(Group& group, AuditGrant& g, std::vector<objects::Piece> pieces,
                                    objects::ReleaseCause cause) {
  Money v = trim(group.s, g, pieces, true);
  ContentId id = group.add(objects::Release{{}, g.id, pieces, cause});
  lose(group.s, g, id, AuditLossReason::released, std::move(pieces));
  return {id, v};
}

void fail_grant(Group& group, AuditGrant& g, std::vector<objects::Piece> pieces,
                const ContentId& cause, bool late, AuditTold told) {
  AuditState& s = group.s;
  Money v = trim(s, g, pieces, told == AuditTold::by_curtailment);
  objects::Failure failure{{}, g.id, pieces, cause, late};
  ContentId id = group.add(failure);
  lose(s, g, id, AuditLossReason::failed, std::move(pieces));
  const AuditStrategy* strategy = found(s.strategies, g.leg.strategy);
  Money owed;
  if (strategy != nullptr)
    owed =
        total_of(tenths_of(v, strategy->strategy.refund), tenths_of(v, strategy->strategy.penalty));
  auto& record =
      s.failures.emplace(id, AuditFailure{id, failure, &g, s.time, v, owed, false, {}, told})
          .first->second;
  s.failed.push_back(&record);
  group.owe(id, g, objects::ObligationKind::failure, g.holder(), g.user(), owed, g.rule->rule);
}

void surrender(Group& group, AuditGrant& g, std::vector<objects::Piece> pieces, objects::ReleaseCause cause) {
  const rules::Rule& rule = g.rule->rule;
  auto kind = cause == objects::ReleaseCause::lapse ? objects::ObligationKind::lapse : objects::ObligationKind::surrender;
  auto [id, v] = release(group, g, std::move(pieces), cause);
  group.owe(id, g, kind, g.holder(), g.user(), v, rule);
  group.owe(id, g, kind, g.user(), g.holder(), tenths_of(v, rule.surrender_fee), rule);
}

void renew(AuditState& s, AuditGrant& g, bool first) {
  const Instant begin = s.time < g.leg.window.from ? g.leg.window.from : s.time;
  const Instant end = later(begin, *g.rule->rule.lease);
  if (first || g.lease_until < end) g.lease_until = end;
  if (g.lease_until < g.leg.window.until)
    s.dues.emplace(g.lease_until, objects::Kind::release, g.id);
}

void close_request(Group& group, AuditRequest& r) {
  r.closed = true;
  const Window& w = r.request.window;
  SlowLoad gap;
  gap.add(w, r.request.quantity.value);
  gap.add(r.live, w, -1);
  gap = gap.positive();
  objects::Residual out;
  out.request = r.id;
  out.requested.value = Int128{r.request.quantity.value} * w.length().value;
  out.live.value = r.live.integral(w);
  for (auto loss = r.losses.rbegin(); loss != r.losses.rend(); ++loss) {
    SlowLoad lost;
    lost.add(loss->pieces);
    SlowLoad share = SlowLoad::lesser(gap, lost);
    gap.add(share, w, -1);
    Volume& reason = loss->reason == AuditLossReason::displaced ? out.displaced
                     : loss->reason == AuditLossReason::failed  ? out.failed
                                                                : out.released;
    reason.value += share.integral(w);
  }
  out.unmet.value = gap.integral(w);
  group.add(out);
}

objects::Invariant invariant_of(objects::Kind kind) {
  if (kind == objects::Kind::residual) return objects::Invariant::volumes;
  if (kind == objects::Kind::displacement) return objects::Invariant::displacement;
  if (kind == objects::Kind::obligation) return objects::Invariant::payments;
  // So many refusals of one submitter: one of them was left off the chain, or the Shutout was.
  if (kind == objects::Kind::shutout) return objects::Invariant::refusals;
  return objects::Invariant::replay;
}

bool stands_for(const objects::CheckedSubmission& s, const ExpectedDerived& expected) {
  const auto* wanted = std::get_if<objects::Readmission>(&expected.object);
  const auto* stated = std::get_if<objects::Readmission>(&s.object);
  if (wanted == nullptr || stated == nullptr) return s.id == expected.id;
  return stated->salt == wanted->salt && stated->submitter == wanted->submitter &&
         stated->turned_away >= 0;
}

}  // namespace capmarket::audit
