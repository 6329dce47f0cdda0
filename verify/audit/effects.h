// What happens after an event, recomputed: the state that follows and the derived objects that must
// stand on the chain behind it. Source: docs/spec/semantics.md#groups and the sections from
// docs/spec/semantics.md#money on.
#pragma once

#include <vector>

#include "model/objects/invariants.h"
#include "verify/audit/evidence.h"
#include "verify/audit/state.h"

namespace capmarket::audit {

/// A derived object that must come next.
struct ExpectedDerived {
  ContentId id;
  objects::Object object;
  objects::Kind kind() const { return objects::kind_of(object); }
};
/// An event's derived objects, in their order.
using DerivedGroup = std::vector<ExpectedDerived>;

/// What an admitted object changes. False where it refers to what does not exist, so that it
/// cannot have been admitted; then nothing changes. `evidence` is a settlement's.
bool apply(AuditState& state, const objects::CheckedSubmission& submission, std::int64_t sequence,
           const SettlementEvidence* evidence, DerivedGroup& group);
/// A refusal counts against its submitter; one of a settlement that holder and user signed must be
/// disclosed later.
void refuse(AuditState& state, const objects::CheckedSubmission& submission, DerivedGroup& group);

/// Who is counted: the key of the envelope, where its signature is valid; else null.
const PublicKey* submitter_key(const objects::CheckedSubmission& submission);

/// The first due at or before `until` that still has an effect; the others are dropped.
std::optional<AuditDue> next_due(AuditState& state, Instant until);
/// Its effect. `turned_away` of a Readmission is the chain's word: zero here.
void execute(AuditState& state, const AuditDue& due, DerivedGroup& group);

/// RFC 9162 root over ids as entries.
Digest ids_root(const std::vector<ContentId>& ids);

/// The invariant that a missing or wrong derived object breaks.
objects::Invariant invariant_of(objects::Kind kind);
/// The very object; of a readmission, `turned_away` is known to the writer alone.
bool stands_for(const objects::CheckedSubmission& submission, const ExpectedDerived& expected);

}  // namespace capmarket::audit
