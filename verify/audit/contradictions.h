// How a recorded decision and the audit's own differ, and what each difference breaks.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "model/objects/invariants.h"
#include "model/objects/kinds.h"
#include "verify/audit/judge.h"

namespace capmarket::audit {

/// One way in which a leaf says something else than the audit.
struct Contradiction {
  objects::Invariant invariant{};
  std::string detail;
};

/// None where both are the same. An admission stands or falls by its clauses. A refusal stands with its
/// reasons: each clause that it breaks, and no other.
std::vector<Contradiction> contradictions(objects::Kind kind, bool admitted, const Judgement& recorded,
                                          const Judgement& own);

/// What has lost its body so far, and no Pruning lists yet: who decides behind the one that lists it
/// decides without it, then as now.
struct Gone {
  std::int64_t settled = 0, refused = 0;  // settlements
  std::int64_t declared = 0;              // declarations, batches, retractions, curtailments
  std::int64_t priced = 0;                // price indices
  std::int64_t batched = 0;               // batches: the ids of their items stand in no leaf
  std::multiset<ContentId> ids;           // admitted; of settlements those of their grants too
  /// What a leaf says of its entry.
  struct Of {
    std::int64_t kind = 0;
    ContentId id;
    bool admitted = false;
  };
  void add(const Of& leaf) { count(leaf, 1); }
  void remove(const Of& leaf) { count(leaf, -1); }

 private:
  void count(const Of& leaf, std::int64_t by);
};

/// Whether a refusal of the object may have been decided by what is gone: what it names is there no
/// more, or the audit differs in nothing but clauses that read what such entries did. It has to be one
/// that its kind can come to. Source: docs/spec/chain.md#pruning.
bool may_rest_on(const Gone& gone, const objects::Object& object, const AuditState& state,
                 const Judgement& recorded, const Judgement& own);

}  // namespace capmarket::audit
