// The facts of what parties report after a settlement.
#include <algorithm>

#include "model/chain/claims.h"
#include "model/chain/concerns.h"
#include "model/chain/findings.h"
#include "model/chain/price_index.h"
#include "model/chain/resolve.h"
#include "model/chain/resolve_internal.h"
#include "model/chain/reviews.h"

namespace capmarket::chain {
namespace {

/// A part of a grant: window, granularity and what there is of it.
void fill_part(admission::PartFacts<Concrete>& f, const ChainState& s, const GrantRecord* g,
               const Window& window, Quantity quantity, Instant at) {
  f.whole_exists = yes(g != nullptr);
  f.references_exist = yes(true);
  f.admission = num(at);
  f.from = num(window.from), f.until = num(window.until);
  f.quantity = num(quantity);
  f.earliest = num(-kWireMax), f.latest = num(kWireMax);
  f.reported = num(at);
  f.decide_by = num(kWireMax);
  f.excess = kNoLimit;
  if (g == nullptr) return;
  const rules::Rule& rule = s.rule_of(*g);
  f.whole_from = num(g->leg.window.from), f.whole_until = num(g->leg.window.until);
  std::int64_t granularity = rule.granularity.value;
  f.from_remainder =
      remainder(window.from.value, granularity, rule.origin.value_or(Instant(0)).value);
  f.length_remainder = remainder(Int128{window.until.value} - window.from.value, granularity);
}

/// Max over the window of used - live.
Int used_excess(const capacity::Pieces& used, const capacity::Pieces& live, const Window& window) {
  if (window.empty()) return kNoLimit;
  std::vector<objects::Piece> both = used;
  both.insert(both.end(), live.begin(), live.end());
  std::optional<Int128> best;
  for (Instant t : capacity::cuts(both, window)) {
    Int128 over = Int128{capacity::value_at(used, t).value} - capacity::value_at(live, t).value;
    if (!best || over > *best) best = over;
  }
  return num128(*best);
}

const location::Location* place_of(const ChainState& s, const GrantRecord* g) {
  return g == nullptr ? nullptr : &s.declarations[g->declaration].declared.location;
}

bool may_consume(const ChainState& s, const GrantRecord& g, const PublicKey& adaptation) {
  const std::vector<PublicKey>& named = s.requests[g.request].request.adaptations;
  return std::find(named.begin(), named.end(), adaptation) != named.end();
}

bool may_report(const ChainState& s, const objects::DeliveryFailure& o, const GrantRecord& g) {
  if (o.role == objects::Role::holder) return o.reporter == s.holder_of(g);
  return (o.role == objects::Role::user && o.reporter == s.user_of(g)) ||
         (o.role == objects::Role::adaptation && may_consume(s, g, o.reporter)) ||
         o.role == objects::Role::auditor;
}

bool is_party(const ChainState& s, const SettlementRecord& settlement, const objects::Dispute& o) {
  auto displaced = [&](const PublicKey& key, bool user) {
    return std::any_of(settlement.displaced.begin(), settlement.displaced.end(),
                       [&](GrantIndex victim) {
                         const GrantRecord& g = s.grants[victim];
                         return (user ? s.user_of(g) : s.holder_of(g)) == key;
                       });
  };
  auto of_leg = [&](const PublicKey& key, bool user) {
    for (std::int32_t i = 0; i < settlement.legs; ++i) {
      const GrantRecord& g = s.grants[settlement.grant(i)];
      if ((user ? s.user_of(g) : s.holder_of(g)) == key) return true;
    }
    return false;
  };
  if (o.role == objects::Role::user) return of_leg(o.party, true) || displaced(o.party, true);
  if (o.role == objects::Role::holder) return of_leg(o.party, false) || displaced(o.party, false);
  if (o.role == objects::Role::coordinator)
    return std::any_of(settlement.coordinators.begin(), settlement.coordinators.end(),
                       [&](const ContentId& id) {
                         return s.delegation.credential(id)->grant.subject == o.party;
                       });
  return o.role == objects::Role::auditor;
}

/// A coordinator of the settlement or an auditor, issued by another authority than the party that
/// it supports.
bool is_apart(const ChainState& s, const ClaimRecord& claim, const objects::Witness& o) {
  const GrantRecord& g = s.grants[claim.grant];
  const std::vector<ContentId>& listed = s.settlements[g.settlement].coordinators;
  const bool coordinates = o.role == objects::Role::coordinator &&
                           std::find(listed.begin(), listed.end(), o.credential) != listed.end();
  auto same_issuer = [&](const ContentId& of) {
    const governance::CredentialRecord *mine = s.delegation.credential(o.credential),
                                       *theirs = s.delegation.credential(of);
    return mine != nullptr && theirs != nullptr && mine->grant.issuer == theirs->grant.issuer;
  };
  const bool kin = o.supports == objects::Side::holder
                       ? same_issuer(g.leg.holder_credential)
                       : same_issuer(g.leg.user_credential) ||
                             (claim.claim.credential && same_issuer(*claim.claim.credential));
  return (coordinates || o.role == objects::Role::auditor) && !kin;
}

/// Every field that the strategy asks for is there, and what is there agrees with the chain.
bool record_complete(const rules::FallbackStrategy& strategy, const FailureRecord& failure,
                     const objects::FallbackRecord& o) {
  auto asks = [&](rules::RecordField field) {
    return std::find(strategy.record.begin(), strategy.record.end(), field) !=
           strategy.record.end();
  };
  bool notice = o.notice || !asks(rules::RecordField::notice);
  bool cause = (o.cause && !o.cause->empty()) || !asks(rules::RecordField::cause);
  bool substitutes = o.substitutes == failure.substitutes ||
                     (!asks(rules::RecordField::substitutes) && o.substitutes.empty());
  bool money = o.settlement ? *o.settlement == failure.owed : !asks(rules::RecordField::settlement);
  return notice && cause && substitutes && money;
}

}  // namespace

admission::SurrenderFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub, const objects::Surrender& o,
                                 Instant at) {
  admission::SurrenderFacts<Concrete> f;
  const GrantRecord* g = s.grant(o.grant);
  fill_part(f, s, g, o.window, o.quantity, at);
  f.envelope_signed = yes(sub.signed_by(objects::Role::user, o.user));
  if (g == nullptr) return f;
  f.stands = yes(o.user == s.user_of(*g));
  f.earliest = num(ceil_to(s.rule_of(*g), at));
  f.excess = used_excess({}, g->live, o.window);
  return f;
}

