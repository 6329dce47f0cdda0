// Claims, and disputes: Contest, Witness, Dispute.
#include "verify/audit/effects_internal.h"
#include "verify/audit/judge_internal.h"

namespace capmarket::audit {

namespace {

bool party_of(const AuditState& s, const objects::Dispute& o, const AuditSettlement& settlement) {
  const AuditGrant& first = *settlement.grants.front();
  if (o.role == objects::Role::auditor) return true;
  if (o.role == objects::Role::coordinator)
    return std::any_of(settlement.coordinators.begin(), settlement.coordinators.end(),
                       [&](const ContentId& id) {
                         const objects::CredentialGrant* c = s.delegation.credential(id);
                         return c != nullptr && c->subject == o.party;
                       });
  if (o.role != objects::Role::user && o.role != objects::Role::holder) return false;
  if (o.role == objects::Role::user && first.user() == o.party) return true;
  for (const AuditGrant* g : settlement.grants)
    if (o.role == objects::Role::holder && g->holder() == o.party) return true;
  for (const AuditGrant* g : settlement.grants)
    for (const objects::DisplacementEntry& x : g->leg.displacements) {
      const AuditGrant* victim = found(s.grants, x.grant);
      if (victim != nullptr &&
          (o.role == objects::Role::user ? victim->user() : victim->holder()) == o.party)
        return true;
    }
  return false;
}

/// What an object tells of; itself where it tells of nothing.
ContentId subject(const AuditState& s, const ContentId& id) {
  const ContentId* of = found(s.told_of, id);
  return of == nullptr ? id : *of;
}

bool on_links(const AuditState& s, const AuditSettlement& settlement, const ContentId& id) {
  if (const AuditReview* review = found(s.reviews, id))
    return review->settlements.contains(settlement.id);
  std::vector<ContentId> credentials = settlement.coordinators;
  for (const AuditGrant* g : settlement.grants) {
    credentials.push_back(g->leg.holder_credential);
    credentials.push_back(g->leg.user_credential);
  }
  auto link = s.delegation.find(subject(s, id));
  if (!link) return false;
  return std::any_of(credentials.begin(), credentials.end(), [&](const ContentId& c) {
    auto node = s.delegation.find(c);
    return node && has(s.delegation.to_root(*node).nodes, *link);
  });
}

bool on_decision(const AuditState& s, const AuditSettlement& settlement, const ContentId& id) {
  if (id == settlement.id || settlement.policy == id || has(settlement.coordinators, id))
    return true;
  const objects::CredentialGrant* other = s.delegation.credential(id);
  for (const AuditGrant* g : settlement.grants) {
    const objects::Leg& l = g->leg;
    if (has({l.declaration, l.request, l.rule, l.strategy}, id) || has(l.predecessors, id))
      return true;
    if (l.price_index == id || l.replaces == id) return true;
    if (const AuditRule* rule = found(s.rules, id); rule != nullptr && rule == g->tier_rule)
      return true;
    for (const ContentId& own : {l.holder_credential, l.user_credential})
      if (other != nullptr && s.delegation.credential(own)->subject == other->subject) return true;
  }
  return false;
}

bool on_failures(const AuditState& s, const AuditSettlement& settlement, const ContentId& id) {
  const ContentId of = subject(s, id);
  for (const ContentId& claim : {id, of})
    if (const AuditClaim* c = found(s.claims, claim)) return c->grant->settlement == &settlement;
  for (const AuditFailure* f : s.failed) {
    if (f->grant->settlement != &settlement) continue;
    if (f->id == id || f->id == of || f->failure.cause == id) return true;
    for (const AuditGrant* by : f->substitutes)
      if (by->settlement->id == id) return true;
  }
  return false;
}

bool on_edge(const AuditState& s, const AuditSettlement& settlement, const ContentId& id) {
  for (const AuditGrant* g : settlement.grants) {
    const AuditInfrastructure* edge = g->declaration->infrastructure;
    if (edge == nullptr || !edge->infrastructure.peer) continue;
    if (subject(s, id) == edge->id) return true;
    const AuditDeclaration* d = found(s.declarations, id);
    if (d != nullptr && d->infrastructure == edge) return true;
    if (const AuditSettlement* other = found(s.settlements, id))
      for (const AuditGrant* x : other->grants)
        if (x->declaration->infrastructure == edge) return true;
  }
  return false;
}

/// The object has to do with the ground, and with a leg of the settlement.
bool on_ground(const AuditState& s, const AuditSettlement& settlement, objects::Ground ground,
               const ContentId& id) {
  switch (ground) {
    case objects::Ground::credential_invalid:
      return on_links(s, settlement, id);
    case objects::Ground::rule_misapplied:
      return on_decision(s, settlement, id);
    case objects::Ground::fallback_not_followed:
      return on_failures(s, settlement, id);
    case objects::Ground::shared_capacity_breached:
      return on_edge(s, settlement, id);
  }
  return false;
}

/// The end of the time in which that ground can be disputed.
Int128 latest_dispute(const AuditState& s, const AuditSettlement& settlement,
                      objects::Ground ground) {
  Int128 latest = last_dispute(settlement);
  if (ground == objects::Ground::credential_invalid)
    for (const auto& [id, review] : s.reviews)
      if (!review.closed && review.settlements.contains(settlement.id))
        latest = std::max(latest, Int128{review.until.value});
  if (ground == objects::Ground::fallback_not_followed)
    for (const AuditFailure* f : s.failed)
      if (f->grant->settlement == &settlement) latest = std::max(latest, last_dispute(*f));
  return latest;
}

}  // namespace

Judgement Judge::operator()(const objects::Contest& o) {
  const AuditClaim* claim = found(s.claims, o.failure);
  Judgement j;
  note(j, kObjectsResolve, claim != nullptr, true);
  note(j, kSignatures, true, sub.signed_by(objects::Role::holder, o.holder));
  note(j, kWindow, claim != nullptr, claim != nullptr && at < claim->contest_end());
  note(j, kStanding, claim != nullptr,
       claim != nullptr && o.holder == claim->grant->holder() && !claim->contested &&
           !claim->closed);
  return j;
}

namespace {

/// Neither side's own authority vouches for the witness of that side.
bool apart(const AuditState& s, const AuditClaim& claim, const objects::Witness& o) {
  const AuditGrant& g = *claim.grant;
  if (o.role == objects::Role::coordinator && !has(g.settlement->coordinators, o.credential))
    return false;
  if (o.role != objects::Role::coordinator && o.role != objects::Role::auditor) return false;
  std::vector<ContentId> side{o.supports == objects::Side::holder ? g.leg.holder_credential
                                                                  : g.leg.user_credential};
  if (o.supports == objects::Side::claim && claim.claim.credential)
    side.push_back(*claim.claim.credential);
  const objects::CredentialGrant* own = s.delegation.credential(o.credential);
  return std::none_of(side.begin(), side.end(), [&](const ContentId& id) {
    const objects::CredentialGrant* c = s.delegation.credential(id);
    return own != nullptr && c != nullptr && own->issuer == c->issuer;
  });
}

}  // namespace

Judgement Judge::operator()(const objects::Witness& o) {
  const AuditClaim* claim = found(s.claims, o.failure);
  CredentialEvidence witness = credential_evidence(s, o.credential, o.role, &o.witness, nullptr);
  const bool exist = claim != nullptr && witness.exists;
  Judgement j;
  note(j, kObjectsResolve, exist, true);
  note(j, kSignatures, true, sub.signed_by(o.role, o.witness));
  note(j, kWindow, exist, exist && at < claim->witness_end());
  note(j, kStanding, exist,
       exist && !claim->closed && witness.resolves(at) && apart(s, *claim, o) &&
           std::none_of(claim->witnesses.begin(), claim->witnesses.end(),
                        [&](const objects::Witness& w) { return w.witness == o.witness; }));
  return j;
}

Judgement Judge::operator()(const objects::Dispute& o) {
  const AuditSettlement* settlement = found(s.settlements, o.settlement);
  bool exist = settlement != nullptr;
  for (const ContentId& id : o.evidence) exist = exist && s.objects.contains(id);
  const Int128 latest = settlement == nullptr ? 0 : latest_dispute(s, *settlement, o.ground);
  CredentialEvidence auditor;
  if (o.credential) auditor = credential_evidence(s, *o.credential, o.role, &o.party, nullptr);
  const bool needed = o.role == objects::Role::auditor;
  Judgement j;
  note(j, kObjectsResolve, exist, true);
  note(j, kSignatures, true, sub.signed_by(o.role, o.party));
  note(j, kWindow, exist, at.value < latest);
  note(j, kStanding, exist && (!needed || auditor.exists),
       exist && party_of(s, o, *settlement) &&
           std::all_of(
               o.evidence.begin(), o.evidence.end(),
               [&](const ContentId& id) { return on_ground(s, *settlement, o.ground, id); }) &&
           !s.disputed.contains({o.party, o.settlement, o.ground}) &&
           (!needed || auditor.resolves(at)));
  return j;
}

}  // namespace capmarket::audit
