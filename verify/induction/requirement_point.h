// One arbitrary point of everything that clauses fold over, and the contract that ties it to facts.
#pragma once

#include <string>
#include <vector>

#include "model/admission/facts.h"
#include "verify/symbolic/facts.h"

namespace capmarket {

/// At one instant: what is taken before, what this settlement releases, its other legs, and what
/// there is. A maximum over instants of (load - released + others - limit) is an `excess`.
struct LoadPoint {
  Symbolic::Int load, released, others, limit;
  Symbolic::Int net() const { return load - released + others - limit; }
};

/// An instant at which one unit less released would break a limit: `load` is what is left there
/// with every release and every leg.
struct NeedPoint {
  Symbolic::Int instant, load, limit;
};

/// Of one displacement entry.
struct VictimPoint {
  NeedPoint declaration, infrastructure, quota;
};

/// One arbitrary link, victim, shard, item, pair of authorities and instant, and what a leg's facts
/// abbreviate: the loads that excesses are maxima of, the multiples that remainders belong to.
struct RequirementPoint {
  Symbolic::Int link, victim, shard, item;  // 0-based, of whichever list the clause reads
  Symbolic::Int authority, other_authority;
  Symbolic::Int instant;
  LoadPoint declaration;     // limit: declared less curtailed; of an asset: attested
  LoadPoint infrastructure;  // limit: the schedule
  LoadPoint tier;            // limit: the tier's quota
  LoadPoint set_asides;      // limit: what the other tiers' unused set-asides leave
  LoadPoint request;         // limit: the request's quantity
  Symbolic::Int origin;      // where multiples of the granularity count from
  Symbolic::Int signed_multiple, from_multiple, length_multiple;
  std::vector<VictimPoint> victims;
  std::vector<RequirementPoint> assets, items;
};
RequirementPoint fresh_point(const std::string& prefix, const FactShape& shape);

/// `bounds`: what holds at every instant of the window. `attained`: also that this instant is one
/// where every maximum is reached; for refusals.
enum class PointContract { bounds, attained };

/// The contract between facts and point (architecture.md, decision 1): theorems over the
/// mathematical step function (`INV-1.*`), tested refinements for the fast one.
Symbolic::Bool contract(const SettlementFacts<Symbolic>& f, const LegFacts<Symbolic>& leg,
                        const RequirementPoint& at, PointContract kind);
Symbolic::Bool contract(const DeclarationFacts<Symbolic>& f, const RequirementPoint& at);
Symbolic::Bool contract(const BatchFacts<Symbolic>& f, const RequirementPoint& at);
/// Surrender, DeliveryFailure, Curtailment, Activity.
Symbolic::Bool contract(const PartFacts<Symbolic>& f, const RequirementPoint& at);
/// Kinds whose facts abbreviate nothing.
template <class Facts>
Symbolic::Bool contract(const Facts&, const RequirementPoint&) {
  return Symbolic::boolean(true);
}

}  // namespace capmarket
