// What the auditor knows after the events that it has read: obvious maps, no cleverness. Shares
// nothing with model/chain, model/admission, model/capacity or model/governance.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "model/objects/submission.h"
#include "verify/audit/delegation_graph.h"
#include "verify/audit/peer_breach.h"
#include "verify/audit/slow_load.h"

namespace capmarket::audit {

struct AuditGrant;

/// Grants, found by the time that their windows cover: by start, and no window is longer than the
/// longest.
class GrantsByTime {
 public:
  void add(const AuditGrant& grant);
  /// Those whose window meets `window`, by start, then in order of admission. O(log n + those that
  /// start inside of it or less than the longest before).
  std::vector<const AuditGrant*> meeting(const Window& window) const;

 private:
  std::multimap<Instant, const AuditGrant*> by_start_;
  Int128 longest_ = 0;  // nanoseconds
};

/// An asset class as it was admitted.
struct AuditClass {
  objects::ClassDeclaration declared;
  Instant admitted;
};

/// A version of a rule.
struct AuditRule {
  rules::Rule rule;  // its catalog is not attached: `fallback_ids` say what is in it
  std::int64_t sequence = 0;
  Instant admitted;
  Instant successor_from = kDistantFuture;

  bool in_force(Instant t) const { return rule.effective.contains(t) && t < successor_from; }
};

/// A fallback strategy as it was admitted.
struct AuditStrategy {
  rules::FallbackStrategy strategy;
  Instant admitted;
};

/// A dispute about breaches of an edge: the windows of its settlement's legs there.
struct AuditEdgeDispute {
  BreachDispute dispute;
  std::vector<Window> windows;
};

/// A shared infrastructure, with what is granted on it.
struct AuditInfrastructure {
  ContentId id;
  objects::SharedInfrastructure infrastructure;
  SlowLoad load;                          // of the declarations that name it
  SlowLoad declared;                      // on it
  std::vector<const AuditGrant*> grants;  // on them, in order of admission
  std::vector<objects::PeerAgreement> agreements;  // likewise
  std::vector<std::pair<ContentId, SlowLoad>> punished;  // past breach, by the resolution
  std::vector<AuditEdgeDispute> disputes;                // of an edge, in order
  std::vector<PeerBreach> remedied;                      // by them, as it was then
  GrantsByTime by_time;                                  // the grants again

  /// Adds `times` x the schedule over `window` to `out`.
  void add_schedule(SlowLoad& out, const Window& window, int times) const;
};

/// A declaration, with what is granted of it.
struct AuditDeclaration {
  ContentId id;
  objects::Declaration declared;
  std::int64_t sequence = 0;
  AuditInfrastructure* infrastructure = nullptr;
  SlowLoad load;       // live, and failed but by curtailments of it
  SlowLoad curtailed;  // no longer there: curtailed, or taken back
  std::map<std::pair<std::string, std::string>, SlowLoad> tier_load;  // by rule and tier name
  GrantsByTime grants;
};

/// Why live volume was lost.
enum class AuditLossReason : std::uint8_t { displaced, failed, released };

/// Live volume that a request lost.
struct AuditLoss {
  ContentId id;  // of the Displacement, Failure or Release
  AuditLossReason reason = AuditLossReason::released;
  const AuditGrant* grant = nullptr;
  std::vector<objects::Piece> pieces;
};

/// A request, with what it was granted and lost.
struct AuditRequest {
  ContentId id;
  objects::Request request;
  SlowLoad live;
  std::int64_t next_index = 0;
  bool granted = false;  // something of it ever was
  bool withdrawn = false;
  bool closed = false;
  std::vector<AuditLoss> losses;               // in the order in which they happened
  Int128 granted_volume = 0, lost_volume = 0;  // kept beside `live`, for INV-3
};

/// An admitted settlement.
struct AuditSettlement {
  ContentId id;
  std::int64_t sequence = 0;
  Salt salt;
  Instant signed_at, admitted;
  std::vector<AuditGrant*> grants;  // by leg
  std::vector<ContentId> coordinators;
  std::optional<ContentId> policy;
  std::vector<const AuditGrant*> displaced;  // by its legs
  bool sound = true;  // the audit admits it too
};

/// One admitted leg.
struct AuditGrant {
  ContentId id;
  const AuditSettlement* settlement = nullptr;
  std::int64_t leg_index = 0;
  AuditDeclaration* declaration = nullptr;
  AuditRequest* request = nullptr;
  const AuditRule* rule = nullptr;
  const AuditRule* tier_rule = nullptr;  // whose tier was judged: the rule, or by a policy
  std::int64_t rank = 0;                 // of that tier
  objects::Leg leg;
  SlowLoad live;
  SlowLoad load;      // live, and failed but by curtailments
  SlowLoad activity;  // consumed
  std::int64_t times_displaced = 0;
  Instant lease_until = kDistantFuture;

  std::int64_t sequence() const { return settlement->sequence; }
  const PublicKey& holder() const { return declaration->declared.holder; }
  const PublicKey& user() const { return request->request.user; }
  Volume live_volume() const { return {live.volume()}; }
};

/// An obligation, with what was paid of it in ten-thousandths.
struct AuditObligation {
  objects::Obligation obligation;
  Int128 paid = 0;

