// What the predicate decided about one submission, with reasons.
#pragma once

#include <variant>
#include <vector>

#include "model/admission/table.h"

namespace capmarket::admission {

/// What a leg of a refused settlement lacked, and what displacing for it would cost, at that sequence
/// number. Money that leaves 64 bits, or its bounds on the wire, is stated as kWireMax.
struct Shortfall {
  std::int64_t leg = 0;  // index
  Quantity lack;         // largest of any granule, before the cover
  Money compensation;    // sum of K
  Money refund;          // sum of what the leg's holder would give back
  bool operator==(const Shortfall&) const = default;

  template <class Self, class V>
  static void fields(Self& s, V&& v) {
    v(1, "leg", s.leg);
    v(2, "lack", s.lack);
    v(3, "compensation", s.compensation);
    v(4, "refund", s.refund);
  }
};

/// Admitted when both lists are empty. Clause ids ascend.
struct Decision {
  std::vector<ClauseId> failed;
  std::vector<ClauseId> unresolved;
  std::vector<Shortfall> shortfalls;  // of a refused settlement: legs that lack, ascending
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

/// Whether facts of that kind, with as many legs, can come to such a decision at all: its clauses are
/// the kind's, its shortfalls are of its legs, and a settlement's.
bool can_come_to(const FactsVariant& facts, const Decision& decision);

}  // namespace capmarket::admission