admission::DeliveryFailureFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub,
                                       const objects::DeliveryFailure& o, Instant at) {
  admission::DeliveryFailureFacts<Concrete> f;
  const GrantRecord* g = s.grant(o.grant);
  fill_part(f, s, g, o.window, o.quantity, at);
  f.envelope_signed = yes(sub.signed_by(o.role, o.reporter));
  f.reported = num(o.failed_at);
  f.references_exist = yes(!o.credential || s.delegation.credential(*o.credential) != nullptr);
  f.credential_needed = yes(o.role == objects::Role::adaptation || o.role == objects::Role::auditor);
  if (o.credential)
    f.credential = credential_facts(s, *o.credential, o.role, &o.reporter, place_of(s, g));
  if (g == nullptr) return f;
  f.stands = yes(may_report(s, o, *g));
  f.excess = used_excess({}, g->live, o.window);
  if (!is_claim(o)) return f;
  f.latest = num(at);
  f.decide_by = num(after(g->leg.window.until, s.rule_of(*g).dispute_within));
  return f;
}

admission::CurtailmentFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub,
                                   const objects::Curtailment& o, Instant at) {
  admission::CurtailmentFacts<Concrete> f;
  fill_part(f, s, nullptr, o.window, o.quantity, at);
  f.envelope_signed = yes(sub.signed_by(objects::Role::holder, o.holder));
  const DeclarationRecord* d = s.declaration(o.declaration);
  f.whole_exists = yes(d != nullptr);
  if (d == nullptr) return f;
  f.stands = yes(o.holder == d->declared.holder);
  f.whole_from = num(d->declared.window.from), f.whole_until = num(d->declared.window.until);
  std::int64_t g = s.class_at(d->declared.class_name, at)->declared.granularity.value;
  f.from_remainder = remainder(o.window.from.value, g);
  f.length_remainder = remainder(Int128{o.window.until.value} - o.window.from.value, g);
  if (!o.window.empty())
    f.excess = num128(capacity::max_with(d->curtailed, o.window, {}) - d->declared.quantity.value);
  return f;
}

