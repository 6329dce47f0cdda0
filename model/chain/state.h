// The chain's state: everything that admission looks up, as plain data. A pure function of the log.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "model/admission/decision.h"
#include "model/base/index.h"
#include "model/capacity/piece.h"
#include "model/governance/delegation.h"
#include "model/objects/submission.h"

namespace capmarket::chain {

struct RuleRecord;
struct InfrastructureRecord;
struct DeclarationRecord;
struct RequestRecord;
struct SettlementRecord;
struct GrantRecord;
struct ObligationRecord;
struct FailureRecord;
struct LossRecord;
struct ClaimRecord;
struct ReviewRecord;

/// Places in the state's lists.
using RuleIndex = Index<RuleRecord>;
using InfrastructureIndex = Index<InfrastructureRecord>;
using AgreementIndex = Index<objects::PeerAgreement>;
using DeclarationIndex = Index<DeclarationRecord>;
using RequestIndex = Index<RequestRecord>;
using SettlementIndex = Index<SettlementRecord>;
using GrantIndex = Index<GrantRecord>;
using ObligationIndex = Index<ObligationRecord>;
using FailureIndex = Index<FailureRecord>;
using ClaimIndex = Index<ClaimRecord>;
using ReviewIndex = Index<ReviewRecord>;
using LossIndex = Index<LossRecord>;  // among the losses of one request

/// An object that stands on the chain, admitted or derived.
struct ObjectRecord {
  objects::Kind kind = objects::Kind::tick;
  Sequence sequence;
};

/// A version of a class, in force from its admission until the next.
struct ClassRecord {
  ContentId id;
  objects::ClassDeclaration declared;
  Instant admitted;
};

/// A version of a rule.
struct RuleRecord {
  ContentId id;
  rules::Rule rule;  // with its catalog attached
  Instant admitted;
  /// `from` of the first successor; kDistantFuture without one.
  Instant successor_from = kDistantFuture;

  bool in_force(Instant t) const { return rule.effective.contains(t) && t < successor_from; }
};

/// An admitted fallback strategy.
struct StrategyRecord {
  rules::FallbackStrategy strategy;
  Instant admitted;
};

/// Past volume of a breach of an edge that a resolution punished.
struct PunishedBreach {
  ContentId resolution;
  capacity::Pieces pieces;
};

/// A shared infrastructure, with what is granted of it.
struct InfrastructureRecord {
  ContentId id;
  objects::SharedInfrastructure infrastructure;
  capacity::StepFunction excess;                   // load - schedule
  capacity::StepFunction declared;                 // on it: at most kWireMax at every instant
  std::vector<GrantIndex> grants;                  // on declarations that name it
  std::vector<AgreementIndex> agreements;          // of a peer resource
  std::vector<PunishedBreach> punished;            // likewise, in order
};

/// A declaration, alone or from a batch, with what is granted of it.
struct DeclarationRecord {
  ContentId id;
  objects::Declaration declared;
  Sequence sequence;
  InfrastructureIndex infrastructure;  // none: not shared
  capacity::StepFunction taken;      // load + curtailed
  capacity::StepFunction curtailed;  // what is no longer there, what was retracted included
  capacity::StepFunction retracted;  // what of that went back to the asset
  std::vector<GrantIndex> grants;
};

/// Why a request lost live volume.
enum class LossReason : std::uint8_t { displaced, failed, released };

/// Live volume that a request lost, in the order in which it happened.
struct LossRecord {
  ContentId id;  // of the Displacement, Failure or Release
  LossReason reason = LossReason::released;
  GrantIndex grant;
  capacity::Pieces pieces;
};

/// A request, with what it was granted and lost.
struct RequestRecord {
  ContentId id;
  objects::Request request;
  Instant admitted;
  capacity::StepFunction live;  // its live legs
  std::int64_t next_index = 0;
  bool granted = false;  // something of it was ever granted
  bool withdrawn = false;
  bool closed = false;
  IndexedVector<LossRecord> losses;
};

/// One admitted leg.
struct GrantRecord {
  ContentId id;
  SettlementIndex settlement;
  std::int32_t leg_index = 0;  // in its settlement
  Sequence sequence;
  Instant admitted;
  DeclarationIndex declaration;
  RequestIndex request;
  RuleIndex rule;
  RuleIndex tier_rule;  // that judged tier and rank: its own, or a policy's
  std::int64_t rank = 0;
  objects::Leg leg;
  capacity::Pieces live;
  capacity::Pieces failed;    // still in the load: not by a curtailment
  capacity::Pieces activity;  // consumed
  std::int64_t times_displaced = 0;
  Instant lease_until = kDistantFuture;
};

/// An admitted settlement; its grants are `legs` in a row from `first_grant`.
struct SettlementRecord {
  ContentId id;
  Salt salt;
  Sequence sequence;
  Instant signed_at, admitted;
  GrantIndex first_grant;
  std::int32_t legs = 0;
  std::vector<ContentId> coordinators;
  std::optional<ContentId> policy;
  std::vector<GrantIndex> displaced;  // by its legs, in order
  std::vector<ReviewIndex> reviews = {};             // that it lies in
  std::vector<admission::ClauseId> misapplied = {};  // what the decision run again finds

