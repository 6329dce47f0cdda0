// How a recorded decision and the audit's own differ, and what each difference breaks.
#pragma once

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

/// What kinds of entries have lost their bodies so far.
struct Gone {
  bool any = false;
  bool settled = false, refused = false;  // settlements
  bool declared = false;                  // declarations, batches, retractions, curtailments
  bool priced = false;                    // price indices
  void add(const AuditLeaf& leaf);
};

/// Whether a refusal may have been decided by what is gone: the audit misses what it names, or
/// differs in nothing but clauses that read what such entries did. Source:
/// docs/spec/chain.md#pruning.
bool may_rest_on(const Gone& gone, const Judgement& recorded, const Judgement& own);

}  // namespace capmarket::audit