admission::ActivityFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub, const objects::Activity& o,
                                Instant at) {
  admission::ActivityFacts<Concrete> f;
  const GrantRecord* g = s.grant(o.grant);
  fill_part(f, s, g, o.interval, o.quantity, at);
  f.envelope_signed = yes(sub.signed_by(objects::Role::adaptation, o.adaptation));
  f.latest = num(at);
  f.references_exist = yes(s.delegation.credential(o.credential) != nullptr);
  f.credential_needed = yes(true);
  f.credential = credential_facts(s, o.credential, objects::Role::adaptation, &o.adaptation, place_of(s, g));
  if (g == nullptr) return f;
  f.stands = yes(may_consume(s, *g, o.adaptation));
  f.excess = used_excess(g->activity, g->live, o.interval);
  return f;
}

namespace {

/// What every notice has; a window that holds where the kind has none.
void fill_notice(admission::NoticeFacts<Concrete>& f, bool exists, bool envelope, Instant at) {
  f.subjects_exist = yes(exists);
  f.envelope_signed = yes(envelope);
  f.admission = num(at);
  f.earliest = num(-kWireMax), f.latest = num(kWireMax);
  f.open = yes(true);
}

}  // namespace

admission::WithdrawalFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub, const objects::Withdrawal& o,
                                  Instant at) {
  admission::WithdrawalFacts<Concrete> f;
  const RequestRecord* r = s.request(o.request);
  fill_notice(f, r != nullptr, sub.signed_by(objects::Role::user, o.user), at);
  if (r == nullptr) return f;
  f.stands = yes(o.user == r->request.user);
  f.open = yes(!r->closed && !r->withdrawn);
  return f;
}

admission::RetractFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub,
                                          const objects::Retract& o, Instant at) {
  admission::RetractFacts<Concrete> f;
  const DeclarationRecord* d = s.declaration(o.declaration);
  fill_notice(f, d != nullptr, sub.signed_by(objects::Role::holder, o.holder), at);
  if (d == nullptr) return f;
  f.stands = yes(o.holder == d->declared.holder);
  f.open = yes(!retractable(s, *d, at).empty());
  return f;
}

admission::RenewalFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub, const objects::Renewal& o,
                               Instant at) {
  admission::RenewalFacts<Concrete> f;
  const GrantRecord* g = s.grant(o.grant);
  fill_notice(f, g != nullptr, sub.signed_by(objects::Role::user, o.user), at);
  if (g == nullptr) return f;
  f.stands = yes(o.user == s.user_of(*g));
  f.latest = num(g->leg.window.until);
  f.open = yes(s.rule_of(*g).lease && at < g->lease_until && !g->live.empty());
  return f;
}

admission::PaymentFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub, const objects::Payment& o,
                               Instant at) {
  admission::PaymentFacts<Concrete> f;
  const ObligationRecord* owed = s.obligation(o.obligation);
  fill_notice(f, owed != nullptr, sub.signed_by_any(o.payer), at);
  f.amount = num(o.amount);
  if (owed == nullptr) return f;
  f.stands = yes(o.payer == owed->obligation.payer);
  f.outstanding = num(owed->outstanding());
  return f;
}

admission::FallbackRecordFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub,
                                      const objects::FallbackRecord& o, Instant at) {
  admission::FallbackRecordFacts<Concrete> f;
  const FailureRecord* failure = s.failure(o.failure);
  auto strategy = s.strategies.find(o.strategy);
  bool exist = failure != nullptr && strategy != s.strategies.end();
  for (const ContentId& id : o.substitutes) exist = exist && s.settlement(id) != nullptr;
  fill_notice(f, exist, sub.signed_by(objects::Role::holder, o.holder), at);
  if (!exist) return f;
  const GrantRecord& g = s.grants[failure->grant];
  f.stands = yes(o.holder == s.holder_of(g) && o.strategy == g.leg.strategy);
  f.open = yes(!failure->recorded);
  f.complete = yes(record_complete(strategy->second.strategy, *failure, o));
  return f;
}

