// The auditor's own decision on a submission, written from docs/spec/semantics.md#admission in
// plain C++, with clause numbers as they stand in leaves. Shares nothing with model/admission.
#pragma once

#include <vector>

#include "verify/audit/evidence.h"
#include "verify/audit/frames.h"
#include "verify/audit/state.h"

namespace capmarket::audit {

/// Clause numbers, ascending; admitted when both are empty.
struct Judgement {
  std::vector<std::int64_t> failed;
  std::vector<std::int64_t> unresolved;
  std::vector<AuditShortfall> shortfalls;  // of a refused settlement
  std::uint64_t asked = 0;                 // bits by number: of the audit's own, all that it looked at
  bool admitted() const { return failed.empty() && unresolved.empty(); }
  /// What was decided.
  bool operator==(const Judgement& o) const {
    return failed == o.failed && unresolved == o.unresolved && shortfalls == o.shortfalls;
  }
};
/// `holder-scope`; `clause 99` for a number that nobody knows.
std::string clause_text(std::int64_t number);
/// `capacity sequence`; unresolved ones with `?`; behind them what the legs lack.
std::string to_text(const Judgement& judgement);

/// The decision on a settlement. O(legs x (links + victims + shards)).
Judgement judge(const SettlementEvidence& e);

/// Empty for kinds that nobody may submit. O(clauses x links + breakpoints).
std::optional<Judgement> judge(const AuditState& state, const objects::CheckedSubmission& submission,
                               Instant at);

}  // namespace capmarket::audit
