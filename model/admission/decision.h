// What the predicate decided about one submission, with reasons.
#pragma once

#include <vector>

#include "model/admission/table.h"

namespace capmarket {

/// Admitted when both lists are empty. Clause ids ascend.
struct Decision {
  std::vector<ClauseId> failed;
  std::vector<ClauseId> unresolved;
  bool admitted() const { return failed.empty() && unresolved.empty(); }
  bool operator==(const Decision&) const = default;
};

/// Evaluates every clause concretely. A clause that overflowed fails. O(clauses x legs x links).
Decision decide(const SettlementFacts<Concrete>& facts);
Decision decide(const DeclarationFacts<Concrete>& facts);
Decision decide(const RequestFacts<Concrete>& facts);
Decision decide(const GrantFacts<Concrete>& facts);
Decision decide(const PromulgationFacts<Concrete>& facts);

}  // namespace capmarket
