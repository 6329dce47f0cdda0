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
#include "verify/audit/slow_load.h"

namespace capmarket {

struct AuditClass {
  ClassDeclaration declared;
  Instant admitted;
};

struct AuditRule {
  Rule rule;
  Instant successor_from = kDistantFuture;
};

/// One admitted leg on a declaration.
struct AuditPiece {
  std::int64_t sequence = 0;
  Window window;
  Quantity quantity;
};

struct AuditDeclaration {
  Declaration declared;
  std::int64_t sequence = 0;
  SlowLoad load;
  std::vector<AuditPiece> pieces;  // in order of admission
};

struct AuditRequest {
  Request request;
  SlowLoad live;
  std::int64_t next_index = 0;
  bool granted = false;
  bool closed = false;
};

struct AuditRefusal {
  Instant admitted;
  ContentId id;
};

using DisclosureParties = std::tuple<PublicKey, PublicKey, ContentId>;  // holder, user, declaration
using AuditDue = std::tuple<Instant, Kind, ContentId>;

struct AuditState {
  ContentId chain;
  Instant time;  // of the last event
  DelegationGraph delegation;
  std::map<std::string, std::vector<AuditClass>> classes;  // versions, oldest first
  std::map<ContentId, AuditRule> rules;
  std::map<ContentId, AuditDeclaration> declarations;
  std::map<ContentId, AuditRequest> requests;
  std::map<std::pair<ContentId, std::string>, SlowLoad> assets;  // declared, by (issuer, id)
  std::map<DisclosureParties, std::vector<AuditRefusal>> undischarged;
  std::set<AuditDue> dues;

  /// The version of a class that binds what is signed at `when`.
  const ClassDeclaration* class_at(const std::string& name, Instant when) const;

  /// What an admitted object changes. False where it refers to what does not exist, so that it
  /// cannot have been admitted; then nothing changes.
  bool apply(const CheckedSubmission& submission, std::int64_t sequence);
  /// A refused settlement that holder and user signed must be disclosed later.
  void refuse(const CheckedSubmission& submission);

  /// The first due at or before `until` that closes a request; those that close nothing are
  /// dropped.
  std::optional<AuditDue> next_due(Instant until);
  /// Closes the request of a due: the residual that must stand on the chain.
  Residual close(const AuditDue& due);
};

}  // namespace capmarket
