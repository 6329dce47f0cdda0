// A statement about one object: Withdrawal, Renewal, Retract, Payment, FallbackRecord, PriceIndex,
// Contest, Witness, Dispute.
#include "verify/audit/claims.h"
#include "verify/audit/concerns.h"
#include "verify/audit/judge_internal.h"
#include "verify/audit/price_index.h"

namespace capmarket::audit {

Judgement Judge::operator()(const objects::Withdrawal& o) {
  const AuditRequest* r = found(s.requests, o.request);
  Judgement j;
  note(j, kObjectsResolve, r != nullptr, true);
  note(j, kSignatures, true, sub.signed_by(objects::Role::user, o.user));
  note(j, kStanding, r != nullptr,
       r != nullptr && r->request.user == o.user && !r->closed && !r->withdrawn);
  return j;
}

Judgement Judge::operator()(const objects::Renewal& o) {
  const AuditGrant* g = found(s.grants, o.grant);
  Judgement j;
  note(j, kObjectsResolve, g != nullptr, true);
  note(j, kSignatures, true, sub.signed_by(objects::Role::user, o.user));
  note(j, kWindow, g != nullptr, g != nullptr && at < g->leg.window.until);
  note(j, kStanding, g != nullptr,
       g != nullptr && g->user() == o.user && g->rule->rule.lease && at < g->lease_until &&
           !g->live.pieces().empty());
  return j;
}

Judgement Judge::operator()(const objects::Retract& o) {
  const AuditDeclaration* d = found(s.declarations, o.declaration);
  Judgement j;
  note(j, kObjectsResolve, d != nullptr, true);
  note(j, kSignatures, true, sub.signed_by(objects::Role::holder, o.holder));
  note(j, kStanding, d != nullptr,
       d != nullptr && d->declared.holder == o.holder && !free_ahead(s, *d, at).empty());
  return j;
}

Judgement Judge::operator()(const objects::Payment& o) {
  const AuditObligation* x = found(s.obligations, o.obligation);
  bool signed_by_payer = false;
  for (const objects::Signature& given : sub.signatures)
    signed_by_payer = signed_by_payer || sub.signed_by(given.role, o.payer);
  Judgement j;
  note(j, kObjectsResolve, x != nullptr, true);
  note(j, kSignatures, true, signed_by_payer);
  note(j, kQuantity, true, o.amount.value > 0);
  note(j, kStanding, x != nullptr, x != nullptr && x->obligation.payer == o.payer);
  note(j, kOutstanding, x != nullptr, x != nullptr && o.amount.value <= x->outstanding());
  return j;
}

namespace {

/// Every field that the strategy asks for is there, and what is there agrees with the chain.
bool complete(const objects::FallbackRecord& o, const AuditFailure& f, const rules::FallbackStrategy& strategy) {
  auto asked = [&](rules::RecordField field) { return has(strategy.record, field); };
  std::vector<ContentId> substitutes;
  for (const AuditGrant* g : f.substitutes)
    if (!has(substitutes, g->settlement->id)) substitutes.push_back(g->settlement->id);
  if (asked(rules::RecordField::notice) && !o.notice) return false;
  if (asked(rules::RecordField::cause) && (!o.cause || o.cause->empty())) return false;
  if ((asked(rules::RecordField::substitutes) || !o.substitutes.empty()) && o.substitutes != substitutes)
    return false;
  if (asked(rules::RecordField::settlement) && !o.settlement) return false;
  return !o.settlement || *o.settlement == f.owed;
}

}  // namespace

Judgement Judge::operator()(const objects::FallbackRecord& o) {
  const AuditFailure* f = found(s.failures, o.failure);
  const AuditStrategy* strategy = found(s.strategies, o.strategy);
  bool exist = f != nullptr && strategy != nullptr;
  for (const ContentId& id : o.substitutes) exist = exist && s.settlements.contains(id);
  Judgement j;
  note(j, kObjectsResolve, exist, true);
  note(j, kSignatures, true, sub.signed_by(objects::Role::holder, o.holder));
  note(j, kStanding, exist,
       exist && f->grant->holder() == o.holder && f->grant->leg.strategy == o.strategy &&
           !f->recorded);
  note(j, kRecordComplete, exist, exist && complete(o, *f, strategy->strategy));
  return j;
}

Judgement Judge::operator()(const objects::PriceIndex& o) {
  const AuditRule* rule = s.rule_in_force(o.rule, o.at);
  bool exists = rule != nullptr && rule->rule.class_name == o.class_name &&
                rule->rule.scope == o.scope && rule->rule.currency == o.currency &&
                rule->rule.pricing.mode == rules::PricingMode::discovered;
  CredentialEvidence publisher =
      credential_evidence(s, o.credential, objects::Role::publisher, &o.publisher, &o.scope);
  Judgement j;
  note(j, kObjectsResolve, exists, true);
  note(j, kSignatures, true, sub.signed_by(objects::Role::publisher, o.publisher));
  note(j, kWindow, exists, o.at <= at);
  note(j, kStanding, exists && publisher.exists, publisher.scope_reaches && publisher.resolves(at));
  bool right = false;
  if (exists) {
    TrueIndex t = true_index(s, o.rule, {o.at - rule->rule.pricing.over, o.at});
    right = t.count > 0 && o.count == t.count && o.value == t.value;
  }
  note(j, kIndexComplete, exists, right);
  return j;
}

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
  return std::any_of(
      settlement.displaced.begin(), settlement.displaced.end(), [&](const AuditGrant* victim) {
        return (o.role == objects::Role::user ? victim->user() : victim->holder()) == o.party;
      });
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
               [&](const ContentId& id) { return concerns(s, *settlement, o.ground, id); }) &&
           !s.disputed.contains({o.party, o.settlement, o.ground}) &&
           (!needed || auditor.resolves(at)));
  return j;
}

}  // namespace capmarket::audit
