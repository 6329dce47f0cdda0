// An admitted settlement: its grants, what they displace and what everybody then owes.
#include <algorithm>

#include "verify/audit/effects_internal.h"

namespace capmarket::audit {
namespace {

void displace(Group& group, AuditSettlement& settlement, const AuditGrant& by,
              const VictimEvidence& cover) {
  AuditState& s = group.s;
  AuditGrant& victim = s.grants.at(cover.grant->id);
  const rules::Rule& rule = by.rule->rule;
  // On overflow it cannot have been admitted; whoever admitted it is found by the decision.
  const Money k(cover.compensation().value_or(0));
  Money v = trim(s, victim, cover.pieces, true);
  ++victim.times_displaced;
  settlement.displaced.push_back(&victim);
  ContentId id = group.add(objects::Displacement{
      {}, settlement.id, by.leg_index, by.id, victim.id, cover.pieces, by.rank, victim.rank, k});
  lose(s, victim, id, AuditLossReason::displaced, cover.pieces);
  const rules::Tier* tier = rule.tier(by.leg.tier);
  Duration within = tier != nullptr && tier->displaces ? tier->displaces->pay_within : Duration(0);
  const Instant deadline = later(s.time, within);
  group.owe(id, victim, objects::ObligationKind::displacement, by.user(), victim.user(), k, rule,
            deadline);
  group.owe(id, victim, objects::ObligationKind::displacement, victim.holder(), victim.user(), v,
            victim.rule->rule, deadline);
}

void grant(AuditState& s, AuditGrant& g) {
  const objects::Leg& leg = g.leg;
  AuditDeclaration& d = *g.declaration;
  for (SlowLoad* load :
       {&g.live, &g.load, &d.load, &g.request->live, &d.tier_load[{g.rule->rule.name, leg.tier}]})
    load->add(leg.window, leg.quantity.value);
  d.grants.add(g);
  if (d.infrastructure != nullptr) {
    d.infrastructure->load.add(leg.window, leg.quantity.value);
    d.infrastructure->grants.push_back(&g);
    d.infrastructure->by_time.add(g);
  }
  g.request->granted = true;
  g.request->granted_volume =
      sum_of(g.request->granted_volume, volume_of(leg.quantity, leg.window.length()).value);
  s.grants_of_rule[g.rule->rule.name].push_back(&g);
  s.grants_of_user[g.user()].add(g);
  if (g.rule->rule.lease) renew(s, g, true);
  if (leg.replaces)
    if (AuditFailure* failure = found(s.failures, *leg.replaces))
      failure->substitutes.push_back(&g);
}

void discharge(AuditState& s, const AuditGrant& g) {
  auto duty = s.undischarged.find({g.holder(), g.user(), g.leg.declaration});
  if (duty == s.undischarged.end()) return;
  const Instant signed_at = g.settlement->signed_at;
  // Admission times do not fall.
  auto& refusals = duty->second;
  refusals.erase(refusals.begin(),
                 std::partition_point(refusals.begin(), refusals.end(), [&](const AuditRefusal& x) {
                   return x.admitted < signed_at;
                 }));
}

}  // namespace

void settle(Group& group, const objects::CheckedSubmission& sub, const objects::Settlement& o, std::int64_t sequence,
            const SettlementEvidence& e) {
  AuditState& s = group.s;
  AuditSettlement& record = s.settlements[sub.id];
  record = {sub.id,         sequence,       o.salt,   o.signed_at, s.time,
            {},             o.coordinators, o.policy, {},          e.sound};
  s.settled.push_back(&record);
  for (std::size_t i = 0; i < o.legs.size(); ++i) {
    const ContentId id = objects::grant_id(sub.id, i);
    AuditGrant& g = s.grants[id];
    g.id = id;
    g.settlement = &record;
    g.leg_index = static_cast<std::int64_t>(i);
    g.declaration = &s.declarations.at(o.legs[i].declaration);
    g.request = &s.requests.at(o.legs[i].request);
    g.rule = &s.rules.at(o.legs[i].rule);
    g.tier_rule = e.legs[i].tier_rule;
    g.rank = e.legs[i].rank;
    g.leg = o.legs[i];
    record.grants.push_back(&g);
  }
  for (AuditGrant* g : record.grants) {
    for (const VictimEvidence& v : e.legs[static_cast<std::size_t>(g->leg_index)].victims)
      displace(group, record, *g, v);
    const Volume whole = volume_of(g->leg.quantity, g->leg.window.length());
    group.owe(sub.id, *g, objects::ObligationKind::price, g->user(), g->holder(),
              worth_of(g->leg.price, whole.value), g->rule->rule, g->leg.window.until);
  }
  for (AuditGrant* g : record.grants) grant(s, *g), discharge(s, *g);
  for (const objects::SequenceIndex& x : o.indices)
    if (AuditRequest* r = found(s.requests, x.request);
        r != nullptr && std::any_of(record.grants.begin(), record.grants.end(),
                                    [&](const AuditGrant* g) { return g->request == r; }))
      r->next_index = x.index + 1;
}

}  // namespace capmarket::audit
