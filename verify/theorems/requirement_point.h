// One arbitrary point of everything that clauses fold over, and the contract that ties it to facts.
#pragma once

#include <string>
#include <vector>

#include "model/admission/facts.h"
#include "verify/smt/symbolic_facts.h"

namespace capmarket::theorems {

/// At one instant of a leg's turn: what is taken before, what the leg's own cover releases, the legs
/// before it (of a request: all others), and what there is. A maximum over instants of net() is an
/// `excess`; of inherited(), a `shared_excess`.
struct LoadPoint {
  smt::Symbolic::Int load, released, others, limit;
  smt::Symbolic::Int net() const { return load - released + others - limit; }
  /// With what exceeds the limit without the leg left out: that is not the leg's to mend.
  smt::Symbolic::Int inherited() const;
};

/// Of one part of a cover, at one instant of it: what its step lacks there and gives in all, what
/// the victim has, the most that an earlier candidate could still give, and what the victim is to
/// give (its share where its rank shares, else what it gives).
struct PartPoint {
  smt::Symbolic::Int lack, given, has, earlier, expected;
};

/// Of one victim: what the leg owes it, and its parts.
struct VictimPoint {
  smt::Symbolic::Int owed;
  std::vector<PartPoint> parts;
};

/// One arbitrary link, victim, part of it, shard, item, pair of authorities and instant, and what a leg's facts
/// abbreviate: the loads that excesses are maxima of, the multiples that remainders belong to.
struct RequirementPoint {
  smt::Symbolic::Int link, victim, part, shard, item;  // 0-based, of whichever list the clause reads
  smt::Symbolic::Int authority, other_authority;
  smt::Symbolic::Int instant;
  LoadPoint declaration;      // limit: declared less curtailed; of an asset: attested
  LoadPoint infrastructure;   // limit: the schedule
  LoadPoint tier;             // limit: the tier's quota
  LoadPoint set_asides;       // limit: what the other tiers' unused set-asides leave
  LoadPoint request;          // limit: the request's quantity
  LoadPoint user;             // load: of the user in the tier; limit: the tier's quota of one
  smt::Symbolic::Int origin;  // where multiples of the granularity count from
  smt::Symbolic::Int signed_multiple, from_multiple, length_multiple;
  std::vector<VictimPoint> victims;
  std::vector<RequirementPoint> assets, items;
};
/// A point of unknowns for facts of that shape, named after `prefix`.
RequirementPoint fresh_point(const std::string& prefix, const smt::FactShape& shape);

/// `bounds`: what holds at every instant of the window. `attained`: also that this instant is one
/// where every maximum is reached; for refusals.
enum class PointContract { bounds, attained };

/// The contract between facts and point
/// (docs/explanation/architecture.md#the-predicate-over-a-domain): theorems over the mathematical
/// step function (`INV-1.*`), tested refinements for the fast one.
smt::Symbolic::Bool contract(const admission::SettlementFacts<smt::Symbolic>& f, const admission::LegFacts<smt::Symbolic>& leg,
                        const RequirementPoint& at, PointContract kind);
smt::Symbolic::Bool contract(const admission::DeclarationFacts<smt::Symbolic>& f, const RequirementPoint& at);
smt::Symbolic::Bool contract(const admission::BatchFacts<smt::Symbolic>& f, const RequirementPoint& at);
/// Surrender, DeliveryFailure, Curtailment, Activity.
smt::Symbolic::Bool contract(const admission::PartFacts<smt::Symbolic>& f,
                             const RequirementPoint& at);
/// Kinds whose facts abbreviate nothing.
template <class Facts>
smt::Symbolic::Bool contract(const Facts&, const RequirementPoint&) {
  return smt::Symbolic::boolean(true);
}

}  // namespace capmarket::theorems
