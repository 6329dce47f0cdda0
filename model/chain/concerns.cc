#include "model/chain/concerns.h"

#include <algorithm>

namespace capmarket::chain {
namespace {

bool has(const std::vector<ContentId>& list, const ContentId& id) {
  return std::find(list.begin(), list.end(), id) != list.end();
}

/// What `id` tells of; itself where it tells of nothing.
const ContentId& subject(const ChainState& s, const ContentId& id) {
  auto it = s.about.find(id);
  return it == s.about.end() ? id : it->second;
}

/// A link of one of its chains, the revocation of one, or a review that the settlement lies in.
bool about_links(const ChainState& s, const SettlementRecord& settlement, const ContentId& id) {
  for (ReviewIndex r : settlement.reviews)
    if (s.reviews[r].id == id) return true;
  const ContentId& link = subject(s, id);
  auto rests = [&](const ContentId& credential) {
    const governance::CredentialRecord* c = s.delegation.credential(credential);
    return c != nullptr && s.delegation.chain_contains(*c, link);
  };
  for (std::int32_t i = 0; i < settlement.legs; ++i) {
    const objects::Leg& leg = s.grants[settlement.grant(i)].leg;
    if (rests(leg.holder_credential) || rests(leg.user_credential)) return true;
  }
  return std::any_of(settlement.coordinators.begin(), settlement.coordinators.end(), rests);
}

/// A credential of the same subject, in the place of the leg's.
bool same_subject(const ChainState& s, const ContentId& credential, const ContentId& id) {
  const governance::CredentialRecord *one = s.delegation.credential(credential),
                                     *other = s.delegation.credential(id);
  return one != nullptr && other != nullptr && one->grant.subject == other->grant.subject;
}

/// What the decision about a leg was made on.
bool about_decision(const ChainState& s, const SettlementRecord& settlement, const ContentId& id) {
  if (id == settlement.id || settlement.policy == id || has(settlement.coordinators, id))
    return true;
  for (std::int32_t i = 0; i < settlement.legs; ++i) {
    const GrantRecord& g = s.grants[settlement.grant(i)];
    const objects::Leg& l = g.leg;
    if (id == l.declaration || id == l.request || id == l.rule || id == s.rules[g.tier_rule].id ||
        id == l.strategy || l.price_index == id || l.replaces == id || has(l.predecessors, id) ||
        same_subject(s, l.holder_credential, id) || same_subject(s, l.user_credential, id))
      return true;
  }
  return false;
}

/// A failure of one of its grants, what told of it, its record or a substitute; a claim about one,
/// and what was said of the claim.
bool about_failures(const ChainState& s, const SettlementRecord& settlement, const ContentId& id) {
  const ContentId& of = subject(s, id);
  auto ours = [&](GrantIndex g) {
    return s.settlements[s.grants[g].settlement].id == settlement.id;
  };
  if (const ClaimRecord* claim = s.claim(s.claim(of) != nullptr ? of : id))
    return ours(claim->grant);
  return std::any_of(s.failures.begin(), s.failures.end(), [&](const FailureRecord& f) {
    return ours(f.grant) &&
           (f.id == id || f.id == of || f.failure.cause == id || has(f.substitutes, id));
  });
}

/// The edge of a leg, an agreement about it, or what was declared and settled on it.
bool about_edge(const ChainState& s, const SettlementRecord& settlement, const ContentId& id) {
  auto edge_of = [&](GrantIndex g) {
    return s.declarations[s.grants[g].declaration].infrastructure;
  };
  for (std::int32_t i = 0; i < settlement.legs; ++i) {
    const InfrastructureIndex edge = edge_of(settlement.grant(i));
    if (!edge.valid() || !s.infrastructures[edge].infrastructure.peer) continue;
    if (subject(s, id) == s.infrastructures[edge].id) return true;
    if (const DeclarationRecord* d = s.declaration(id); d != nullptr && d->infrastructure == edge)
      return true;
    if (const SettlementRecord* other = s.settlement(id))
      for (std::int32_t k = 0; k < other->legs; ++k)
        if (edge_of(other->grant(k)) == edge) return true;
  }
  return false;
}

}  // namespace

bool concerns(const ChainState& s, const SettlementRecord& settlement, objects::Ground ground,
              const ContentId& id) {
  switch (ground) {
    case objects::Ground::credential_invalid:
      return about_links(s, settlement, id);
    case objects::Ground::rule_misapplied:
      return about_decision(s, settlement, id);
    case objects::Ground::fallback_not_followed:
      return about_failures(s, settlement, id);
    case objects::Ground::shared_capacity_breached:
      return about_edge(s, settlement, id);
  }
  return false;
}

}  // namespace capmarket::chain
