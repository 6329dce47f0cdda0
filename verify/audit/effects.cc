#include "verify/audit/effects.h"

#include <algorithm>

#include "model/crypto/hash.h"
#include "verify/audit/claims.h"
#include "verify/audit/effects_internal.h"
#include "verify/audit/frames.h"

namespace capmarket::audit {
namespace {

/// What an admitted object changes, kind by kind. False: it names what does not exist.
struct Applier {
  AuditState& s;
  const objects::CheckedSubmission& sub;
  std::int64_t sequence;
  const SettlementEvidence* evidence;
  DerivedGroup& out;

  Group group(const Salt& salt) { return {s, salt, out}; }

  bool operator()(const objects::AuthorityGrant& o) { return s.delegation.add(sub.id, o); }
  bool operator()(const objects::CredentialGrant& o) { return s.delegation.add(sub.id, o); }
  bool operator()(const objects::ClassDeclaration& o) {
    s.classes[o.class_name].push_back({o, s.time});
    return true;
  }
  bool operator()(const rules::Rule& o) {
    if (o.supersedes) {
      AuditRule* old = found(s.rules, *o.supersedes);
      if (old == nullptr) return false;
      old->successor_from = std::min(old->successor_from, o.effective.from);
    }
    auto [it, fresh] = s.rules.emplace(sub.id, AuditRule{o, sequence, s.time, kDistantFuture});
    if (fresh) s.rules_named[o.name].push_back(&it->second);
    return fresh;
  }
  bool operator()(const rules::FallbackStrategy& o) {
    return s.strategies.emplace(sub.id, AuditStrategy{o, s.time}).second;
  }
  bool operator()(const objects::ReconciliationPolicy& o) {
    return s.policies.emplace(sub.id, o).second;
  }
  bool operator()(const objects::SharedInfrastructure& o) {
    return s.infrastructures
        .emplace(sub.id, AuditInfrastructure{sub.id, o, {}, {}, {}, {}, {}, {}, {}, {}})
        .second;
  }
  bool operator()(const objects::PeerAgreement& o) {
    AuditInfrastructure* edge = found(s.infrastructures, o.infrastructure);
    if (edge != nullptr) edge->agreements.push_back(o);
    s.told_of.emplace(sub.id, o.infrastructure);
    return edge != nullptr;
  }
  bool operator()(const objects::Promulgation& o) { return s.promulgated.insert(o.rule).second; }
  bool operator()(const objects::Revocation& o) {
    auto target = s.delegation.find(o.target);
    if (!target) return false;
    s.delegation.revoke(*target, o.effective);
    s.told_of.emplace(sub.id, o.target);
    Group made = group(o.salt);
    open_review(made, sub.id, o, *target);
    return true;
  }

  bool declare(const ContentId& id, const objects::Declaration& o) {
    AuditInfrastructure* shared = nullptr;
    if (o.infrastructure && (shared = found(s.infrastructures, *o.infrastructure)) == nullptr)
      return false;
    if (shared != nullptr) shared->declared.add(o.window, o.quantity.value);
    s.assets[{o.asset_issuer, o.asset_id}].add(o.window, o.quantity.value);
    return s.declarations.emplace(id, AuditDeclaration{id, o, sequence, shared, {}, {}, {}, {}})
        .second;
  }
  bool operator()(const objects::Declaration& o) { return declare(sub.id, o); }
  bool operator()(const objects::DeclarationBatch& o) {
    bool all = true;
    for (const objects::Declaration& item : o.items) {
      ContentId id = content_id_of(item);
      s.objects.insert(id);
      all = declare(id, item) && all;
    }
    return all;
  }
  static ContentId content_id_of(const objects::Declaration& item) {
    return crypto::content_id(objects::encode_object(item));
  }
  bool operator()(const objects::Retract& o) {
    AuditDeclaration* d = found(s.declarations, o.declaration);
    if (d == nullptr) return false;
    SlowLoad& asset = s.assets[{d->declared.asset_issuer, d->declared.asset_id}];
    for (const objects::Piece& p : free_ahead(s, *d, s.time)) {
      d->curtailed.add(p.window, p.quantity.value);
      asset.add(p.window, -Int128{p.quantity.value});
      if (d->infrastructure != nullptr)
        d->infrastructure->declared.add(p.window, -Int128{p.quantity.value});
    }
    return true;
  }
  bool operator()(const objects::Intent& o) { return s.intents.emplace(sub.id, o).second; }
  bool operator()(const objects::Request& o) {
    s.dues.emplace(o.open_until, objects::Kind::residual, sub.id);
    s.dues.emplace(o.window.until, objects::Kind::residual, sub.id);
    AuditRequest record;
    record.id = sub.id;
    record.request = o;
    return s.requests.emplace(sub.id, std::move(record)).second;
  }
  bool operator()(const objects::Withdrawal& o) {
    AuditRequest* r = found(s.requests, o.request);
    if (r == nullptr) return false;
    r->withdrawn = true;
    Group g = group(o.salt);
    if (!r->granted && !r->closed) close_request(g, *r);
    return true;
  }

