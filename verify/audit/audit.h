// The independent audit: the bytes of a chain directory in, a verdict out. It decides every
// submission again with its own slow state and shares no code with admission, capacity, chain or
// governance. Source: docs/spec/chain.md#what-verify-checks, docs/spec/semantics.md#invariants.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/objects/invariants.h"
#include "verify/audit/frames.h"
#include "verify/audit/judge.h"

namespace capmarket::audit {

/// What is wrong with a chain, and where.
struct AuditViolation {
  objects::Invariant invariant{};
  std::int64_t sequence = -1;  // -1: the checkpoint, which belongs to no entry
  DamageClass kind = DamageClass::crc;
  std::string detail;
};

/// What the bytes of a chain came to.
struct AuditReport {
  ContentId chain;
  crypto::Scheme scheme{};  // of the genesis, like the first key of the log
  PublicKey first_log_key;
  PublicKey log_key;        // in force at its end
  /// The keys of the log, each with the size from which on it signs.
  std::vector<std::pair<std::int64_t, PublicKey>> log_keys;
  std::int64_t size = 0;  // signed by the checkpoint
  Digest root;            // recomputed from the leaves
  std::map<std::int64_t, Digest> roots_at;  // of so many first leaves: `AuditOptions::roots_at`
  std::string note;  // the checkpoint as it stands; empty where the log did not sign it
  std::int64_t audited = 0;
  std::int64_t signatures_verified = 0;  // that are valid
  std::int64_t signatures_invalid = 0;   // the others: no decision rests on one
  std::int64_t settlements_admitted = 0, settlements_refused = 0;
  std::int64_t derived = 0;  // recomputed from what caused them
  std::int64_t refused = 0;  // submissions of any kind
  std::int64_t pruned = 0;   // their bodies are gone: taken as their leaves say, not decided again
  std::int64_t pruned_present = 0;  // of those, bodies that are still on the disk
  // Refusals with their bodies that stand as recorded, because they may rest on what is pruned.
  std::vector<std::int64_t> not_redecided;
  std::map<std::string, std::int64_t> refused_by;  // by clause, failed or unresolved
  std::map<std::string, std::int64_t> entries_of_kind;  // decided either way, and derived
  std::set<ContentId> rules;                            // admitted
  // Infrastructures loaded above their schedule at some instant, which no coordinated leg caused.
  std::int64_t inherited_excess = 0;
  std::vector<PeerBreach> breaches;        // of edges; findings, no violations
  std::int64_t unsigned_tail = 0;          // whole entries beyond the signed size: ignored
  std::int64_t recorded = 0;               // size that the writer's record names, >= size
  std::vector<AuditViolation> violations;  // in order of sequence; at most kViolationsMax
  std::int64_t violations_dropped = 0;     // beyond that
  bool damaged = false;  // bytes below the signed size are not what was signed: the rest is unread
  bool tail_uncounted = false;  // more lies beyond `unsigned_tail`, which is at least so many
  bool out_of_time = false;     // `AuditOptions::out_of_time` ended it: what was found stands, the
                                // rest is unread

  /// No violation at all.
  bool holds() const { return violations.empty() && violations_dropped == 0; }
};

/// So many violations are kept; the others are counted.
inline constexpr std::size_t kViolationsMax = 100;

/// Sees the audit as it goes, in order of sequence.
class AuditObserver {
 public:
  virtual ~AuditObserver() = default;
  /// Before the settlement changes the state. `recorded` is what its leaf says.
  virtual void on_settlement(const SettlementEvidence& evidence, const Judgement& recorded) = 0;
  /// The state after the last entry.
  virtual void on_end(const AuditState& state) = 0;
};

/// How the audit is run, and who sees it.
struct AuditOptions {
  int threads = 2;  // check signatures; the report does not depend on it
  AuditObserver* observer = nullptr;
  std::set<std::int64_t> roots_at{};  // so many leaves whose roots are asked for beside
  bool allow_mac = true;      // false: a chain whose signatures anybody can forge is a problem
  /// By sequence number: read as if a later Pruning listed them, for who is about to write one.
  std::vector<bool> as_pruned{};
  /// Asked before each entry; true ends the audit. None: it takes what it takes.
  std::function<bool()> out_of_time{};
};

/// Reads only; memory is bounded by a segment, a batch of entries and the state. `dir` is a chain
/// directory, or a run directory with `chain/`. Problems: no chain at all.
Result<AuditReport> audit_chain(const std::string& dir, const AuditOptions& options);

}  // namespace capmarket::audit
