#include "model/admission/decision.h"

namespace capmarket {
namespace {

template <class Facts>
Decision decide_any(const Facts& facts) {
  Decision out;
  for (const auto& r : evaluate_clauses<Concrete>(facts)) {
    if (!Concrete::holds(r.clause.resolved))
      out.unresolved.push_back(r.id);
    else if (!Concrete::holds(r.clause.holds))
      out.failed.push_back(r.id);
  }
  return out;
}

}  // namespace

Decision decide(const SettlementFacts<Concrete>& facts) { return decide_any(facts); }
Decision decide(const DeclarationFacts<Concrete>& facts) { return decide_any(facts); }
Decision decide(const RequestFacts<Concrete>& facts) { return decide_any(facts); }
Decision decide(const GrantFacts<Concrete>& facts) { return decide_any(facts); }
Decision decide(const PromulgationFacts<Concrete>& facts) { return decide_any(facts); }

}  // namespace capmarket
