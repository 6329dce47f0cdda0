#include "model/admission/decision.h"

namespace capmarket::admission {

template <class Facts>
Decision decide(const Facts& facts) {
  Decision out;
  for (const auto& r : evaluate_clauses<Concrete>(facts)) {
    if (!Concrete::holds(r.clause.resolved))
      out.unresolved.push_back(r.id);
    else if (!Concrete::holds(r.clause.holds))
      out.failed.push_back(r.id);
  }
  return out;
}

Decision decide(const FactsVariant& facts) {
  return std::visit([](const auto& f) { return decide(f); }, facts);
}

template Decision decide(const SettlementFacts<Concrete>&);
template Decision decide(const DeclarationFacts<Concrete>&);
template Decision decide(const BatchFacts<Concrete>&);
template Decision decide(const RequestFacts<Concrete>&);
template Decision decide(const GrantFacts<Concrete>&);
template Decision decide(const PromulgationFacts<Concrete>&);
template Decision decide(const EdictFacts<Concrete>&);
template Decision decide(const IntentFacts<Concrete>&);
template Decision decide(const SurrenderFacts<Concrete>&);
template Decision decide(const DeliveryFailureFacts<Concrete>&);
template Decision decide(const CurtailmentFacts<Concrete>&);
template Decision decide(const ActivityFacts<Concrete>&);
template Decision decide(const WithdrawalFacts<Concrete>&);
template Decision decide(const RenewalFacts<Concrete>&);
template Decision decide(const PaymentFacts<Concrete>&);
template Decision decide(const FallbackRecordFacts<Concrete>&);
template Decision decide(const PriceIndexFacts<Concrete>&);
template Decision decide(const DisputeFacts<Concrete>&);
template Decision decide(const RetractFacts<Concrete>&);
template Decision decide(const ContestFacts<Concrete>&);
template Decision decide(const WitnessFacts<Concrete>&);

}  // namespace capmarket::admission
