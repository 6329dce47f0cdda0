// Findings on a dispute and their remedies, computed from the chain alone.
#include <algorithm>

#include "verify/audit/breaches.h"
#include "verify/audit/claims.h"
#include "verify/audit/effects_internal.h"

namespace capmarket::audit {
namespace {

using Node = DelegationGraph::Node;

/// What a finding rests on and what must be given back or owed for it, in order.
struct Finding {
  std::optional<PublicKey> at_fault;
  std::vector<ContentId> faults;
  bool founded = false;

  void fault(const ContentId& id, const PublicKey& by) {
    founded = true;
    if (!at_fault) at_fault = by;
    if (std::find(faults.begin(), faults.end(), id) == faults.end()) faults.push_back(id);
  }
};

ContentId resolution(Group& group, const ContentId& dispute, const Finding& f,
                     const std::set<ContentId>& earlier) {
  return group.add(objects::Resolution{
      {}, dispute, f.founded, f.at_fault, f.faults, {earlier.begin(), earlier.end()}});
}

/// Writes the resolution of a finding about `parts`, and gives those that no earlier one answered
/// for on this ground.
std::vector<ContentId> answer(Group& group, const ContentId& dispute, objects::Ground ground,
                              const Finding& f, const std::vector<ContentId>& parts,
                              ContentId& id) {
  std::set<ContentId> earlier;
  std::vector<ContentId> fresh;
  for (const ContentId& part : parts) {
    const ContentId* by = found(group.s.answered, std::tuple(ground, part));
    if (by == nullptr)
      fresh.push_back(part);
    else
      earlier.insert(*by);
  }
  if (!f.founded) {
    earlier.clear();
    fresh.clear();
  }
  id = resolution(group, dispute, f, earlier);
  for (const ContentId& part : fresh) group.s.answered[{ground, part}] = id;
  return fresh;
}

std::vector<ContentId> grants_of(const AuditSettlement& settlement) {
  std::vector<ContentId> out;
  for (const AuditGrant* g : settlement.grants) out.push_back(g->id);
  return out;
}

void give_back(Group& group, AuditGrant& g, objects::ReleaseCause cause, objects::ObligationKind kind) {
  auto pieces = live_from(g, group.s.time);
  if (pieces.empty()) return;
  auto [id, v] = release(group, g, std::move(pieces), cause);
  group.owe(id, g, kind, g.holder(), g.user(), v, g.rule->rule);
}

// ---- credential-invalid
// ---------------------------------------------------------------------------

Finding invalid_credentials(const AuditState& s, const AuditSettlement& settlement) {
  std::vector<ContentId> credentials;
  for (const AuditGrant* g : settlement.grants) {
    credentials.push_back(g->leg.holder_credential);
    credentials.push_back(g->leg.user_credential);
  }
  credentials.insert(credentials.end(), settlement.coordinators.begin(),
                     settlement.coordinators.end());
  Finding out;
  for (const ContentId& id : credentials) {
    const objects::CredentialGrant* c = s.delegation.credential(id);
    if (c == nullptr) continue;
    auto path = s.delegation.to_root(*s.delegation.find(id));
    for (std::size_t i = 0; i < path.links.size(); ++i)
      if (path.revoked_from[i] <= settlement.signed_at)
        out.fault(s.delegation.id_of(path.nodes[i]), c->subject);
  }
  std::sort(out.faults.begin(), out.faults.end());
  return out;
}

void remedy_invalid(Group& group, const ContentId& id, const Finding& f,
                    const std::vector<ContentId>& grants) {
  for (const ContentId& grant : grants) {
    AuditGrant* g = &group.s.grants.at(grant);
    const rules::Rule& rule = g->rule->rule;
    const rules::RevocationClause clause = rule.revocation.value_or(rules::RevocationClause{});
    if (clause.on_review == rules::OnReview::void_future)
      give_back(group, *g, objects::ReleaseCause::void_future, objects::ObligationKind::void_future);
    if (clause.on_review != rules::OnReview::compensate) continue;
    const PublicKey& other = *f.at_fault == g->user() ? g->holder() : g->user();
    Money live = worth_of(g->leg.price, g->live_volume().value);
    group.owe(id, *g, objects::ObligationKind::remedy, *f.at_fault, other, tenths_of(live, clause.rate),
              rule);
  }
}

// ---- rule-misapplied
// ------------------------------------------------------------------------------

bool still_holds(const objects::CredentialGrant& corrected, const objects::Declaration& d) {
  return std::any_of(corrected.assets.begin(), corrected.assets.end(), [&](const objects::Asset& a) {
    return corrected.issuer == d.asset_issuer && a.id == d.asset_id &&
           a.class_name == d.class_name && a.location.contains(d.location) &&
           a.quantity >= d.quantity;
  });
}

/// Corrections of a leg's credential that speak against it, in order of admission.
std::vector<ContentId> corrections(const AuditState& s, const AuditGrant& g, objects::Role role) {
  const auto& graph = s.delegation;
  const ContentId& id = role == objects::Role::user ? g.leg.user_credential : g.leg.holder_credential;
  const objects::CredentialGrant& first = *graph.credential(id);
  const Node node = *graph.find(id);
  const Instant signed_at = g.settlement->signed_at;
  const rules::Tier* tier = g.tier_rule == nullptr ? nullptr : g.tier_rule->rule.tier(g.leg.tier);
  std::vector<ContentId> out;
  for (Node n : graph.credentials_of(first.subject)) {
    const objects::CredentialGrant* c = graph.credential(n);
    if (c == nullptr || n <= node || c->issuer != first.issuer || !c->valid.contains(signed_at))
      continue;
    TierContext context{role == objects::Role::user ? c : graph.credential(g.leg.user_credential),
                        role == objects::Role::holder ? c : graph.credential(g.leg.holder_credential),
                        &g.declaration->declared.location,
                        g.leg.quantity,
                        g.leg.window,
                        g.leg.price,
                        signed_at,
                        g.request->request.partial};
    bool holds = tier != nullptr && tier_eligible(g.tier_rule->rule, *tier, context) &&
                 (role == objects::Role::user || still_holds(*c, g.declaration->declared));
    if (!holds) out.push_back(graph.id_of(n));
  }
  return out;
}

/// A correction is listed for each leg that it speaks against.
Finding misapplied(const AuditState& s, const AuditSettlement& settlement) {
  Finding out;
  // The audit's own decision, on the state before it, was another: the writer's fault.
  if (!settlement.sound) out.fault(settlement.id, s.log_key);
  for (const AuditGrant* g : settlement.grants)
    for (objects::Role role : {objects::Role::user, objects::Role::holder})
      for (const ContentId& id : corrections(s, *g, role)) {
        if (!out.at_fault) out.at_fault = role == objects::Role::user ? g->user() : g->holder();
        out.founded = true;
        out.faults.push_back(id);
      }
  return out;
}

// ---- fallback-not-followed
// ------------------------------------------------------------------------

bool followed(const AuditFailure& f, const rules::FallbackStrategy& strategy, Instant at) {
  if (f.failure.late) return false;
  return f.recorded || strategy.record.empty() || at <= later(f.admitted, strategy.notify_within);
}

Finding unfollowed(const AuditState& s, const AuditSettlement& settlement) {
  Finding out;
  for (const AuditFailure* f : s.failed) {
    if (f->grant->settlement != &settlement) continue;
    if (std::max(last_dispute(settlement), last_dispute(*f)) <= s.time.value) continue;
    const AuditStrategy* strategy = found(s.strategies, f->grant->leg.strategy);
    if (strategy != nullptr && !followed(*f, strategy->strategy, s.time))
      out.fault(f->id, f->grant->holder());
  }
  return out;
}

void remedy_unfollowed(Group& group, const ContentId& id, const std::vector<ContentId>& faults) {
  for (const ContentId& fault : faults) {
    const AuditFailure& failure = group.s.failures.at(fault);
    const AuditGrant& g = *failure.grant;
    const BasisPoints penalty = group.s.strategies.at(g.leg.strategy).strategy.penalty;
    group.owe(id, g, objects::ObligationKind::remedy, g.holder(), g.user(),
              tenths_of(failure.trimmed, penalty), g.rule->rule);
  }
}

// ---- shared-capacity-breached
// ---------------------------------------------------------------------

struct Breach {
  AuditGrant* leg = nullptr;
  PublicKey at_fault;
  std::vector<std::pair<AuditGrant*, std::vector<objects::Piece>>> releases;
  SlowLoad past;                // what is punished now
  bool fresh = false;           // some of it was not punished before
  std::set<ContentId> earlier;  // resolutions that punished a part of it
};

/// Live volume of the edge, latest first, until no excess is left.
void plan_releases(AuditState& s, const AuditInfrastructure& edge, const PublicKey* of,
                   SlowLoad excess, const Window& future, Breach& out) {
  if (future.empty()) return;
  for (auto it = edge.grants.rbegin(); it != edge.grants.rend(); ++it) {
    AuditGrant& g = s.grants.at((*it)->id);
    if (of != nullptr && g.holder() != *of) continue;
    SlowLoad taken = SlowLoad::lesser(excess, g.live.positive());
    auto pieces = taken.pieces(future);
    if (pieces.empty()) continue;
    excess.add(pieces, -1);
    out.releases.emplace_back(&g, std::move(pieces));
  }
}

std::optional<Breach> breach_of(AuditState& s, AuditGrant& g) {
  if (!on_an_edge(g)) return std::nullopt;
  const AuditInfrastructure& edge = *g.declaration->infrastructure;
  const Window& w = g.leg.window;
  SlowLoad excess = excess_of(edge, w, false);
  const SlowLoad all = excess;
  if (all.pieces().empty()) return std::nullopt;
  Breach out;
  for (const auto& [by, volume] : edge.punished) {
    SlowLoad again = SlowLoad::lesser(excess, volume);
    if (again.pieces().empty()) continue;
    out.earlier.insert(by);
    excess.add(again, w, -1);
  }
  excess = excess.positive();
  out.fresh = !excess.pieces().empty();
  out.leg = &g;
  const PeerBreach first = stretches_of(s, edge, out.fresh ? excess : all, g.holder()).front();
  out.at_fault = first.member;
  const Instant now = rounded_up(g.rule->rule, s.time);
  plan_releases(s, edge, first.agreed ? &first.member : nullptr, excess,
                {std::max(w.from, now), w.until}, out);
  if (Window past{w.from, std::min(w.until, now)}; !past.empty()) out.past.add(excess, past);
  return out;
}

/// What is remedied now, for the list of breaches.
void note_remedied(AuditState& s, const Breach& b, std::int64_t sequence) {
  AuditInfrastructure& edge = s.infrastructures.at(b.leg->declaration->infrastructure->id);
  SlowLoad released;
  for (const auto& [g, pieces] : b.releases) released.add(pieces);
  for (BreachOutcome outcome : {BreachOutcome::penalised, BreachOutcome::released}) {
    const SlowLoad& part = outcome == BreachOutcome::released ? released : b.past;
    for (PeerBreach& stretch : stretches_of(s, edge, part, b.leg->holder())) {
      stretch.outcome = outcome;
      stretch.disputes = {{sequence, true}};
      edge.remedied.push_back(std::move(stretch));
    }
  }
}

/// A dispute stands beside every edge that its settlement has a leg on.
void note_dispute(AuditState& s, const AuditSettlement& settlement, std::int64_t sequence,
                  bool founded) {
  std::map<ContentId, std::vector<Window>> windows;
  for (const AuditGrant* g : settlement.grants)
    if (on_an_edge(*g)) windows[g->declaration->infrastructure->id].push_back(g->leg.window);
  for (auto& [edge, of] : windows)
    s.infrastructures.at(edge).disputes.push_back({{sequence, founded}, std::move(of)});
}

void remedy_breach(Group& group, const ContentId& id, const Breach& b) {
  for (const auto& [g, pieces] : b.releases) {
    auto [release_id, v] = release(group, *g, pieces, objects::ReleaseCause::remedy);
    group.owe(release_id, *g, objects::ObligationKind::remedy, g->holder(), g->user(), v, g->rule->rule);
  }
  const AuditInfrastructure& edge = *b.leg->declaration->infrastructure;
  const auto& members = edge.infrastructure.members;
  const PublicKey other = members.front() == b.at_fault ? members.back() : members.front();
  const Window& w = b.leg->leg.window;
  SlowLoad left = b.past;
  for (auto g = edge.grants.rbegin(); g != edge.grants.rend(); ++g) {
    if ((*g)->holder() != b.at_fault) continue;
    const SlowLoad part = SlowLoad::lesser(left, (*g)->load.positive());
    left.add(part, w, -1);
    const Money value = worth_of((*g)->leg.price, part.integral(w));
    group.owe(id, **g, objects::ObligationKind::remedy, b.at_fault, other,
              tenths_of(value, (*g)->rule->rule.peer_penalty), (*g)->rule->rule);
  }
}

/// The first leg with a breach that was not punished yet decides; else the first with a breach.
void resolve_breach(Group& group, const ContentId& dispute, const AuditSettlement& settlement,
                    std::int64_t sequence) {
  std::optional<Breach> decides;
  for (AuditGrant* g : settlement.grants) {
    auto b = breach_of(group.s, *g);
    if (b && (!decides || b->fresh)) decides = std::move(b);
    if (decides && decides->fresh) break;
  }
  note_dispute(group.s, settlement, sequence, decides.has_value());
  Finding f;
  if (!decides) {
    resolution(group, dispute, f, {});
    return;
  }
  f.founded = true;
  f.at_fault = decides->at_fault;
  for (const auto& [victim, pieces] : decides->releases) f.faults.push_back(victim->id);
  ContentId id = resolution(group, dispute, f, decides->earlier);
  if (!decides->past.pieces().empty()) {
    const ContentId edge = decides->leg->declaration->infrastructure->id;
    group.s.infrastructures.at(edge).punished.emplace_back(id, decides->past);
  }
  note_remedied(group.s, *decides, sequence);
  remedy_breach(group, id, *decides);
}

}  // namespace

void resolve_dispute(Group& group, const ContentId& dispute, const objects::Dispute& o,
                     std::int64_t sequence) {
  AuditState& s = group.s;
  const AuditSettlement& settlement = s.settlements.at(o.settlement);
  switch (o.ground) {
    case objects::Ground::credential_invalid: {
      Finding f = invalid_credentials(s, settlement);
      ContentId id;
      auto fresh = answer(group, dispute, o.ground, f, grants_of(settlement), id);
      note_reviewed(s, settlement, f.founded);
      remedy_invalid(group, id, f, fresh);
      return;
    }
    case objects::Ground::rule_misapplied: {
      Finding f = misapplied(s, settlement);
      ContentId id;
      for (const ContentId& g : answer(group, dispute, o.ground, f, grants_of(settlement), id))
        give_back(group, s.grants.at(g), objects::ReleaseCause::remedy,
                  objects::ObligationKind::remedy);
      return;
    }
    case objects::Ground::fallback_not_followed: {
      Finding f = unfollowed(s, settlement);
      ContentId id;
      auto fresh = answer(group, dispute, o.ground, f, f.faults, id);
      remedy_unfollowed(group, id, fresh);
      return;
    }
    case objects::Ground::shared_capacity_breached:
      return resolve_breach(group, dispute, settlement, sequence);
  }
}

}  // namespace capmarket::audit
