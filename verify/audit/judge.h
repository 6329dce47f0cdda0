// The auditor's own decision on a submission, written from semantics.md section 4 in plain C++,
// with clause numbers as they stand in leaves. Shares nothing with model/admission.
#pragma once

#include <vector>

#include "verify/audit/state.h"

namespace capmarket {

/// Clause numbers, ascending; admitted when both are empty.
struct Judgement {
  std::vector<std::int64_t> failed;
  std::vector<std::int64_t> unresolved;
  bool operator==(const Judgement&) const = default;
};
/// `holder-scope`; `clause 99` for a number that nobody knows.
std::string clause_text(std::int64_t number);
/// `capacity sequence`; unresolved ones with `?`.
std::string to_text(const Judgement& judgement);

struct CredentialEvidence {
  bool exists = false, role_fits = false, subject_fits = false, rooted = false;
  std::vector<Window> links;  // validity, the credential's own first
  bool scope_reaches = false, issuer_reaches = false;
  bool resolves(Instant when) const;
};

/// Everything that the decision on one settlement rests on, at its own sequence number. One leg.
struct SettlementEvidence {
  std::int64_t sequence = 0;
  Instant signed_at, admission;
  bool envelope_signed = false, holder_signed = false, user_signed = false;
  std::int64_t index = 0, next_index = 0;
  Leg leg;
  const AuditDeclaration* declaration = nullptr;  // null where it does not exist, likewise below
  const AuditRequest* request = nullptr;
  const AuditRule* rule = nullptr;
  const ClassDeclaration* declared_class = nullptr;
  CredentialEvidence holder, user;
  std::vector<Membership> memberships;
  bool eligible = false;
  bool request_closed = false, declaration_named = false;
  Instant successor_from;
  bool disclosure_due = false, names_latest = false;
  Int128 load_max = 0;  // of the declaration over the leg's window; only where that is not empty
  Int128 live_max = 0;  // of the request likewise
};
/// Precondition: one leg. Pointers stay valid until the state changes.
SettlementEvidence gather(const AuditState& state, const CheckedSubmission& submission,
                          const Settlement& settlement, Instant at);
Judgement judge(const SettlementEvidence& e);

/// Empty for kinds that nobody may submit. O(clauses x links + breakpoints).
std::optional<Judgement> judge(const AuditState& state, const CheckedSubmission& submission,
                               Instant at);

}  // namespace capmarket