  /// Of leg 0 <= `leg` < `legs`.
  GrantIndex grant(std::int32_t leg) const {
    return GrantIndex(std::int64_t{first_grant.value} + leg);
  }
};

/// What somebody owes, with what was paid of it.
struct ObligationRecord {
  ContentId id;
  objects::Obligation obligation;
  Money paid;

  Money outstanding() const { return obligation.amount - paid; }
};

/// What told of a failure.
enum class FailureOrigin : std::uint8_t { notice, claim, curtailment };

/// A failure of a grant, with what followed from it.
struct FailureRecord {
  ContentId id;
  objects::Failure failure;
  GrantIndex grant;
  Instant admitted;
  Money trimmed;  // V(before) - V(after)
  Money owed;     // refund + penalty
  bool recorded = false;
  std::vector<ContentId> substitutes;  // settlements with a leg that replaces it
  FailureOrigin origin = FailureOrigin::notice;
};

/// A claim of non-delivery, from its admission on.
struct ClaimRecord {
  ContentId id;
  objects::DeliveryFailure claim;
  GrantIndex grant;
  Instant admitted;
  bool contested = false;
  bool closed = false;
  std::vector<std::pair<PublicKey, objects::Side>> witnesses;  // in order; each key once
};

/// A review of the settlements that rest on a revoked link.
struct ReviewRecord {
  ContentId id;
  Salt salt;
  Instant until;
  std::int64_t settlements = 0;  // count
  bool closed = false;
  std::map<SettlementIndex, rules::OnReview> disputed;  // while it is open: what each came to
};

/// An admitted price index.
struct PriceIndexRecord {
  ContentId id;
  objects::PriceIndex index;
};

/// A refusal that a later settlement of the same three must disclose.
struct RefusalRecord {
  ContentId id;
  Instant admitted;
};

/// Whom a duty to disclose binds, and about what.
struct DisclosureKey {
  PublicKey holder;
  PublicKey user;
  ContentId declaration;
  auto operator<=>(const DisclosureKey&) const = default;
};

/// Refusals of one submitter in one period of the protocol's quota.
struct RefusalCount {
  std::int64_t period = -1;
  std::int64_t refusals = 0;
  bool shut_out = false;
  std::int64_t turned_away = 0;
  Salt salt;  // of the shut-out
};

/// What happens by itself once its instant is reached.
struct Due {
  Instant at;
  objects::Kind kind;  // residual, release (a lapse), readmission, claim_closed, review_closed
  ContentId
      id;  // of what is due: a request, grant, claim, review; of a readmission, the submitter's key
  auto operator<=>(const Due&) const = default;
};

/// Everything that admission looks up. Lists only grow: their indices stay.
struct ChainState {
  ContentId chain;   // of the whole genesis
  ContentId market;  // of the genesis under any scheme: what the market's own ids follow from
  objects::Genesis genesis;
  Instant time;  // of the last admission

  governance::Delegation delegation;
  std::map<std::string, std::vector<ClassRecord>> classes;  // versions by name, in order
  IndexedVector<RuleRecord> rules;
  std::map<std::string, std::vector<RuleIndex>> rules_named;  // versions by name, in order
  std::map<ContentId, StrategyRecord> strategies;
  std::map<ContentId, objects::ReconciliationPolicy> policies;
  IndexedVector<InfrastructureRecord> infrastructures;
  IndexedVector<objects::PeerAgreement> agreements;
  IndexedVector<DeclarationRecord> declarations;
  std::map<ContentId, objects::Intent> intents;
  IndexedVector<RequestRecord> requests;
  IndexedVector<SettlementRecord> settlements;
  IndexedVector<GrantRecord> grants;
  std::map<std::string, std::vector<GrantIndex>> grants_of_rule;  // by its name, in order
  std::map<PublicKey, std::vector<GrantIndex>> grants_of_user;    // in order
  IndexedVector<ObligationRecord> obligations;
  std::map<PublicKey, std::set<std::pair<Instant, ObligationIndex>>>
      debts;  // outstanding, by deadline
  IndexedVector<FailureRecord> failures;
  IndexedVector<ClaimRecord> claims;
  IndexedVector<ReviewRecord> reviews;
  std::map<std::string, std::vector<PriceIndexRecord>> indices;      // by rule name, in order
  std::set<std::tuple<PublicKey, ContentId, objects::Ground>> disputed;       // party, settlement, ground
  /// The resolution that remedied a grant or failure on a ground; it is not remedied again.
  std::map<std::pair<ContentId, objects::Ground>, ContentId> remedied;
  std::set<ContentId> promulgated;                                   // rules
  std::map<std::pair<ContentId, std::string>, capacity::StepFunction> assets;  // declared, by asset key
  std::map<DisclosureKey, std::vector<RefusalRecord>> undischarged;
  std::map<PublicKey, RefusalCount> refusals;  // by submitter
  std::set<Due> dues;

