// A statement about one object: Withdrawal, Renewal, Payment, FallbackRecord, PriceIndex.
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

}  // namespace capmarket::audit
