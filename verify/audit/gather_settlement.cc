#include <algorithm>
#include <set>

#include "verify/audit/gather_cover.h"
#include "verify/audit/gather_internal.h"

namespace capmarket::audit {

CredentialEvidence credential_evidence(const AuditState& s, const ContentId& id, objects::Role role,
                                       const PublicKey* party, const location::Location* location) {
  CredentialEvidence out;
  auto node = s.delegation.find(id);
  const objects::CredentialGrant* grant = node ? s.delegation.credential(*node) : nullptr;
  if (grant == nullptr) return out;
  auto path = s.delegation.to_root(*node);
  out.exists = true;
  out.role_fits = grant->role == role;
  out.subject_fits = party != nullptr && grant->subject == *party;
  out.rooted = path.rooted;
  for (std::size_t i = 0; i < path.links.size(); ++i)
    out.links.push_back({path.links[i], path.revoked_from[i]});
  out.root = s.delegation.root_name(*node);
  if (location != nullptr) {
    out.scope_reaches = location::any_contains(grant->scope, *location);
    out.issuer_reaches = location::any_contains(s.delegation.scope_of(path.nodes.at(1)), *location);
  }
  return out;
}

std::optional<TierContext> context_of(const Gathering& g, const LegEvidence& leg) {
  const objects::CredentialGrant* user = g.s.delegation.credential(leg.leg.user_credential);
  const objects::CredentialGrant* holder = g.s.delegation.credential(leg.leg.holder_credential);
  if (user == nullptr || holder == nullptr || leg.declaration == nullptr || leg.rule == nullptr)
    return std::nullopt;
  return TierContext{user,
                     holder,
                     &leg.declaration->declared.location,
                     leg.leg.quantity,
                     leg.leg.window,
                     leg.leg.price,
                     g.o.signed_at,
                     leg.request != nullptr && leg.request->request.partial};
}

namespace {

void gather_policy(Gathering& g) {
  if (!g.o.policy) return;
  g.e.policy_named = true;
  g.policy = found(g.s.policies, *g.o.policy);
  if (g.policy == nullptr) return;
  g.e.policy_exists = g.e.policy_rules_in_force = true;
  for (const auto* name : {&g.policy->tiers, &g.policy->price, &g.policy->fallback})
    if (*name && g.s.rule_in_force(**name, g.o.signed_at) == nullptr)
      g.e.policy_rules_in_force = false;
  for (const ContentId& id : g.policy->authorities)
    if (auto node = g.s.delegation.find(id))
      g.e.policy_roots.push_back(g.s.delegation.root_name(*node));
}

/// The version in force of what the policy names, else the leg's own rule.
const AuditRule* chosen(Gathering& g, const AuditRule* own,
                        std::optional<std::string> objects::ReconciliationPolicy::*part) {
  if (g.policy == nullptr || !(g.policy->*part)) return own;
  const AuditRule* version = g.s.rule_in_force(*(g.policy->*part), g.o.signed_at);
  return version == nullptr ? own : version;
}

void gather_declaration(const Gathering& g, LegEvidence& leg) {
  leg.declaration = found(g.s.declarations, leg.leg.declaration);
  if (leg.declaration == nullptr) return;
  const objects::Declaration& d = leg.declaration->declared;
  leg.holder_signed = g.sub.signed_by(objects::Role::holder, d.holder);
  leg.declared_class = g.s.class_at(d.class_name, g.o.signed_at);
}

void gather_request(const Gathering& g, LegEvidence& leg) {
  leg.request = found(g.s.requests, leg.leg.request);
  if (leg.request == nullptr) return;
  const objects::Request& r = leg.request->request;
  leg.user_signed = g.sub.signed_by(objects::Role::user, r.user);
  leg.next_index = leg.request->next_index;
  if (leg.declaration == nullptr) return;
  const auto& answers = leg.declaration->declared.answers;
  leg.declaration_named =
      std::count(r.declarations.begin(), r.declarations.end(), leg.leg.declaration) > 0 ||
      (r.intent && answers && *r.intent == *answers);
}

void gather_replaced(const Gathering& g, LegEvidence& leg) {
  leg.references_exist = true;
  for (const ContentId& id : g.o.coordinators)
    leg.references_exist = leg.references_exist && g.s.delegation.credential(id) != nullptr;
  if (!leg.leg.replaces) return;
  const AuditLoss* loss = g.s.loss(*leg.leg.replaces);
  leg.references_exist = leg.references_exist && loss != nullptr;
  // What was given back cannot be made up for.
  if (loss == nullptr || loss->reason == AuditLossReason::released) return;
  SlowLoad lost;
  lost.add(loss->pieces);
  const Window& w = leg.leg.window;
  const bool held = !w.empty() && lost.min(w) >= leg.leg.quantity.value;
  leg.replaces_fits = loss->grant->request == leg.request && held && leg.rank >= loss->grant->rank;
}

/// What replaces a failure stays where the strategy of the failed grant looks for substitutes.
void gather_substitute(const Gathering& g, LegEvidence& leg) {
  const AuditFailure* failure = leg.leg.replaces ? found(g.s.failures, *leg.leg.replaces) : nullptr;
  leg.replaced_failure = failure != nullptr;
  if (failure == nullptr || leg.declaration == nullptr) return;
  const AuditGrant& lost = *failure->grant;
  const AuditStrategy* strategy = found(g.s.strategies, lost.leg.strategy);
  if (strategy == nullptr) return;
  const AuditInfrastructure* shared = leg.declaration->infrastructure;
  bool one_pool = shared != nullptr && shared == lost.declaration->infrastructure;
  for (const ContentId& c : lost.settlement->coordinators)
    one_pool = one_pool || std::count(g.o.coordinators.begin(), g.o.coordinators.end(), c) > 0;
  const rules::Substitution scope = strategy->strategy.substitution;
  leg.substitute_in_scope = scope == rules::Substitution::any ||
                            (scope == rules::Substitution::pool && one_pool) ||
                            (scope == rules::Substitution::same_holder &&
                             leg.declaration->declared.holder == lost.holder());
}

void gather_rule(Gathering& g, LegEvidence& leg) {
  leg.rule = found(g.s.rules, leg.leg.rule);
  leg.tier_rule = chosen(g, leg.rule, &objects::ReconciliationPolicy::tiers);
  leg.price_rule = chosen(g, leg.rule, &objects::ReconciliationPolicy::price);
  leg.fallback_rule = chosen(g, leg.rule, &objects::ReconciliationPolicy::fallback);
  if (leg.rule != nullptr) {
    if (auto authority = g.s.delegation.authority_named(leg.rule->rule.authority))
      leg.rule_root = g.s.delegation.root_name(*authority);
  }
  if (leg.tier_rule != nullptr) {
    const rules::Tier* tier = leg.tier_rule->rule.tier(leg.leg.tier);
    leg.tier_in_rule = tier != nullptr;
    if (tier != nullptr) leg.rank = tier->rank;
    if (auto context = context_of(g, leg); context && tier != nullptr && leg.request != nullptr)
      leg.eligible = tier_eligible(leg.tier_rule->rule, *tier, *context);
  }
  leg.strategy = found(g.s.strategies, leg.leg.strategy);
  if (leg.fallback_rule != nullptr) {
    const auto& catalog = leg.fallback_rule->rule.fallback_ids;
    leg.strategy_in_catalog =
        std::find(catalog.begin(), catalog.end(), leg.leg.strategy) != catalog.end();
  }
}

void gather_disclosure(const Gathering& g, LegEvidence& leg) {
  if (leg.declaration == nullptr || leg.request == nullptr) return;
  auto duty = g.s.undischarged.find(
      {leg.declaration->declared.holder, leg.request->request.user, leg.leg.declaration});
  if (duty == g.s.undischarged.end()) return;
  // Admission times do not fall: the latest before the signatures stands before the first after.
  const auto after = std::partition_point(
      duty->second.begin(), duty->second.end(),
      [&](const AuditRefusal& refusal) { return refusal.admitted < g.o.signed_at; });
  if (after == duty->second.begin()) return;
  leg.disclosure_due = true;
  leg.names_latest = std::count(leg.leg.predecessors.begin(), leg.leg.predecessors.end(),
                                std::prev(after)->id) > 0;
}

/// Everything of a leg that does not look at the other legs.
LegEvidence gather_leg(Gathering& g, const objects::Leg& o) {
  LegEvidence leg;
  leg.leg = o;
  gather_declaration(g, leg);
  gather_request(g, leg);
  gather_rule(g, leg);
  gather_replaced(g, leg);
  gather_substitute(g, leg);
  gather_disclosure(g, leg);
  for (const objects::SequenceIndex& x : g.o.indices)
    if (x.request == o.request) leg.index = x.index;
  const location::Location* location =
      leg.declaration == nullptr ? nullptr : &leg.declaration->declared.location;
  leg.holder = credential_evidence(
      g.s, o.holder_credential, objects::Role::holder,
      leg.declaration == nullptr ? nullptr : &leg.declaration->declared.holder, location);
  leg.user =
      credential_evidence(g.s, o.user_credential, objects::Role::user,
                          leg.request == nullptr ? nullptr : &leg.request->request.user, location);
  if (const objects::CredentialGrant* user = g.s.delegation.credential(o.user_credential))
    leg.memberships = user->memberships;
  const auto& roots = g.e.policy_roots;
  auto covered = [&](const std::string& root) {
    return std::find(roots.begin(), roots.end(), root) != roots.end();
  };
  leg.user_scope_waived = g.e.policy_exists && leg.rule != nullptr && leg.user.exists &&
                          covered(leg.rule_root) && covered(leg.user.root);
  return leg;
}

/// What the legs have to do with each other and with the parties.
void gather_parties(Gathering& g) {
  SettlementEvidence& e = g.e;
  std::map<std::string, PublicKey> holders;
  std::set<std::pair<ContentId, ContentId>> pairs;
  const PublicKey* user = nullptr;
  for (const LegEvidence& leg : e.legs) {
    e.distinct_legs &= pairs.emplace(leg.leg.declaration, leg.leg.request).second;
    if (leg.declaration != nullptr) {
      const objects::Declaration& d = leg.declaration->declared;
      e.one_holder_per_class &= holders.emplace(d.class_name, d.holder).first->second == d.holder;
      e.envelope_signed |= g.sub.signed_by(objects::Role::submitter, d.holder);
    }
    if (leg.request != nullptr) {
      const PublicKey& author = leg.request->request.user;
      if (user == nullptr) user = &author;
      e.one_user &= author == *user;
      e.envelope_signed |= g.sub.signed_by(objects::Role::submitter, author);
    }
  }
  if (user != nullptr) {
    auto debts = g.s.debts.find(*user);
    e.user_overdue =
        debts != g.s.debts.end() && !debts->second.empty() && debts->second.begin()->first < g.at;
  }
  for (const ContentId& id : g.o.coordinators)
    if (g.s.delegation.credential(id) != nullptr)
      e.coordinator_roots.push_back(g.s.delegation.root_name(*g.s.delegation.find(id)));
}

}  // namespace

bool CredentialEvidence::resolves(Instant when) const {
  return role_fits && subject_fits && rooted &&
         std::all_of(links.begin(), links.end(), [&](const LinkEvidence& l) {
           return l.valid.contains(when) && when < l.revoked_from;
         });
}

bool LegEvidence::coordinated() const {
  if (rule == nullptr) return false;
  const rules::CoordinationMode mode = rule->rule.coordination.mode;
  return mode == rules::CoordinationMode::single || mode == rules::CoordinationMode::sharded;
}

SettlementEvidence gather(const AuditState& s, const objects::CheckedSubmission& sub, const objects::Settlement& o,
                          Instant at) {
  SettlementEvidence e;
  e.signed_at = o.signed_at;
  e.admission = at;
  e.victims_at_most = s.cover.victims;
  e.pieces_at_most = s.cover.pieces;
  Gathering g{s, sub, o, at, e, nullptr, 0, {}};
  gather_policy(g);
  for (const objects::Leg& leg : o.legs) e.legs.push_back(gather_leg(g, leg));
  gather_parties(g);
  for (; g.turn < e.legs.size(); ++g.turn) {
    LegEvidence& leg = e.legs[g.turn];
    gather_coordination(g, leg);
    gather_price(g, leg);
    gather_cover(g, leg);
    gather_excesses(g, leg);
    for (const VictimEvidence& v : leg.victims) g.taken.push_back({v.grant, v.pieces});
  }
  return e;
}

}  // namespace capmarket::audit
