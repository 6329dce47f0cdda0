#include "model/chain/findings.h"

#include <algorithm>

#include "model/chain/bindings.h"
#include "model/chain/reviews.h"
#include "model/expr/evaluate.h"

namespace capmarket::chain {
namespace {

class Finding {
 public:
  Finding(Group& group, const ContentId& id, const objects::Dispute& dispute)
      : group_(group),
        s_(group.state()),
        id_(id),
        dispute_(dispute),
        settlement_(*s_.settlement(dispute.settlement)) {}

  void run() {
    switch (dispute_.ground) {
      case objects::Ground::credential_invalid:
        return credential_invalid();
      case objects::Ground::rule_misapplied:
        return rule_misapplied();
      case objects::Ground::fallback_not_followed:
        return fallback_not_followed();
      case objects::Ground::shared_capacity_breached:
        return shared_capacity_breached();
    }
  }

 private:
  const GrantRecord& leg_grant(std::int32_t leg) const { return s_.grants[settlement_.grant(leg)]; }
  /// `before`: the resolutions that remedied a part of it.
  void conclude(const std::optional<PublicKey>& at_fault, const std::vector<ContentId>& faults,
                const std::set<ContentId>& before) {
    resolution_ = group_.add(
        objects::Kind::resolution,
        objects::Resolution{
            {}, id_, at_fault.has_value(), at_fault, faults, {before.begin(), before.end()}});
  }
  /// What remedied these grants or failures on this ground before.
  std::set<ContentId> remedied(const std::vector<ContentId>& parts) const {
    std::set<ContentId> out;
    for (const ContentId& part : parts)
      if (auto it = s_.remedied.find({part, dispute_.ground}); it != s_.remedied.end())
        out.insert(it->second);
    return out;
  }
  std::vector<ContentId> grants() const {
    std::vector<ContentId> out;
    for (std::int32_t i = 0; i < settlement_.legs; ++i) out.push_back(leg_grant(i).id);
    return out;
  }
  /// Notes that this resolution remedies it; false where an earlier one did.
  bool remedies(const ContentId& part) {
    return s_.remedied.emplace(std::pair(part, dispute_.ground), resolution_).second;
  }
  void owe(const GrantRecord& g, const PublicKey& payer, const PublicKey& payee, Money amount) {
    const rules::Rule& rule = s_.rule_of(g);
    group_.oblige(resolution_, g, objects::ObligationKind::remedy, payer, payee, amount, rule.currency,
                  after(s_.time, rule.dispute_within));
  }

  void credential_invalid();
  void review_remedy(const GrantRecord& g, GrantIndex grant, const PublicKey& at_fault);
  void rule_misapplied();
  bool still_right(const GrantRecord& g, const objects::CredentialGrant& user, const objects::CredentialGrant& holder,
                   bool partial) const;
  void fallback_not_followed();
  void shared_capacity_breached();
  /// The penalty for past volume of a breach: what the grants of the member at fault have in it,
  /// each at its own price, so that no disputer chooses it.
  void penalise(const std::vector<GrantIndex>& latest_first, capacity::Pieces past,
                const PublicKey& fault, const PublicKey& other);