  bool operator()(const objects::Settlement& o) {
    for (const objects::Leg& leg : o.legs) {
      if (!s.declarations.contains(leg.declaration) || !s.requests.contains(leg.request) ||
          !s.rules.contains(leg.rule) ||
          s.delegation.credential(leg.holder_credential) == nullptr ||
          s.delegation.credential(leg.user_credential) == nullptr || leg.window.empty())
        return false;
    }
    Group g = group(o.salt);
    settle(g, sub, o, sequence, *evidence);
    return true;
  }
  bool operator()(const objects::Payment& o) {
    AuditObligation* x = found(s.obligations, o.obligation);
    if (x == nullptr) return false;
    x->paid += o.amount.value;
    if (x->outstanding() <= 0)
      s.debts[x->obligation.payer].erase({x->obligation.deadline, o.obligation});
    return true;
  }
  bool operator()(const objects::Surrender& o) {
    AuditGrant* g = found(s.grants, o.grant);
    if (g == nullptr) return false;
    Group made = group(o.salt);
    surrender(made, *g, {{o.window, o.quantity}}, objects::ReleaseCause::surrender);
    return true;
  }
  bool operator()(const objects::Renewal& o) {
    AuditGrant* g = found(s.grants, o.grant);
    if (g == nullptr || !g->rule->rule.lease) return false;
    renew(s, *g);
    return true;
  }
  bool operator()(const objects::Activity& o) {
    AuditGrant* g = found(s.grants, o.grant);
    if (g == nullptr) return false;
    g->activity.add(o.interval, o.quantity.value);
    if (g->rule->rule.lease) renew(s, *g);
    return true;
  }
  bool operator()(const objects::DeliveryFailure& o) {
    AuditGrant* g = found(s.grants, o.grant);
    if (g == nullptr) return false;
    s.told_of.emplace(sub.id, o.grant);
    if (o.role != objects::Role::holder) {
      const AuditClaim& claim =
          s.claims.emplace(sub.id, AuditClaim{o, g, s.time, false, false, {}}).first->second;
      s.dues.emplace(claim.contest_end(), objects::Kind::claim_closed, sub.id);
      return true;
    }
    const AuditStrategy* strategy = found(s.strategies, g->leg.strategy);
    bool late = strategy != nullptr &&
                Int128{s.time.value} - std::min(o.failed_at.value, o.window.from.value) >
                    strategy->strategy.notify_within.value;
    Group made = group(o.salt);
    fail_grant(made, *g, {{o.window, o.quantity}}, sub.id, late, AuditTold::by_holder);
    return true;
  }
  bool operator()(const objects::Contest& o) {
    AuditClaim* claim = found(s.claims, o.failure);
    if (claim == nullptr) return false;
    s.told_of.emplace(sub.id, o.failure);
    claim->contested = true;
    s.dues.emplace(claim->witness_end(), objects::Kind::claim_closed, o.failure);
    return true;
  }
  bool operator()(const objects::Witness& o) {
    AuditClaim* claim = found(s.claims, o.failure);
    if (claim == nullptr) return false;
    s.told_of.emplace(sub.id, o.failure);
    claim->witnesses.push_back(o);
    return true;
  }
  bool operator()(const objects::Curtailment& o) {
    AuditDeclaration* d = found(s.declarations, o.declaration);
    if (d == nullptr) return false;
    s.told_of.emplace(sub.id, o.declaration);
    d->curtailed.add(o.window, o.quantity.value);
    Group made = group(o.salt);
    curtail(made, *d, o.window);
    return true;
  }
  void curtail(Group& made, AuditDeclaration& d, const Window& w) {
    SlowLoad excess;
    excess.add(d.load, w);
    excess.add(d.curtailed, w);
    excess.add(w, -Int128{d.declared.quantity.value});
    excess = excess.positive();
    auto grants = d.grants.meeting(w);
    std::stable_sort(grants.begin(), grants.end(), [](const AuditGrant* a, const AuditGrant* b) {
      if (a->rank != b->rank) return a->rank < b->rank;
      if (a->sequence() != b->sequence()) return a->sequence() > b->sequence();
      return a->leg_index > b->leg_index;
    });
    for (const AuditGrant* g : grants) {
      auto pieces = SlowLoad::lesser(excess, g->live.positive()).pieces(w);
      if (pieces.empty()) continue;
      excess.add(pieces, -1);
      fail_grant(made, s.grants.at(g->id), std::move(pieces), sub.id, false,
                 AuditTold::by_curtailment);
    }
  }
  bool operator()(const objects::FallbackRecord& o) {
    AuditFailure* f = found(s.failures, o.failure);
    if (f != nullptr) f->recorded = true;
    s.told_of.emplace(sub.id, o.failure);
    return f != nullptr;
  }
  bool operator()(const objects::PriceIndex& o) {
    s.indices[o.rule].push_back({sub.id, o});
    return s.indices_by_id.emplace(sub.id, o).second;
  }
  bool operator()(const objects::Dispute& o) {
    if (!s.settlements.contains(o.settlement)) return false;
    s.disputed.emplace(o.party, o.settlement, o.ground);
    Group made = group(o.salt);
    resolve_dispute(made, sub.id, o, sequence);
    return true;
  }
  bool operator()(const objects::Tick&) { return true; }
  /// Genesis and derived objects: not by anybody.
  template <class T>
  bool operator()(const T&) {
    return false;
  }
};

Salt salt_of(const objects::Object& object) {
  return std::visit(
      [](const auto& o) {
        if constexpr (requires { o.salt; })
          return o.salt;
        else
          return Salt{};
      },
      object);
}

void count_refusal(AuditState& s, const objects::CheckedSubmission& sub, DerivedGroup& out) {
  const PublicKey* key = submitter_key(sub);
  const std::int64_t length = s.quota.period.value;
  if (key == nullptr || length <= 0 || s.quota.refusals <= 0) return;
  const auto period = static_cast<std::int64_t>(floor_div(s.time.value, length));
  AuditQuota& q = s.quotas[*key];
  if (q.period != period) q = {period, 0, std::nullopt, {}};
  if (++q.refusals != s.quota.refusals) return;
  q.shut_until =
      Instant(static_cast<std::int64_t>(std::min<Int128>((Int128{period} + 1) * length, kWireMax)));
  Group group(s, salt_of(sub.object), out);
  group.add(objects::Shutout{{}, *key, *q.shut_until, q.refusals});
  q.shutout = std::get<objects::Shutout>(out.back().object).salt;
  s.dues.emplace(*q.shut_until, objects::Kind::readmission, ContentId{key->bytes});
}

bool has_effect(const AuditState& s, const AuditDue& due) {
  const auto& [at, kind, id] = due;
  if (kind == objects::Kind::readmission || kind == objects::Kind::review_closed) return true;
  if (kind == objects::Kind::claim_closed) {
    const AuditClaim& claim = s.claims.at(id);
    return !claim.closed && (!claim.contested || claim.witness_end() <= at);
  }
  if (kind == objects::Kind::release) {
    const AuditGrant& g = s.grants.at(id);
    return g.lease_until == at && !live_from(g, at).empty();
  }
  const AuditRequest& r = s.requests.at(id);
  return !r.closed && (r.request.window.until <= at || !r.granted);
}

}  // namespace

const PublicKey* submitter_key(const objects::CheckedSubmission& submission) {
  const bool known = !submission.signatures.empty() && submission.valid.front();
  return known ? &submission.signatures.front().key : nullptr;
}

bool apply(AuditState& s, const objects::CheckedSubmission& submission, std::int64_t sequence,
           const SettlementEvidence* evidence, DerivedGroup& group) {
  s.objects.insert(submission.id);
  return std::visit(Applier{s, submission, sequence, evidence, group}, submission.object);
}

void refuse(AuditState& s, const objects::CheckedSubmission& submission, DerivedGroup& group) {
  count_refusal(s, submission, group);
  const auto* settlement = std::get_if<objects::Settlement>(&submission.object);
  if (settlement == nullptr) return;
  bool own = false;  // submitted by a party of it
  for (const objects::Leg& leg : settlement->legs) {
    if (const AuditDeclaration* d = found(s.declarations, leg.declaration))
      own = own || submission.signed_by(objects::Role::submitter, d->declared.holder);
    if (const AuditRequest* r = found(s.requests, leg.request))
      own = own || submission.signed_by(objects::Role::submitter, r->request.user);
  }
  for (const objects::Leg& leg : settlement->legs) {
    const AuditDeclaration* d = found(s.declarations, leg.declaration);
    const AuditRequest* r = found(s.requests, leg.request);
    if (d == nullptr || r == nullptr || !own) continue;
    const PublicKey &holder = d->declared.holder, &user = r->request.user;
    if (submission.signed_by(objects::Role::holder, holder) &&
        submission.signed_by(objects::Role::user, user))
      s.undischarged[{holder, user, leg.declaration}].push_back({s.time, submission.id});
  }
}

std::optional<AuditDue> next_due(AuditState& s, Instant until) {
  while (!s.dues.empty() && std::get<Instant>(*s.dues.begin()) <= until) {
    if (has_effect(s, *s.dues.begin())) return *s.dues.begin();
    s.dues.erase(s.dues.begin());
  }
  return std::nullopt;
}

void execute(AuditState& s, const AuditDue& due, DerivedGroup& out) {
  const auto [at, kind, id] = due;
  s.dues.erase(due);
  s.time = std::max(s.time, at);
  if (kind == objects::Kind::residual) {
    AuditRequest& r = s.requests.at(id);
    Group group(s, r.request.salt, out);
    close_request(group, r);
  } else if (kind == objects::Kind::release) {
    AuditGrant& g = s.grants.at(id);
    Group group(s, g.settlement->salt, out);
    surrender(group, g, live_from(g, at), objects::ReleaseCause::lapse);
  } else if (kind == objects::Kind::claim_closed) {
    AuditClaim& claim = s.claims.at(id);
    Group group(s, claim.claim.salt, out);
    close_claim(group, id, claim);
  } else if (kind == objects::Kind::review_closed) {
    AuditReview& review = s.reviews.at(id);
    Group group(s, review.salt, out);
    close_review(group, id, review);
  } else {
    PublicKey key{id.bytes};
    AuditQuota& q = s.quotas[key];
    Group group(s, q.shutout, out);
    group.add(objects::Readmission{{}, key, 0});
    q.shut_until.reset();
  }
}

Digest ids_root(const std::vector<ContentId>& ids) {
  AuditTree tree;
  for (const ContentId& id : ids) tree.append(audit_leaf_hash(id.view()));
  return tree.root();
}

}  // namespace capmarket::audit
