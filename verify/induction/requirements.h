// The written requirement of each clause, stated from semantics.md section 4 and apart from the
// clause: pointwise at one arbitrary instant, link, victim, shard or item where the clause folds or
// takes a maximum.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/admission/facts.h"
#include "verify/induction/requirement_point.h"

namespace capmarket {

/// What the named clause must guarantee of one leg of an admitted settlement.
struct LegRequirement {
  std::string_view clause;
  std::string_view statement;
  Symbolic::Bool (*holds)(const SettlementFacts<Symbolic>&, const LegFacts<Symbolic>&,
                          const RequirementPoint&);
};
std::span<const LegRequirement> settlement_requirements();

/// What the named clause must guarantee of an admitted object of another kind. `implied`: other
/// rows cannot resolve without it either, so that taking the clause alone out changes nothing.
template <class Facts>
struct PlainRequirement {
  std::string_view clause;
  std::string_view statement;
  Symbolic::Bool (*holds)(const Facts&, const RequirementPoint&);
  bool implied = false;
};
template <class Facts>
using PlainRequirements = std::span<const PlainRequirement<Facts>>;

PlainRequirements<DeclarationFacts<Symbolic>> declaration_requirements();
PlainRequirements<BatchFacts<Symbolic>> batch_requirements();
PlainRequirements<RequestFacts<Symbolic>> request_requirements();
PlainRequirements<GrantFacts<Symbolic>> grant_requirements();
PlainRequirements<PromulgationFacts<Symbolic>> promulgation_requirements();
PlainRequirements<EdictFacts<Symbolic>> edict_requirements();
PlainRequirements<IntentFacts<Symbolic>> intent_requirements();
PlainRequirements<PartFacts<Symbolic>> surrender_requirements();
PlainRequirements<PartFacts<Symbolic>> delivery_failure_requirements();
PlainRequirements<PartFacts<Symbolic>> curtailment_requirements();
PlainRequirements<PartFacts<Symbolic>> activity_requirements();
PlainRequirements<NoticeFacts<Symbolic>> withdrawal_requirements();
PlainRequirements<NoticeFacts<Symbolic>> renewal_requirements();
PlainRequirements<NoticeFacts<Symbolic>> payment_requirements();
PlainRequirements<NoticeFacts<Symbolic>> fallback_record_requirements();
PlainRequirements<NoticeFacts<Symbolic>> price_index_requirements();
PlainRequirements<NoticeFacts<Symbolic>> dispute_requirements();

namespace requirement {

using Bool = Symbolic::Bool;
using Int = Symbolic::Int;
using Settlement = SettlementFacts<Symbolic>;
using Leg = LegFacts<Symbolic>;
using Point = RequirementPoint;

inline Int zero() { return Symbolic::integer(0); }
inline Bool follows(const Bool& premise, const Bool& conclusion) {
  return !(premise && !conclusion);
}

Bool contained(const IntervalFacts<Symbolic>& outer, const IntervalFacts<Symbolic>& inner);
/// Some scope of the list contains the location.
Bool reached(const std::vector<IntervalFacts<Symbolic>>& scope,
             const IntervalFacts<Symbolic>& location);
/// The arbitrary link is signed, narrows, is inside its validity at `when` and not revoked by then.
Bool link_in_force(const std::vector<LinkFacts<Symbolic>>& links, const Int& link, const Int& when);
Bool resolves(const CredentialFacts<Symbolic>& c, const Int& link, const Int& when);

/// `good` of the element with the arbitrary number `index`; an index of no element asks nothing.
template <class List, class F>
Bool at_arbitrary(const List& list, const Int& index, F&& good) {
  auto broken = Symbolic::boolean(false);
  for (std::size_t i = 0; i < list.size(); ++i)
    broken = broken || (index == Symbolic::integer(static_cast<std::int64_t>(i)) && !good(i));
  return !broken;
}

// Of one leg; declared here because their clauses stand in sources of their own.
Bool coordination(const Settlement& f, const Leg& l, const Point& at);
Bool displacement(const Settlement& f, const Leg& l, const Point& at);
Bool jurisdictions(const Settlement& f, const Leg& l, const Point& at);

}  // namespace requirement

}  // namespace capmarket
