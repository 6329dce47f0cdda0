// Shared between the two sources of the auditor's decisions.
#pragma once

#include "verify/audit/judge.h"

namespace capmarket::audit_internal {

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
  kPrice = 17,
  kSequence = 19,
  kDisclosure = 20,
  kRetention = 22,
  kNarrowing = 23,
  kStanding = 24,
};

/// Notes one clause: unresolved where something it needs does not exist, else failed or nothing.
inline void note(Judgement& j, Number clause, bool resolved, bool holds) {
  if (!resolved)
    j.unresolved.push_back(clause);
  else if (!holds)
    j.failed.push_back(clause);
}

inline bool multiple(Int128 value, Int128 of) { return of > 0 && value % of == 0; }

CredentialEvidence credential_evidence(const AuditState& s, const ContentId& id, Role role,
                                       const PublicKey* party, const Location* location);

}  // namespace capmarket::audit_internal
