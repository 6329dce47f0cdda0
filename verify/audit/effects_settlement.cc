// An admitted settlement: its grants, what they displace and what everybody then owes.
#include <algorithm>

#include "verify/audit/effects_internal.h"

namespace capmarket::audit {
namespace {

void displace(Group& group, const AuditGrant& by, std::int64_t leg_index,
              const objects::DisplacementEntry& entry) {
  AuditState& s = group.s;
  AuditGrant& victim = s.grants.at(entry.grant);
  const rules::Rule& rule = by.rule->rule;
  const rules::Rule& theirs = victim.rule->rule;
  objects::Piece released{{std::max(entry.window.from, rounded_up(rule, s.time)), entry.window.until},
                 entry.quantity};
  Money v = trim(s, victim, {released}, true);
  ++victim.times_displaced;
  ContentId id = group.add(objects::Displacement{{},
                                        by.settlement->id,
                                        leg_index,
                                        by.id,
                                        victim.id,
                                        released,
                                        by.rank,
                                        victim.rank,
                                        entry.compensation});
  lose(s, victim, id, AuditLossReason::displaced, {released});
  const rules::Tier* tier = rule.tier(by.leg.tier);
  Duration within = tier != nullptr && tier->displaces ? tier->displaces->pay_within : Duration(0);
  group.owe(id, victim, objects::ObligationKind::displacement, by.user(), victim.user(), entry.compensation,
            rule, later(s.time, within));
  group.owe(id, victim, objects::ObligationKind::displacement, victim.holder(), victim.user(), v, theirs,
            later(s.time, within));
}

void grant(AuditState& s, AuditGrant& g) {
  const objects::Leg& leg = g.leg;
  AuditDeclaration& d = *g.declaration;
  for (SlowLoad* load :
       {&g.live, &g.load, &d.load, &g.request->live, &d.tier_load[{g.rule->rule.name, leg.tier}]})
    load->add(leg.window, leg.quantity.value);
  d.grants.push_back(&g);
  if (d.infrastructure != nullptr) {
    d.infrastructure->load.add(leg.window, leg.quantity.value);
    d.infrastructure->grants.push_back(&g);
  }
  g.request->granted = true;
  g.request->granted_volume += volume_of(leg.quantity, leg.window.length()).value;
  s.grants_of_rule[g.rule->rule.name].push_back(&g);
  if (g.rule->rule.lease) renew(s, g, true);
  if (leg.replaces)
    if (AuditFailure* failure = found(s.failures, *leg.replaces))
      failure->substitutes.push_back(&g);
}

void discharge(AuditState& s, const AuditGrant& g) {
  auto duty = s.undischarged.find({g.holder(), g.user(), g.leg.declaration});
  if (duty == s.undischarged.end()) return;
  const Instant signed_at = g.settlement->signed_at;
  std::erase_if(duty->second, [&](const AuditRefusal& x) { return x.admitted < signed_at; });
}

}  // namespace

void settle(Group& group, const objects::CheckedSubmission& sub, const objects::Settlement& o, std::int64_t sequence,
            const SettlementEvidence& e) {
  AuditState& s = group.s;
  AuditSettlement& record = s.settlements[sub.id];
  record = {sub.id, sequence, o.salt, o.signed_at, s.time, {}, o.coordinators, o.policy, e.sound};
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
    for (const objects::DisplacementEntry& entry : g->leg.displacements)
      displace(group, *g, g->leg_index, entry);
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
