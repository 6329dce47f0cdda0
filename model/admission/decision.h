// What the predicate decided about one submission, with reasons.
#pragma once

#include <variant>
#include <vector>

#include "model/admission/table.h"

namespace capmarket::admission {

/// Admitted when both lists are empty. Clause ids ascend.
struct Decision {
  std::vector<ClauseId> failed;
  std::vector<ClauseId> unresolved;
  bool admitted() const { return failed.empty() && unresolved.empty(); }
  bool operator==(const Decision&) const = default;
};

/// Facts of any kind that is decided: one alternative a table of clauses.
using FactsVariant =
    std::variant<SettlementFacts<Concrete>, DeclarationFacts<Concrete>, BatchFacts<Concrete>,
                 RequestFacts<Concrete>, GrantFacts<Concrete>, PromulgationFacts<Concrete>,
                 EdictFacts<Concrete>, IntentFacts<Concrete>, SurrenderFacts<Concrete>,
                 DeliveryFailureFacts<Concrete>, CurtailmentFacts<Concrete>,
                 ActivityFacts<Concrete>, WithdrawalFacts<Concrete>, RenewalFacts<Concrete>,
                 PaymentFacts<Concrete>, FallbackRecordFacts<Concrete>, PriceIndexFacts<Concrete>,
                 DisputeFacts<Concrete>, ContestFacts<Concrete>, WitnessFacts<Concrete>,
                 RetractFacts<Concrete>>;

/// Evaluates every clause concretely. A clause that overflowed fails. O(clauses x legs x links).
/// Instantiated for every alternative of FactsVariant.
template <class Facts>
Decision decide(const Facts& facts);
/// The same of whichever kind the facts are.
Decision decide(const FactsVariant& facts);

}  // namespace capmarket::admission