admission::ContestFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub,
                                          const objects::Contest& o, Instant at) {
  admission::ContestFacts<Concrete> f;
  const ClaimRecord* claim = s.claim(o.failure);
  fill_notice(f, claim != nullptr, sub.signed_by(objects::Role::holder, o.holder), at);
  if (claim == nullptr) return f;
  f.stands = yes(o.holder == s.holder_of(s.grants[claim->grant]));
  f.latest = num(contest_until(s, *claim));
  f.open = yes(!claim->closed && !claim->contested);
  return f;
}

admission::WitnessFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub,
                                          const objects::Witness& o, Instant at) {
  admission::WitnessFacts<Concrete> f;
  const ClaimRecord* claim = s.claim(o.failure);
  fill_notice(f, claim != nullptr && s.delegation.credential(o.credential) != nullptr,
              sub.signed_by(o.role, o.witness), at);
  f.credential_needed = yes(true);
  f.credential = credential_facts(s, o.credential, o.role, &o.witness, nullptr);
  if (claim == nullptr) return f;
  f.stands = yes(is_apart(s, *claim, o));
  f.latest = num(witness_until(s, *claim));
  f.open = yes(!claim->closed && std::none_of(claim->witnesses.begin(), claim->witnesses.end(),
                                              [&](const auto& w) { return w.first == o.witness; }));
  return f;
}

admission::PriceIndexFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub, const objects::PriceIndex& o,
                                  Instant at) {
  admission::PriceIndexFacts<Concrete> f;
  const rules::Rule* rule = indexed_rule(s, o);
  fill_notice(f, rule != nullptr, sub.signed_by(objects::Role::publisher, o.publisher), at);
  f.earliest = num(o.at);
  f.credential_needed = yes(true);
  f.credential = credential_facts(s, o.credential, objects::Role::publisher, &o.publisher, &o.scope);
  const governance::CredentialRecord* c = s.delegation.credential(o.credential);
  f.stands = yes(c != nullptr && location::any_contains(c->grant.scope, o.scope));
  f.count = num(o.count), f.value = num(o.value);
  if (rule == nullptr) return f;
  IndexValue truth = recompute_index(s, *rule, o.at);
  f.true_count = num(truth.count), f.true_value = num(truth.value);
  return f;
}

admission::DisputeFacts<Concrete> resolve(ChainState& s, const objects::CheckedSubmission& sub, const objects::Dispute& o,
                               Instant at) {
  admission::DisputeFacts<Concrete> f;
  const SettlementRecord* settlement = s.settlement(o.settlement);
  bool exist = settlement != nullptr;
  for (const ContentId& id : o.evidence) exist = exist && s.objects.contains(id);
  fill_notice(f, exist, sub.signed_by(o.role, o.party), at);
  f.credential_needed = yes(o.role == objects::Role::auditor);
  if (o.credential) f.credential = credential_facts(s, *o.credential, o.role, &o.party, nullptr);
  if (settlement == nullptr) return f;
  Instant latest = disputable_until(s, *settlement);
  if (o.ground == objects::Ground::credential_invalid)
    latest = std::max(latest, reviewed_until(s, *settlement));
  if (o.ground == objects::Ground::fallback_not_followed)
    for (const FailureRecord& failure : s.failures)
      if (s.settlements[s.grants[failure.grant].settlement].id == settlement->id)
        latest = std::max(latest, disputable_until(s, failure));
  f.latest = num(latest);
  f.stands = yes(is_party(s, *settlement, o) &&
                 std::all_of(o.evidence.begin(), o.evidence.end(), [&](const ContentId& id) {
                   return concerns(s, *settlement, o.ground, id);
                 }));
  f.open = yes(!s.disputed.contains({o.party, o.settlement, o.ground}));
  return f;
}

}  // namespace capmarket::chain
