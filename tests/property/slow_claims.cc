// Claims of non-delivery and reviews, slowly: whether they are heard, and what they come to.
#include <algorithm>

#include "tests/property/slow_market.h"
#include "tests/property/slow_parts.h"
#include "tests/support/times.h"

namespace capmarket::property {

Instant SlowMarket::contest_end(const SlowClaim& c) const {
  return c.admitted + rule(grants.at(c.o.grant)).claims.contest_within;
}
Instant SlowMarket::witness_end(const SlowClaim& c) const {
  return contest_end(c) + rule(grants.at(c.o.grant)).claims.contest_within;
}

Instant SlowMarket::last_dispute(const ContentId& settlement) const {
  Instant latest(0);
  for (const objects::Leg& leg : settlements.at(settlement).o.legs)
    latest = std::max(latest, leg.window.until + rules.at(leg.rule).rule.dispute_within);
  return latest;
}

bool SlowMarket::apart(const SlowClaim& c, const objects::Witness& w) const {
  const SlowGrant& g = grants.at(c.o.grant);
  const bool listed = has(settlements.at(g.settlement).o.coordinators, w.credential);
  if (w.role != objects::Role::auditor && !(w.role == objects::Role::coordinator && listed))
    return false;
  const ContentId& issuer = credentials.at(w.credential).issuer;
  if (w.supports == objects::Side::holder)
    return credentials.at(g.leg.holder_credential).issuer != issuer;
  return credentials.at(g.leg.user_credential).issuer != issuer &&
         (!c.o.credential || credentials.at(*c.o.credential).issuer != issuer);
}

/// What is said of claims, and the time of a dispute. False where something does not exist.
bool SlowMarket::judge_claim(Verdicts& v, const objects::Object& object, Instant at) const {
  if (const auto* o = std::get_if<objects::Contest>(&object)) {
    if (!claims.contains(o->failure)) return false;
    const SlowClaim& c = claims.at(o->failure);
    v[admission::ClauseId::window] = at < contest_end(c);
    v[admission::ClauseId::standing] =
        o->holder == holder(grants.at(c.o.grant)) && !c.contested && !c.closed;
  }
  if (const auto* o = std::get_if<objects::Witness>(&object)) {
    if (!claims.contains(o->failure) || !credentials.contains(o->credential)) return false;
    const SlowClaim& c = claims.at(o->failure);
    bool heard = std::any_of(c.witnesses.begin(), c.witnesses.end(),
                             [&](const objects::Witness& w) { return w.witness == o->witness; });
    v[admission::ClauseId::window] = at < witness_end(c);
    v[admission::ClauseId::standing] =
        !c.closed && !heard && apart(c, *o) && resolves(o->credential, o->role, o->witness, at);
  }
  if (const auto* o = std::get_if<objects::Dispute>(&object)) {
    if (!settlements.contains(o->settlement)) return false;
    Instant latest = last_dispute(o->settlement);
    if (o->ground == objects::Ground::credential_invalid)
      for (const auto& [id, r] : reviews)
        if (!r.closed && r.settlements.contains(o->settlement)) latest = std::max(latest, r.until);
    if (o->ground == objects::Ground::fallback_not_followed)
      for (const auto& [id, f] : failures)
        if (f.told == 'u' && grants.at(f.o.grant).settlement == o->settlement)
          latest = std::max(latest, f.admitted + rule(grants.at(f.o.grant)).dispute_within);
    v[admission::ClauseId::window] = at < latest;
  }
  return true;
}

bool SlowMarket::noticed(const SlowClaim& c) const {
  const SlowGrant& g = grants.at(c.o.grant);
  const Instant first = c.o.window.from;
  for (const auto& [id, f] : failures)
    if (f.o.grant == g.id && f.told == 'h' && over(f.o.pieces)[second_of(first)] > 0 &&
        f.admitted <= first + strategies.at(g.leg.strategy).first.notify_within)
      return true;
  return false;
}

objects::ClaimClosed SlowMarket::decided(const ContentId& id) const {
  const SlowClaim& c = claims.at(id);
  const SlowGrant& g = grants.at(c.o.grant);
  objects::ClaimClosed out{{}, id, true, objects::ClaimBasis::uncontested};
  if (!c.contested) return out;
  bool used = false, for_holder = false, for_claim = false;
  for (int s = 0; s < kSeconds; ++s)
    used = used || (c.o.window.contains(testing::at_second(s)) &&
                    g.consumed[s] > std::max<std::int64_t>(0, g.live[s] - c.o.quantity.value));
  for (const objects::Witness& w : c.witnesses)
    (w.supports == objects::Side::holder ? for_holder : for_claim) = true;
  out.basis = used                      ? objects::ClaimBasis::activity
              : for_holder || for_claim ? objects::ClaimBasis::witness
                                        : objects::ClaimBasis::burden;
  out.stands =
      !used && !for_holder && (for_claim || rule(g).claims.burden == rules::Burden::holder);
  return out;
}

void SlowMarket::apply_closed_claim(const chain::Leaf& leaf, const objects::ClaimClosed& o) {
  if (!claims.contains(o.failure) || claims.at(o.failure).closed)
    return complain("a claim that is none, or was decided before, is decided");
  SlowClaim& c = claims.at(o.failure);
  const objects::ClaimClosed expected = decided(o.failure);
  if (leaf.time < (c.contested ? witness_end(c) : contest_end(c)))
    complain("a claim is decided early");
  if (o.stands != expected.stands || o.basis != expected.basis)
    complain("a claim is decided otherwise");
  c.closed = true;
  const SlowGrant& g = grants.at(c.o.grant);
  Seconds judged = over(c.o.window, c.o.quantity.value);
  if (expected.stands) {
    Item item{objects::Kind::failure, g.id};
    item.part = over(c.o.window, c.o.quantity.value);
    for (int s = 0; s < kSeconds; ++s) item.part[s] = std::min(item.part[s], g.live[s]);
    judged = item.part;
    item.late = !noticed(c);
    item.leg = 2;  // claimed
    if (sum(item.part) > 0) items_.push_back(item);
  }
  if (!c.contested) return;
  owed_at_ = items_.size();
  const std::int64_t value = slow_value(g.leg.price, judged);
  const rules::Claims& terms = rule(g).claims;
  const PublicKey claimant = c.o.reporter;
  owe(g, objects::ObligationKind::claim, expected.stands ? holder(g) : claimant,
      expected.stands ? claimant : holder(g),
      value * (expected.stands ? terms.contest_fee : terms.claim_fee).value / 10'000,
      rule(g).currency, leaf.time + rule(g).dispute_within);
}

void SlowMarket::note_reviewed(bool founded) {
  rules::OnReview outcome = rules::OnReview::uphold;
  for (const objects::Leg& leg : settlements.at(disputed_->settlement).o.legs)
    if (const auto& clause = rules.at(leg.rule).rule.revocation; clause && founded)
      outcome = std::max(outcome, clause->on_review);
  for (auto& [id, r] : reviews)
    if (!r.closed && r.settlements.contains(disputed_->settlement)) {
      auto [it, fresh] = r.outcomes.emplace(disputed_->settlement, outcome);
      it->second = std::max(it->second, outcome);
    }
}

void SlowMarket::apply_closed_review(const chain::Leaf& leaf, const objects::ReviewClosed& o) {
  if (!reviews.contains(o.review) || reviews.at(o.review).closed)
    return complain("a review that is none, or ended before, ends");
  SlowReview& r = reviews.at(o.review);
  r.closed = true;
  if (leaf.time < r.until) complain("a review ends early");
  std::map<rules::OnReview, std::int64_t> counts;
  for (const auto& [id, outcome] : r.outcomes) ++counts[outcome];
  if (o.upheld != counts[rules::OnReview::uphold] ||
      o.compensated != counts[rules::OnReview::compensate] ||
      o.voided != counts[rules::OnReview::void_future] ||
      o.upheld + o.compensated + o.voided + o.undisputed !=
          static_cast<std::int64_t>(r.settlements.size()))
    complain("a review counts otherwise");
}

void SlowMarket::apply_claims(const chain::Leaf& leaf, const objects::Object& object) {
  if (const auto* o = std::get_if<objects::Contest>(&object))
    claims.at(o->failure).contested = true;
  if (const auto* o = std::get_if<objects::Witness>(&object))
    claims.at(o->failure).witnesses.push_back(*o);
  if (const auto* o = std::get_if<objects::ClaimClosed>(&object)) apply_closed_claim(leaf, *o);
  if (const auto* o = std::get_if<objects::ReviewClosed>(&object)) apply_closed_review(leaf, *o);
}

/// No claim and no review stays open beyond its time.
void SlowMarket::nothing_due_left() {
  for (const auto& [id, c] : claims)
    if (!c.closed && (c.contested ? witness_end(c) : contest_end(c)) < time)
      complain("a claim should have been decided");
  for (const auto& [id, r] : reviews)
    if (!r.closed && r.until < time) complain("a review should have ended");
}

}  // namespace capmarket::property
