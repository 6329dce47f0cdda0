#include "model/admission/decision.h"

#include <algorithm>

namespace capmarket::admission {

namespace {

Money stated(const Concrete::Int& sum) {
  return Money(sum.poisoned ? kWireMax : std::min<std::int64_t>(sum.value, kWireMax));
}

std::vector<Shortfall> shortfalls(const SettlementFacts<Concrete>& f) {
  std::vector<Shortfall> out;
  for (std::size_t i = 0; i < f.legs.size(); ++i) {
    const LegFacts<Concrete>& l = f.legs[i];
    if (l.lack.value <= 0) continue;
    Concrete::Int compensation = Concrete::integer(0), refund = Concrete::integer(0);
    for (const VictimFacts<Concrete>& v : l.victims) {
      compensation = compensation + clause::compensation_of<Concrete>(v);
      refund = refund + v.refund;
    }
    out.push_back({static_cast<std::int64_t>(i), Quantity(l.lack.value), stated(compensation),
                   stated(refund)});
  }
  return out;
}

}  // namespace

template <class Facts>
Decision decide(const Facts& facts) {
  Decision out;
  for (const auto& r : evaluate_clauses<Concrete>(facts)) {
    if (!Concrete::holds(r.clause.resolved))
      out.unresolved.push_back(r.id);
    else if (!Concrete::holds(r.clause.holds))
      out.failed.push_back(r.id);
  }
  if constexpr (std::is_same_v<Facts, SettlementFacts<Concrete>>)
    if (!out.admitted()) out.shortfalls = shortfalls(facts);
  return out;
}

Decision decide(const FactsVariant& facts) {
  return std::visit([](const auto& f) { return decide(f); }, facts);
}

bool can_come_to(const FactsVariant& facts, const Decision& d) {
  return std::visit(
      [&]<class Facts>(const Facts& f) {
        const auto& rows = ClauseTable<Concrete, Facts>::rows;
        auto has = [&](ClauseId id) {
          return std::any_of(rows.begin(), rows.end(), [&](const auto& r) { return r.id == id; });
        };
        std::size_t legs = 0;
        if constexpr (std::is_same_v<Facts, SettlementFacts<Concrete>>) legs = f.legs.size();
        return std::all_of(d.failed.begin(), d.failed.end(), has) &&
               std::all_of(d.unresolved.begin(), d.unresolved.end(), has) &&
               std::all_of(d.shortfalls.begin(), d.shortfalls.end(), [&](const Shortfall& s) {
                 return s.leg >= 0 && static_cast<std::size_t>(s.leg) < legs;
               });
      },
      facts);
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
