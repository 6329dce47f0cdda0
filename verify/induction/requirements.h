// The written requirement of each clause, stated from semantics.md section 4 and apart from the
// clause: pointwise at one arbitrary instant or link where the clause folds or takes a maximum.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/admission/facts.h"
#include "verify/symbolic/symbolic.h"

namespace capmarket {

/// One arbitrary link of a credential, and what a leg's facts abbreviate: at one arbitrary instant
/// the load that `excess` is the maximum over, and the multiples that the remainders belong to.
struct RequirementPoint {
  Symbolic::Int link;                       // 0-based, of whichever credential the clause reads
  Symbolic::Int instant;                    // arbitrary
  Symbolic::Int load, others, declared;     // of the declaration (the asset), at `instant`
  Symbolic::Int live, live_others, wanted;  // of the request, at `instant`
  Symbolic::Int origin;                     // where multiples of the granularity count from
  Symbolic::Int signed_multiple, from_multiple, length_multiple;
};
RequirementPoint fresh_point(const std::string& prefix);

/// `bounds`: what holds at every instant of the window (load + others - declared <= excess).
/// `attained`: also that this instant is one where the maximum is reached; for refusals.
enum class PointContract { bounds, attained };

/// The contract between facts and point (architecture.md, decision 1): theorems over the
/// mathematical step function (`INV-1.*`), tested refinements for the fast one.
Symbolic::Bool contract(const SettlementFacts<Symbolic>& f, const LegFacts<Symbolic>& leg,
                        const RequirementPoint& at, PointContract kind);
Symbolic::Bool contract(const DeclarationFacts<Symbolic>& f, const AssetFacts<Symbolic>& asset,
                        const RequirementPoint& at);
Symbolic::Bool contract(const DeclarationFacts<Symbolic>& f, const RequirementPoint& at);

/// What the named clause must guarantee of one leg of an admitted settlement.
struct LegRequirement {
  std::string_view clause;
  std::string_view statement;
  Symbolic::Bool (*holds)(const SettlementFacts<Symbolic>&, const LegFacts<Symbolic>&,
                          const RequirementPoint&);
};
std::span<const LegRequirement> settlement_requirements();

struct DeclarationRequirement {
  std::string_view clause;
  std::string_view statement;
  Symbolic::Bool (*holds)(const DeclarationFacts<Symbolic>&, const RequirementPoint&,
                          std::span<const RequirementPoint> assets);
};
std::span<const DeclarationRequirement> declaration_requirements();

template <class Facts>
struct PlainRequirement {
  std::string_view clause;
  std::string_view statement;
  Symbolic::Bool (*holds)(const Facts&, const RequirementPoint&);
};
std::span<const PlainRequirement<RequestFacts<Symbolic>>> request_requirements();
std::span<const PlainRequirement<GrantFacts<Symbolic>>> grant_requirements();
std::span<const PlainRequirement<PromulgationFacts<Symbolic>>> promulgation_requirements();

namespace requirement {
Symbolic::Bool contained(const IntervalFacts<Symbolic>& outer,
                         const IntervalFacts<Symbolic>& inner);
/// Some scope of the list contains the location.
Symbolic::Bool reached(const std::vector<IntervalFacts<Symbolic>>& scope,
                       const IntervalFacts<Symbolic>& location);
/// The arbitrary link `at.link` is signed, narrows, and is inside its validity at `when`.
Symbolic::Bool link_in_force(const std::vector<LinkFacts<Symbolic>>& links,
                             const Symbolic::Int& link, const Symbolic::Int& when);
Symbolic::Bool resolves(const CredentialFacts<Symbolic>& c, const Symbolic::Int& link,
                        const Symbolic::Int& when);
}  // namespace requirement

}  // namespace capmarket