  template <class Record>
  using ById = std::unordered_map<ContentId, Index<Record>, FixedBytesHash>;  // looked up only
  ById<RuleRecord> rule_index;
  ById<DeclarationRecord> declaration_index;
  ById<RequestRecord> request_index;
  ById<SettlementRecord> settlement_index;
  ById<GrantRecord> grant_index;
  ById<InfrastructureRecord> infrastructure_index;
  ById<ObligationRecord> obligation_index;
  ById<FailureRecord> failure_index;
  ById<ClaimRecord> claim_index;
  ById<ReviewRecord> review_index;
  /// What is told of: the target of a revocation, the edge of an agreement, the failure of a
  /// fallback record, the grant of a delivery failure, the declaration of a curtailment, the
  /// revocation of a review, the claim of a contest or witness.
  std::unordered_map<ContentId, ContentId, FixedBytesHash> about;
  std::unordered_map<ContentId, std::pair<RequestIndex, LossIndex>, FixedBytesHash> loss_index;
  std::unordered_map<ContentId, ObjectRecord, FixedBytesHash> objects;
  std::unordered_map<std::string, std::int64_t> name_numbers;
  std::vector<std::string> names;  // by number

  /// The number of a name: the same name, the same number. Numbers follow first use.
  std::int64_t number(const std::string& name);

  /// The record of that id, of each kind; null without one. Valid until the next event. O(1).
  const RuleRecord* rule(const ContentId& id) const;
  /// Whether `ancestor` is `version`, or what it supersedes, directly or not. Precondition: both
  /// are of this state. O(versions).
  bool is_ancestor_or_same(RuleIndex ancestor, RuleIndex version) const;
  /// The version of that name in force at `t`, of all that is admitted; null without one.
  const RuleRecord* rule_in_force(const std::string& name, Instant t) const;
  const DeclarationRecord* declaration(const ContentId& id) const;
  const RequestRecord* request(const ContentId& id) const;
  const SettlementRecord* settlement(const ContentId& id) const;
  const GrantRecord* grant(const ContentId& id) const;
  const InfrastructureRecord* infrastructure(const ContentId& id) const;
  const ObligationRecord* obligation(const ContentId& id) const;
  const FailureRecord* failure(const ContentId& id) const;
  const ClaimRecord* claim(const ContentId& id) const;
  const LossRecord* loss(const ContentId& id) const;
  /// The version admitted last, at or before `at`; null where the class did not exist then.
  const ClassRecord* class_at(const std::string& name, Instant at) const;

  /// Who declared what the grant is of, who asked for it, and the version of the rule that it is
  /// under. Precondition: a grant of this state. O(1).
  const PublicKey& holder_of(const GrantRecord& g) const;
  const PublicKey& user_of(const GrantRecord& g) const;
  const rules::Rule& rule_of(const GrantRecord& g) const { return rules[g.rule].rule; }
};

/// State after the genesis. The genesis must be signed by each root: checked by the caller.
ChainState initial_state(const objects::Genesis& genesis, const ContentId& id, Instant at);

/// `t` rounded up to a multiple of the rule's granularity, counted from its origin. Saturates at
/// kDistantFuture.
Instant ceil_to(const rules::Rule& rule, Instant t);

/// What a retraction at `at` takes back: of each instant from `at` on, rounded up to the class's
/// granularity, what is neither in the load nor gone. Precondition: of this state.
capacity::Pieces retractable(const ChainState& state, const DeclarationRecord& declaration,
                             Instant at);

/// `t` + `d`, at most kDistantFuture.
Instant after(Instant t, Duration d);

/// V(price, volume); zero where it leaves 64 bits, which the rule's limits exclude for what was
/// admitted.
Money worth(Money price, Volume volume);

/// `tenths` ten-thousandths of `money`, floored.
Money ratio_of(Money money, BasisPoints ratio);

/// A refused settlement whose holder and user signed leaves a duty to disclose it, nothing else.
void apply_refusal(ChainState& state, const objects::CheckedSubmission& submission);

}  // namespace capmarket::chain