  Int128 outstanding() const { return obligation.amount.value - paid; }
};

/// Who told of a failure.
enum class AuditTold : std::uint8_t { by_holder, by_claim, by_curtailment };

/// A failure, with what it owes and who stepped in.
struct AuditFailure {
  ContentId id;
  objects::Failure failure;
  const AuditGrant* grant = nullptr;
  Instant admitted;
  Money trimmed;  // V(before) - V(after)
  Money owed;     // refund and penalty
  bool recorded = false;
  std::vector<const AuditGrant*> substitutes;  // grants of legs that replace it
  AuditTold told = AuditTold::by_holder;
};

/// Somebody else than the holder says that a part of a grant was not delivered.
struct AuditClaim {
  objects::DeliveryFailure claim;
  AuditGrant* grant = nullptr;
  Instant admitted;
  bool contested = false, closed = false;
  std::vector<objects::Witness> witnesses;  // in order of admission

  /// Exclusive ends of the time for a contest, and for witnesses.
  Instant contest_end() const;
  Instant witness_end() const;
};

/// What a revocation put in question.
struct AuditReview {
  ContentId revocation;
  Salt salt;
  Instant until;
  std::set<ContentId> settlements;
  std::map<ContentId, rules::OnReview> outcomes;  // of those that were disputed meanwhile
  bool closed = false;
};

/// An admitted price index.
struct AuditIndex {
  ContentId id;
  objects::PriceIndex index;
};

/// A refusal that must be disclosed.
struct AuditRefusal {
  Instant admitted;
  ContentId id;
};

/// Refusals of one submitter in one period of the protocol's quota.
struct AuditQuota {
  std::int64_t period = -1;
  std::int64_t refusals = 0;
  std::optional<Instant> shut_until;
  Salt shutout;  // of the Shutout
};

using DisclosureParties = std::tuple<PublicKey, PublicKey, ContentId>;  // holder, user, declaration
using AuditDue = std::tuple<Instant, objects::Kind, ContentId>;  // of a Readmission: the submitter's key

/// Everything that the audit knows after the events so far.
struct AuditState {
  ContentId chain, market;
  objects::RefusalQuota quota;
  objects::CoverLimits cover;
  PublicKey log_key;
  Instant time;  // of the last event
  DelegationGraph delegation;
  std::set<ContentId> objects;                             // all admitted and derived
  std::map<std::string, std::vector<AuditClass>> classes;  // versions, oldest first
  std::map<ContentId, AuditRule> rules;
  std::map<std::string, std::vector<const AuditRule*>> rules_named;  // in order of admission
  std::map<ContentId, AuditStrategy> strategies;
  std::map<ContentId, objects::ReconciliationPolicy> policies;
  std::map<ContentId, AuditInfrastructure> infrastructures;
  std::set<ContentId> promulgated;  // rules
  std::map<ContentId, AuditDeclaration> declarations;
  std::map<ContentId, objects::Intent> intents;
  std::map<ContentId, AuditRequest> requests;
  std::map<ContentId, AuditSettlement> settlements;
  std::vector<const AuditSettlement*> settled;  // in order of admission
  std::map<ContentId, AuditGrant> grants;
  std::map<std::string, std::vector<const AuditGrant*>> grants_of_rule;  // by its name, in order
  std::map<PublicKey, GrantsByTime> grants_of_user;
  std::map<ContentId, AuditObligation> obligations;
  std::map<PublicKey, std::set<std::pair<Instant, ContentId>>> debts;  // outstanding, by payer
  std::map<ContentId, AuditFailure> failures;
  std::vector<const AuditFailure*> failed;                        // in order
  std::map<ContentId, AuditClaim> claims;
  std::map<ContentId, AuditReview> reviews;
  /// What revocations, agreements, records, failures, curtailments, contests and witnesses tell of.
  std::map<ContentId, ContentId> told_of;
  std::map<ContentId, std::pair<ContentId, std::size_t>> losses;  // request, place in its losses
  std::map<std::string, std::vector<AuditIndex>> indices;         // by rule name, in order
  std::map<ContentId, objects::PriceIndex> indices_by_id;
  std::set<std::tuple<PublicKey, ContentId, objects::Ground>> disputed;
  /// Which resolution answered for a grant or failure on a ground.
  std::map<std::tuple<objects::Ground, ContentId>, ContentId> answered;
  std::map<std::pair<ContentId, std::string>, SlowLoad> assets;  // declared, by (issuer, id)
  std::map<DisclosureParties, std::vector<AuditRefusal>> undischarged;
  std::map<PublicKey, AuditQuota> quotas;
  std::set<AuditDue> dues;

  /// The version of a class that binds what is signed at `when`.
  const objects::ClassDeclaration* class_at(const std::string& name, Instant when) const;
  /// The version of a rule name in force at `when`, of all that is admitted.
  const AuditRule* rule_in_force(const std::string& name, Instant when) const;
  const AuditLoss* loss(const ContentId& id) const;
};

/// What `map` holds under `id`, or null.
template <class Map, class Key>
auto found(Map& map, const Key& id) -> decltype(&map.begin()->second) {
  auto it = map.find(id);
  return it == map.end() ? nullptr : &it->second;
}

/// `t` rounded up to a multiple of the rule's granularity, counted from its origin.
Instant rounded_up(const rules::Rule& rule, Instant t);
/// What of a declaration is neither in its load nor gone, from `t` rounded up to its class's
/// granularity on, as pieces of positive quantity.
std::vector<objects::Piece> free_ahead(const AuditState& s, const AuditDeclaration& d, Instant t);
/// V(price, volume); zero beyond 64 bits.
Money worth_of(Money price, Int128 volume);
/// a + b and a - b; zero beyond 64 bits.
Money total_of(Money a, Money b);
Money difference_of(Money a, Money b);
/// floor(money x ratio / 10 000); zero beyond 64 bits.
Money tenths_of(Money money, BasisPoints ratio);

}  // namespace capmarket::audit