  Group& group_;
  ChainState& s_;
  const ContentId& id_;
  const objects::Dispute& dispute_;
  const SettlementRecord settlement_;
  ContentId resolution_;
};

// ---- credential-invalid

void Finding::credential_invalid() {
  std::optional<PublicKey> at_fault;
  std::set<ContentId> faults;
  auto chain = [&](const ContentId& id) {
    const governance::CredentialRecord& c = *s_.delegation.credential(id);
    auto link = [&](const ContentId& l) {
      if (s_.delegation.revoked_from(l) > settlement_.signed_at) return;
      faults.insert(l);
      if (!at_fault) at_fault = c.grant.subject;
    };
    link(c.id);
    for (const governance::AuthorityRecord* a : s_.delegation.below_root(s_.delegation.issuer_of(c)))
      link(a->id);
  };
  for (std::int32_t i = 0; i < settlement_.legs; ++i) {
    chain(leg_grant(i).leg.holder_credential);
    chain(leg_grant(i).leg.user_credential);
  }
  for (const ContentId& c : settlement_.coordinators) chain(c);
  conclude(at_fault, {faults.begin(), faults.end()},
           at_fault ? remedied(grants()) : std::set<ContentId>{});
  note_finding(s_, s_.settlement_index.at(settlement_.id), at_fault.has_value());
  if (!at_fault) return;
  for (std::int32_t i = 0; i < settlement_.legs; ++i)
    if (remedies(leg_grant(i).id)) review_remedy(leg_grant(i), settlement_.grant(i), *at_fault);
}

void Finding::review_remedy(const GrantRecord& g, GrantIndex grant, const PublicKey& at_fault) {
  const std::optional<rules::RevocationClause>& clause = s_.rule_of(g).revocation;
  if (!clause || clause->on_review == rules::OnReview::uphold) return;
  if (clause->on_review == rules::OnReview::void_future)
    return group_.void_future(grant, objects::ReleaseCause::void_future, objects::ObligationKind::void_future);
  const PublicKey user = s_.user_of(g), holder = s_.holder_of(g);
  Money value = worth(g.leg.price, capacity::volume_of(g.live));
  owe(g, at_fault, at_fault == user ? holder : user, ratio_of(value, clause->rate));
}

// ---- rule-misapplied

bool Finding::still_right(const GrantRecord& g, const objects::CredentialGrant& user,
                          const objects::CredentialGrant& holder, bool partial) const {
  const objects::Declaration& d = s_.declarations[g.declaration].declared;
  const rules::Rule& rule = s_.rules[g.tier_rule].rule;
  const rules::Tier* tier = rule.tier(g.leg.tier);
  EligibilityContext context{&user,        &holder,     &d.location,           g.leg.quantity,
                             g.leg.window, g.leg.price, settlement_.signed_at, partial};
  return tier != nullptr && Concrete::holds(expr::evaluate_bool<Concrete>(
                                tier->eligible, eligibility_bindings(rule, *tier, context)));
}

bool holds_asset(const objects::CredentialGrant& holder, const objects::Declaration& d) {
  return holder.issuer == d.asset_issuer &&
         std::any_of(holder.assets.begin(), holder.assets.end(), [&](const objects::Asset& a) {
           return a.id == d.asset_id && a.class_name == d.class_name &&
                  a.location.contains(d.location) && d.quantity <= a.quantity;
         });
}

void Finding::rule_misapplied() {
  std::optional<PublicKey> at_fault;
  std::vector<ContentId> faults;
  // The decision run again on the state that it was made on: who wrote the chain decided otherwise.
  if (!settlement_.misapplied.empty()) {
    faults.push_back(settlement_.id);
    at_fault = s_.genesis.log_key;
  }
  auto blame = [&](const governance::CredentialRecord& correction) {
    faults.push_back(correction.id);
    if (!at_fault) at_fault = correction.grant.subject;
  };
  for (std::int32_t i = 0; i < settlement_.legs; ++i) {
    const GrantRecord& g = leg_grant(i);
    const governance::CredentialRecord& user = *s_.delegation.credential(g.leg.user_credential);
    const governance::CredentialRecord& holder = *s_.delegation.credential(g.leg.holder_credential);
    bool partial = s_.requests[g.request].request.partial;
    auto later = [&](const governance::CredentialRecord& first, auto&& right) {
      bool past = false;
      for (const governance::CredentialRecord* c : s_.delegation.credentials_of(first.grant.subject)) {
        if (past && c->grant.valid.contains(settlement_.signed_at) && !right(c->grant)) blame(*c);
        past = past || c->id == first.id;
      }
    };
    later(user, [&](const objects::CredentialGrant& c) { return still_right(g, c, holder.grant, partial); });
    later(holder, [&](const objects::CredentialGrant& c) {
      return still_right(g, user.grant, c, partial) &&
             holds_asset(c, s_.declarations[g.declaration].declared);
    });
  }
  conclude(at_fault, faults, at_fault ? remedied(grants()) : std::set<ContentId>{});
  if (!at_fault) return;
  for (std::int32_t i = 0; i < settlement_.legs; ++i)
    if (remedies(leg_grant(i).id))
      group_.void_future(settlement_.grant(i), objects::ReleaseCause::remedy,
                         objects::ObligationKind::remedy);
}

// ---- fallback-not-followed

void Finding::fallback_not_followed() {
  std::vector<FailureIndex> faulty;
  const Instant of_legs = disputable_until(s_, settlement_);
  for (FailureIndex i : s_.failures.indices()) {
    const FailureRecord& f = s_.failures[i];
    const GrantRecord& g = s_.grants[f.grant];
    if (s_.settlements[g.settlement].id != settlement_.id) continue;
    if (std::max(of_legs, disputable_until(s_, f)) <= s_.time) continue;
    const rules::FallbackStrategy& strategy = s_.strategies.at(g.leg.strategy).strategy;
    bool unrecorded =
        !f.recorded && !strategy.record.empty() && s_.time - f.admitted > strategy.notify_within;
    if (f.failure.late || unrecorded) faulty.push_back(i);
  }
  std::vector<ContentId> ids;
  for (FailureIndex i : faulty) ids.push_back(s_.failures[i].id);
  if (faulty.empty()) return conclude(std::nullopt, ids, {});
  conclude(s_.holder_of(s_.grants[s_.failures[faulty.front()].grant]), ids, remedied(ids));
  for (FailureIndex i : faulty) {
    const FailureRecord& f = s_.failures[i];
    if (!remedies(f.id)) continue;
    const GrantRecord& g = s_.grants[f.grant];
    Money penalty = ratio_of(f.trimmed, s_.strategies.at(g.leg.strategy).strategy.penalty);
    owe(g, s_.holder_of(g), s_.user_of(g), penalty);
  }
}

// ---- shared-capacity-breached

/// Where a peer resource is overloaded, with what each instant exceeds the schedule by.
capacity::Pieces breach_of(const InfrastructureRecord& i, const Window& window) {
  std::vector<objects::Piece> bounds;
  for (const auto& [t, q] : i.excess.steps()) bounds.push_back({{t, t}, q});
  std::vector<Instant> at = capacity::cuts(bounds, window);
  at.push_back(window.until);
  capacity::Pieces out;
  for (std::size_t k = 0; k + 1 < at.size(); ++k) {
    Quantity over = i.excess.value(at[k]);
    if (over.value > 0) out = capacity::changed(out, {at[k], at[k + 1]}, over);
  }
  return out;
}

/// `breach` less what was punished before.
capacity::Pieces unpunished(const InfrastructureRecord& i, capacity::Pieces breach) {
  for (const PunishedBreach& p : i.punished)
    for (const objects::Piece& piece : capacity::lesser(breach, p.pieces))
      breach = capacity::changed(breach, piece.window, Quantity(-piece.quantity.value));
  return breach;
}

/// Who punished a part of what stands in breach in the window.
std::set<ContentId> punished_in(const InfrastructureRecord& i, const capacity::Pieces& breach) {
  std::set<ContentId> out;
  for (const PunishedBreach& p : i.punished)
    if (!capacity::lesser(breach, p.pieces).empty()) out.insert(p.resolution);
  return out;
}

/// Load of one holder on the resource at `t`.
Quantity load_of(const ChainState& s, const InfrastructureRecord& i, const PublicKey& holder,
                 Instant t) {
  Quantity sum;
  for (GrantIndex grant : i.grants) {
    const GrantRecord& g = s.grants[grant];
    if (s.holder_of(g) == holder) sum += capacity::value_at(g.live, t) + capacity::value_at(g.failed, t);
  }
  return sum;
}

void Finding::shared_capacity_breached() {
  InfrastructureRecord* edge = nullptr;
  capacity::Pieces whole, breach;  // all of it; what no resolution punished
  const GrantRecord* leg = nullptr;
  for (std::int32_t k = 0; k < settlement_.legs && breach.empty(); ++k) {
    const GrantRecord& g = leg_grant(k);
    InfrastructureIndex i = s_.declarations[g.declaration].infrastructure;
    if (!i.valid() || !s_.infrastructures[i].infrastructure.peer ||
        s_.rule_of(g).coordination.mode != rules::CoordinationMode::peer)
      continue;
    InfrastructureRecord& at = s_.infrastructures[i];
    capacity::Pieces found = breach_of(at, g.leg.window);
    capacity::Pieces fresh = unpunished(at, found);
    if (found.empty() || (leg != nullptr && fresh.empty())) continue;
    edge = &at;
    leg = &g;
    whole = std::move(found);
    breach = std::move(fresh);
  }
  if (leg == nullptr) return conclude(std::nullopt, {}, {});

  const Instant first = (breach.empty() ? whole : breach).front().window.from;
  std::vector<GrantIndex> grants = edge->grants;
  std::reverse(grants.begin(), grants.end());  // latest admitted first
  const std::optional<PublicKey> beyond = beyond_its_share(s_, *edge, first);
  std::optional<PublicKey> at_fault = beyond ? beyond : last_live_on(s_, *edge, first);
  if (!at_fault) at_fault = s_.holder_of(*leg);

  const Instant now = ceil_to(s_.rule_of(*leg), s_.time);
  capacity::Pieces future = capacity::inside(breach, {now, kDistantFuture});
  capacity::Pieces past = capacity::inside(breach, {Instant(-kWireMax), now});
  std::vector<std::pair<GrantIndex, capacity::Pieces>> releases;
  std::vector<ContentId> faults;
  for (GrantIndex grant : grants) {
    if (beyond && s_.holder_of(s_.grants[grant]) != *beyond) continue;
    capacity::Pieces released = capacity::lesser(s_.grants[grant].live, future);
    if (released.empty()) continue;
    for (const objects::Piece& p : released) future = capacity::changed(future, p.window, Quantity(-p.quantity.value));
    faults.push_back(s_.grants[grant].id);
    releases.emplace_back(grant, std::move(released));
  }
  conclude(at_fault, faults, punished_in(*edge, whole));
  if (!past.empty()) edge->punished.push_back({resolution_, past});
  const PublicKey fault = *at_fault;
  for (const auto& [grant, pieces] : releases) {
    ContentId id;
    Money value = group_.release(grant, pieces, objects::ReleaseCause::remedy, &id);
    const GrantRecord& g = s_.grants[grant];
    const rules::Rule& rule = s_.rule_of(g);
    group_.oblige(id, g, objects::ObligationKind::remedy, s_.holder_of(g), s_.user_of(g), value,
                  rule.currency, after(s_.time, rule.dispute_within));
  }
  const std::vector<PublicKey>& members = edge->infrastructure.members;
  penalise(grants, std::move(past), fault, fault == members[0] ? members[1] : members[0]);
}

void Finding::penalise(const std::vector<GrantIndex>& latest_first, capacity::Pieces past,
                       const PublicKey& fault, const PublicKey& other) {
  for (GrantIndex grant : latest_first) {
    const GrantRecord& g = s_.grants[grant];
    if (s_.holder_of(g) != fault) continue;
    capacity::Pieces load = g.live;
    for (const objects::Piece& p : g.failed) load = capacity::changed(load, p.window, p.quantity);
    const capacity::Pieces part = capacity::lesser(load, past);
    if (part.empty()) continue;
    for (const objects::Piece& p : part)
      past = capacity::changed(past, p.window, Quantity(-p.quantity.value));
    owe(g, fault, other,
        ratio_of(worth(g.leg.price, capacity::volume_of(part)), s_.rule_of(g).peer_penalty));
  }
}

}  // namespace

Instant disputable_until(const ChainState& s, const SettlementRecord& settlement) {
  Int128 latest = -kWireMax;
  for (std::int32_t i = 0; i < settlement.legs; ++i) {
    const GrantRecord& g = s.grants[settlement.grant(i)];
    latest = std::max(latest, Int128{g.leg.window.until.value} + s.rule_of(g).dispute_within.value);
  }
  return Instant(static_cast<std::int64_t>(std::min<Int128>(latest, kWireMax)));
}

Instant disputable_until(const ChainState& s, const FailureRecord& failure) {
  if (failure.origin != FailureOrigin::claim) return Instant(-kWireMax);
  return after(failure.admitted, s.rule_of(s.grants[failure.grant]).dispute_within);
}

capacity::Pieces unpunished_breach(const InfrastructureRecord& edge, const Window& window) {
  return unpunished(edge, breach_of(edge, window));
}

std::optional<PublicKey> beyond_its_share(const ChainState& s, const InfrastructureRecord& edge,
                                          Instant t) {
  std::optional<PublicKey> out;
  for (AgreementIndex a : edge.agreements) {
    const objects::PeerAgreement& split = s.agreements[a];
    if (!split.window.contains(t)) continue;
    if (load_of(s, edge, split.first, t) > split.first_quantity)
      out = split.first;
    else if (load_of(s, edge, split.second, t) > split.second_quantity)
      out = split.second;
  }
  return out;
}

std::optional<PublicKey> last_live_on(const ChainState& s, const InfrastructureRecord& edge,
                                      Instant t) {
  for (auto grant = edge.grants.rbegin(); grant != edge.grants.rend(); ++grant)
    if (capacity::value_at(s.grants[*grant].live, t).value > 0)
      return s.holder_of(s.grants[*grant]);
  return std::nullopt;
}

void resolve_dispute(Group& group, const ContentId& id, const objects::Dispute& dispute) {
  Finding(group, id, dispute).run();
}

}  // namespace capmarket::chain
