#include "verify/audit/claims.h"

#include <algorithm>

namespace capmarket::audit {

Instant AuditClaim::contest_end() const {
  return later(admitted, grant->rule->rule.claims.contest_within);
}
Instant AuditClaim::witness_end() const {
  return later(contest_end(), grant->rule->rule.claims.contest_within);
}

namespace {

/// Activity shows more than the claim would leave of the grant.
bool disproved_by_use(const AuditClaim& c) {
  const Window& w = c.claim.window;
  SlowLoad left;
  left.add(c.grant->live, w);
  left.add(w, -Int128{c.claim.quantity.value});
  SlowLoad over;
  over.add(c.grant->activity, w);
  over.add(left.positive(), w, -1);
  return over.max(w) > 0;
}

bool heard(const AuditClaim& c, objects::Side side) {
  return std::any_of(c.witnesses.begin(), c.witnesses.end(),
                     [&](const objects::Witness& w) { return w.supports == side; });
}

/// The holder's own notice covers the first claimed instant and came in time.
bool in_time(const AuditState& s, const AuditClaim& c) {
  const AuditStrategy* strategy = found(s.strategies, c.grant->leg.strategy);
  if (strategy == nullptr) return true;
  const Instant first = c.claim.window.from;
  for (const AuditFailure* f : s.failed) {
    if (f->grant != c.grant || f->told != AuditTold::by_holder) continue;
    if (f->admitted > later(first, strategy->strategy.notify_within)) continue;
    for (const objects::Piece& p : f->failure.pieces)
      if (p.window.contains(first)) return true;
  }
  return false;
}

objects::ClaimClosed outcome(const ContentId& id, const AuditClaim& c) {
  if (!c.contested) return {{}, id, true, objects::ClaimBasis::uncontested};
  if (disproved_by_use(c)) return {{}, id, false, objects::ClaimBasis::activity};
  if (heard(c, objects::Side::holder)) return {{}, id, false, objects::ClaimBasis::witness};
  if (heard(c, objects::Side::claim)) return {{}, id, true, objects::ClaimBasis::witness};
  return {{},
          id,
          c.grant->rule->rule.claims.burden == rules::Burden::holder,
          objects::ClaimBasis::burden};
}

/// What a founded dispute about credentials does to the settlement, by the rules of its legs.
rules::OnReview consequence(const AuditSettlement& settlement) {
  rules::OnReview out = rules::OnReview::uphold;
  for (const AuditGrant* g : settlement.grants) {
    const auto& clause = g->rule->rule.revocation;
    if (!clause) continue;
    if (clause->on_review == rules::OnReview::void_future) return rules::OnReview::void_future;
    if (clause->on_review == rules::OnReview::compensate) out = rules::OnReview::compensate;
  }
  return out;
}

}  // namespace

void close_claim(Group& group, const ContentId& id, AuditClaim& c) {
  c.closed = true;
  const objects::ClaimClosed what = outcome(id, c);
  const ContentId closed = group.add(what);
  AuditGrant& g = *c.grant;
  const rules::Rule& rule = g.rule->rule;
  Money value = worth_of(g.leg.price, volume_of(c.claim.quantity, c.claim.window.length()).value);
  if (what.stands) {
    SlowLoad claimed;
    claimed.add(c.claim.window, c.claim.quantity.value);
    const SlowLoad failed = SlowLoad::lesser(claimed, g.live.positive());
    value = worth_of(g.leg.price, failed.integral(c.claim.window));
    auto pieces = failed.pieces(c.claim.window);
    if (!pieces.empty())
      fail_grant(group, g, std::move(pieces), id, !in_time(group.s, c), AuditTold::by_claim);
  }
  if (!c.contested) return;
  const PublicKey claimant = c.claim.reporter, holder = g.holder();
  if (what.stands)
    group.owe(closed, g, objects::ObligationKind::claim, holder, claimant,
              tenths_of(value, rule.claims.contest_fee), rule);
  else
    group.owe(closed, g, objects::ObligationKind::claim, claimant, holder,
              tenths_of(value, rule.claims.claim_fee), rule);
}

void open_review(Group& group, const ContentId& id, const objects::Revocation& o,
                 DelegationGraph::Node target) {
  AuditState& s = group.s;
  auto stands_on = [&](const ContentId& credential) {
    auto node = s.delegation.find(credential);
    if (!node) return false;
    auto nodes = s.delegation.to_root(*node).nodes;
    return std::find(nodes.begin(), nodes.end(), target) != nodes.end();
  };
  std::vector<ContentId> concerned;
  Duration longest;
  for (const AuditSettlement* settlement : s.settled) {
    bool any =
        std::any_of(settlement->coordinators.begin(), settlement->coordinators.end(), stands_on);
    for (const AuditGrant* g : settlement->grants)
      any = any || stands_on(g->leg.holder_credential) || stands_on(g->leg.user_credential);
    if (!any) continue;
    concerned.push_back(settlement->id);
    for (const AuditGrant* g : settlement->grants)
      longest = std::max(longest, g->rule->rule.review_within);
  }
  if (concerned.empty()) return;
  const Instant until = later(s.time, longest);
  const ContentId review = group.add(objects::Review{
      {}, id, static_cast<std::int64_t>(concerned.size()), ids_root(concerned), until});
  AuditReview& record = s.reviews[review];
  record.revocation = id;
  record.salt = objects::derived_salt(o.salt, objects::Kind::review, 0);
  record.until = until;
  record.settlements.insert(concerned.begin(), concerned.end());
  s.dues.emplace(until, objects::Kind::review_closed, review);
}

void close_review(Group& group, const ContentId& id, AuditReview& review) {
  review.closed = true;
  objects::ReviewClosed out;
  out.review = id;
  for (const ContentId& settlement : review.settlements) {
    const rules::OnReview* outcome = found(review.outcomes, settlement);
    if (outcome == nullptr)
      ++out.undisputed;
    else if (*outcome == rules::OnReview::uphold)
      ++out.upheld;
    else if (*outcome == rules::OnReview::compensate)
      ++out.compensated;
    else
      ++out.voided;
  }
  group.add(out);
}

void note_reviewed(AuditState& s, const AuditSettlement& settlement, bool founded) {
  const rules::OnReview outcome = founded ? consequence(settlement) : rules::OnReview::uphold;
  for (auto& [id, review] : s.reviews) {
    if (review.closed || !review.settlements.contains(settlement.id)) continue;
    auto [it, fresh] = review.outcomes.emplace(settlement.id, outcome);
    if (!fresh) it->second = std::max(it->second, outcome);
  }
}

Int128 last_dispute(const AuditSettlement& settlement) {
  Int128 latest = -kWireMax;
  for (const AuditGrant* g : settlement.grants)
    latest =
        std::max(latest, Int128{g->leg.window.until.value} + g->rule->rule.dispute_within.value);
  return latest;
}

Int128 last_dispute(const AuditFailure& f) {
  if (f.told != AuditTold::by_claim) return -kWireMax;
  return Int128{f.admitted.value} + f.grant->rule->rule.dispute_within.value;
}

}  // namespace capmarket::audit
