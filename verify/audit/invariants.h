// The invariants that are looked at directly, beside deciding again: after each admitted event, on
// what it touched. Source: docs/spec/semantics.md#invariants.
#pragma once

#include <string>
#include <vector>

#include "model/objects/invariants.h"
#include "verify/audit/effects.h"

namespace capmarket::audit {

/// An invariant that does not hold, with what shows it.
struct WatchFinding {
  objects::Invariant invariant;
  std::string detail;
};

/// `state` is that after the event; `group` what it caused; `evidence` a settlement's.
/// INV-1, INV-3, INV-4, INV-5, INV-8, INV-10. O(breakpoints of what was touched).
std::vector<WatchFinding> watch(const AuditState& state, const objects::CheckedSubmission& submission,
                                const SettlementEvidence* evidence, const DerivedGroup& group);

/// How many infrastructures but peer ones are loaded above their schedule at some instant.
std::int64_t inherited_excess(const AuditState& state);

}  // namespace capmarket::audit
