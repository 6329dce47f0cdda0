// A part of a grant or a declaration: Surrender, DeliveryFailure, Curtailment, Activity.
#include "verify/audit/judge_internal.h"

namespace capmarket::audit {
namespace {

struct Part {
  bool whole_exists = false, references_exist = true, envelope_signed = false, stands = false;
  bool credential_needed = false;
  CredentialEvidence credential;
  Window window;
  Window within;                // the whole's
  Window bounds = kAlways;      // beside the whole's
  Instant reported{-kWireMax};  // not after admission
  Int128 decide_by = kWireMax;  // not before admission
  Int128 origin = 0, granularity = 1;
  Quantity quantity;
  Int128 excess = kUnlimited;
};

Judgement clauses(const Part& p, Instant at, Number fit, Number standing) {
  Judgement j;
  note(j, kObjectsResolve, p.whole_exists && p.references_exist, true);
  note(j, kSignatures, true, p.envelope_signed);
  note(j, kWindow, p.whole_exists,
       !p.window.empty() && p.within.contains(p.window) && p.bounds.contains(p.window) &&
           p.reported <= at && at.value <= p.decide_by);
  note(j, kGranularity, p.whole_exists,
       multiple(p.window.from.value - p.origin, p.granularity) &&
           multiple(Int128{p.window.until.value} - p.window.from.value, p.granularity));
  note(j, kQuantity, true, p.quantity.value > 0);
  const bool resolved = p.whole_exists && (!p.credential_needed || p.credential.exists);
  const bool stands = p.stands && (!p.credential_needed || p.credential.resolves(at));
  if (standing < fit) note(j, standing, resolved, stands);
  note(j, fit, p.whole_exists, fits(p.excess, p.quantity));
  if (standing > fit) note(j, standing, resolved, stands);
  std::sort(j.failed.begin(), j.failed.end());
  std::sort(j.unresolved.begin(), j.unresolved.end());
  return j;
}

/// What is common to parts of a grant; `gone` - what is live, at every instant of the window.
void of_grant(Part& p, const AuditGrant* g, const SlowLoad* gone) {
  p.whole_exists = g != nullptr;
  if (g == nullptr) return;
  const rules::Rule& rule = g->rule->rule;
  p.within = g->leg.window;
  p.granularity = rule.granularity.value;
  p.origin = rule.origin ? rule.origin->value : 0;
  if (p.window.empty()) return;
  SlowLoad sum;
  if (gone != nullptr) sum.add(*gone, p.window);
  sum.add(g->live, p.window, -1);
  p.excess = sum.max(p.window);
}

bool names(const AuditGrant& g, const PublicKey& adaptation) {
  return has(g.request->request.adaptations, adaptation);
}

bool may_report(const objects::DeliveryFailure& o, const AuditGrant& g) {
  if (o.role == objects::Role::holder) return o.reporter == g.holder();
  if (o.role == objects::Role::user) return o.reporter == g.user();
  if (o.role == objects::Role::adaptation) return names(g, o.reporter);
  return o.role == objects::Role::auditor;
}

}  // namespace

Judgement Judge::operator()(const objects::Surrender& o) {
  Part p;
  p.window = o.window, p.quantity = o.quantity;
  const AuditGrant* g = found(s.grants, o.grant);
  of_grant(p, g, nullptr);
  p.envelope_signed = sub.signed_by(objects::Role::user, o.user);
  if (g != nullptr) {
    p.stands = o.user == g->user();
    p.bounds.from = rounded_up(g->rule->rule, at);
  }
  return clauses(p, at, kOutstanding, kStanding);
}

Judgement Judge::operator()(const objects::DeliveryFailure& o) {
  Part p;
  p.window = o.window, p.quantity = o.quantity, p.reported = o.failed_at;
  const AuditGrant* g = found(s.grants, o.grant);
  of_grant(p, g, nullptr);
  p.references_exist = !o.credential || s.delegation.credential(*o.credential) != nullptr;
  p.envelope_signed = sub.signed_by(o.role, o.reporter);
  p.credential_needed = o.role == objects::Role::auditor || o.role == objects::Role::adaptation;
  if (o.credential)
    p.credential = credential_evidence(s, *o.credential, o.role, &o.reporter, nullptr);
  p.stands = g != nullptr && may_report(o, *g);
  if (g != nullptr && o.role != objects::Role::holder) {
    p.bounds.until = at;
    p.decide_by = Int128{g->leg.window.until.value} + g->rule->rule.dispute_within.value;
  }
  return clauses(p, at, kOutstanding, kStanding);
}

Judgement Judge::operator()(const objects::Curtailment& o) {
  Part p;
  p.window = o.window, p.quantity = o.quantity;
  const AuditDeclaration* d = found(s.declarations, o.declaration);
  p.whole_exists = d != nullptr;
  p.envelope_signed = sub.signed_by(objects::Role::holder, o.holder);
  if (d != nullptr) {
    p.within = d->declared.window;
    p.stands = o.holder == d->declared.holder;
    const objects::ClassDeclaration* c = s.class_at(d->declared.class_name, at);
    p.granularity = c == nullptr ? 0 : c->granularity.value;
    if (!o.window.empty()) p.excess = d->curtailed.max(o.window) - d->declared.quantity.value;
  }
  return clauses(p, at, kOutstanding, kStanding);
}

Judgement Judge::operator()(const objects::Activity& o) {
  Part p;
  p.window = o.interval, p.quantity = o.quantity;
  const AuditGrant* g = found(s.grants, o.grant);
  of_grant(p, g, g == nullptr ? nullptr : &g->activity);
  p.references_exist = s.delegation.credential(o.credential) != nullptr;
  p.envelope_signed = sub.signed_by(objects::Role::adaptation, o.adaptation);
  p.bounds.until = at;
  p.credential_needed = true;
  p.credential = credential_evidence(s, o.credential, objects::Role::adaptation, &o.adaptation, nullptr);
  p.stands = g != nullptr && names(*g, o.adaptation);
  return clauses(p, at, kActivityBounded, kActivityAuthorized);
}

}  // namespace capmarket::audit
