// Shared between the sources of the auditor's decisions.
#pragma once

#include <algorithm>

#include "verify/audit/gather_internal.h"
#include "verify/audit/judge.h"

namespace capmarket::audit {

/// Clause numbers as they stand in leaves. Source: docs/spec/chain.md#canonical-numbers.
enum Number : std::int64_t {
  kObjectsResolve = 1,
  kSignatures = 2,
  kHolderScope = 3,
  kAsset = 4,
  kUserMembership = 5,
  kTierEligible = 6,
  kRuleInForce = 7,
  kClassUnit = 8,
  kWindow = 9,
  kGranularity = 10,
  kQuantity = 11,
  kCapacity = 12,
  kSharedCapacity = 13,
  kCoordination = 14,
  kDisplacement = 15,
  kTierQuota = 16,
  kPrice = 17,
  kFallback = 18,
  kSequence = 19,
  kDisclosure = 20,
  kJurisdictions = 21,
  kRetention = 22,
  kNarrowing = 23,
  kStanding = 24,
  kOutstanding = 25,
  kActivityBounded = 26,
  kActivityAuthorized = 27,
  kIndexComplete = 28,
  kRecordComplete = 29,
};

/// Notes one clause: unresolved where something it needs does not exist, else failed or nothing.
inline void note(Judgement& j, Number clause, bool resolved, bool holds) {
  j.asked |= std::uint64_t{1} << clause;
  if (!resolved)
    j.unresolved.push_back(clause);
  else if (!holds)
    j.failed.push_back(clause);
}

/// A multiple of a positive number.
inline bool multiple(Int128 value, Int128 of) { return of > 0 && value % of == 0; }

/// excess + quantity <= 0. An excess above 64 bits fails; below kUnlimited nothing limits any more.
inline bool fits(Int128 excess, Quantity quantity) {
  return excess <= std::numeric_limits<std::int64_t>::max() &&
         std::max(excess, kUnlimited) + quantity.value <= 0;
}

template <class T>
bool has(const std::vector<T>& list, const T& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

template <class T>
bool distinct(std::vector<T> list) {
  std::sort(list.begin(), list.end());
  return std::adjacent_find(list.begin(), list.end()) == list.end();
}

/// The submission that is being judged. One function a kind; empty for kinds nobody may submit.
struct Judge {
  const AuditState& s;
  const objects::CheckedSubmission& sub;
  Instant at;

  Judgement operator()(const objects::Settlement& o);
  // judge_grants.cc
  Judgement operator()(const objects::AuthorityGrant& o);
  Judgement operator()(const objects::CredentialGrant& o);
  // judge_rules.cc
  Judgement operator()(const objects::ClassDeclaration& o);
  Judgement operator()(const rules::Rule& o);
  // judge_edicts.cc
  Judgement operator()(const rules::FallbackStrategy& o);
  Judgement operator()(const objects::ReconciliationPolicy& o);
  Judgement operator()(const objects::SharedInfrastructure& o);
  Judgement operator()(const objects::PeerAgreement& o);
  Judgement operator()(const objects::Promulgation& o);
  Judgement operator()(const objects::Revocation& o);
  // judge_market.cc
  Judgement operator()(const objects::Declaration& o);
  Judgement operator()(const objects::DeclarationBatch& o);
  Judgement operator()(const objects::Intent& o);
  Judgement operator()(const objects::Request& o);
  // judge_parts.cc
  Judgement operator()(const objects::Surrender& o);
  Judgement operator()(const objects::DeliveryFailure& o);
  Judgement operator()(const objects::Curtailment& o);
  Judgement operator()(const objects::Activity& o);
  // judge_notices.cc
  Judgement operator()(const objects::Withdrawal& o);
  Judgement operator()(const objects::Renewal& o);
  Judgement operator()(const objects::Retract& o);
  Judgement operator()(const objects::Payment& o);
  Judgement operator()(const objects::FallbackRecord& o);
  Judgement operator()(const objects::PriceIndex& o);
  Judgement operator()(const objects::Contest& o);
  Judgement operator()(const objects::Witness& o);
  Judgement operator()(const objects::Dispute& o);
};

}  // namespace capmarket::audit
