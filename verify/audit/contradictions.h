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

/// What has lost its body so far.
struct Gone {
  bool settled = false, refused = false;  // settlements
  bool declared = false;                  // declarations, batches, retractions, curtailments
  bool priced = false;                    // price indices
  bool batched = false;                   // batches: the ids of their items stand in no leaf
  std::set<ContentId> ids;                // admitted; of settlements those of their grants too
  void add(const AuditLeaf& leaf);
};

/// Whether a refusal of the object may have been decided by what is gone: what it names is there no
/// more, or the audit differs in nothing but clauses that read what such entries did. It has to be one
/// that its kind can come to. Source: docs/spec/chain.md#pruning.
bool may_rest_on(const Gone& gone, const objects::Object& object, const AuditState& state,
                 const Judgement& recorded, const Judgement& own);

}  // namespace capmarket::audit
