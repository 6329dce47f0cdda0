#include "verify/audit/concerns.h"

#include "verify/audit/judge_internal.h"

namespace capmarket::audit {
namespace {

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

}  // namespace

bool concerns(const AuditState& s, const AuditSettlement& settlement, objects::Ground ground,
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

}  // namespace capmarket::audit
