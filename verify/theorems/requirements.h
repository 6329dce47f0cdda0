// The written requirement of each clause, stated from docs/spec/semantics.md#admission and apart
// from the clause: pointwise at one arbitrary instant, link, victim, shard or item where the clause
// folds or takes a maximum.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/admission/facts.h"
#include "verify/theorems/requirement_point.h"

namespace capmarket::theorems {

/// What the named clause must guarantee of one leg of an admitted settlement.
struct LegRequirement {
  std::string_view clause;
  std::string_view statement;
  smt::Symbolic::Bool (*holds)(const admission::SettlementFacts<smt::Symbolic>&,
                               const admission::LegFacts<smt::Symbolic>&, const RequirementPoint&);
};
/// Those of a settlement, clause by clause.
std::span<const LegRequirement> settlement_requirements();

/// What the named clause must guarantee of an admitted object of another kind. `implied`: other
/// rows cannot resolve without it either, so that taking the clause alone out changes nothing.
template <class Facts>
struct PlainRequirement {
  std::string_view clause;
  std::string_view statement;
  smt::Symbolic::Bool (*holds)(const Facts&, const RequirementPoint&);
  bool implied = false;
};
template <class Facts>
using PlainRequirements = std::span<const PlainRequirement<Facts>>;

/// These, down to witnesses: those of one kind of submission, clause by clause.
PlainRequirements<admission::DeclarationFacts<smt::Symbolic>> declaration_requirements();
PlainRequirements<admission::BatchFacts<smt::Symbolic>> batch_requirements();
PlainRequirements<admission::RequestFacts<smt::Symbolic>> request_requirements();
PlainRequirements<admission::GrantFacts<smt::Symbolic>> grant_requirements();
PlainRequirements<admission::PromulgationFacts<smt::Symbolic>> promulgation_requirements();
PlainRequirements<admission::EdictFacts<smt::Symbolic>> edict_requirements();
PlainRequirements<admission::IntentFacts<smt::Symbolic>> intent_requirements();
PlainRequirements<admission::PartFacts<smt::Symbolic>> surrender_requirements();
PlainRequirements<admission::PartFacts<smt::Symbolic>> delivery_failure_requirements();
PlainRequirements<admission::PartFacts<smt::Symbolic>> curtailment_requirements();
PlainRequirements<admission::PartFacts<smt::Symbolic>> activity_requirements();
PlainRequirements<admission::NoticeFacts<smt::Symbolic>> withdrawal_requirements();
PlainRequirements<admission::NoticeFacts<smt::Symbolic>> retract_requirements();
PlainRequirements<admission::NoticeFacts<smt::Symbolic>> renewal_requirements();
PlainRequirements<admission::NoticeFacts<smt::Symbolic>> payment_requirements();
PlainRequirements<admission::NoticeFacts<smt::Symbolic>> fallback_record_requirements();
PlainRequirements<admission::NoticeFacts<smt::Symbolic>> price_index_requirements();
PlainRequirements<admission::NoticeFacts<smt::Symbolic>> dispute_requirements();
PlainRequirements<admission::NoticeFacts<smt::Symbolic>> contest_requirements();
PlainRequirements<admission::NoticeFacts<smt::Symbolic>> witness_requirements();

namespace requirement {

using Bool = smt::Symbolic::Bool;
using Int = smt::Symbolic::Int;
using Settlement = admission::SettlementFacts<smt::Symbolic>;
using Leg = admission::LegFacts<smt::Symbolic>;
using Point = RequirementPoint;

inline Int zero() { return smt::Symbolic::integer(0); }
/// `premise` implies `conclusion`.
inline Bool follows(const Bool& premise, const Bool& conclusion) {
  return !(premise && !conclusion);
}

/// `inner` lies inside `outer`.
Bool contained(const admission::IntervalFacts<smt::Symbolic>& outer,
               const admission::IntervalFacts<smt::Symbolic>& inner);
/// Some scope of the list contains the location.
Bool reached(const std::vector<admission::IntervalFacts<smt::Symbolic>>& scope,
             const admission::IntervalFacts<smt::Symbolic>& location);
/// The arbitrary link is signed, narrows, is inside its validity at `when` and not revoked by then.
Bool link_in_force(const std::vector<admission::LinkFacts<smt::Symbolic>>& links, const Int& link,
                   const Int& when);
/// The credential stands on a root over links in force at `when`.
Bool resolves(const admission::CredentialFacts<smt::Symbolic>& c, const Int& link, const Int& when);

/// `good` of the element with the arbitrary number `index`; an index of no element asks nothing.
template <class List, class F>
Bool at_arbitrary(const List& list, const Int& index, F&& good) {
  auto broken = smt::Symbolic::boolean(false);
  for (std::size_t i = 0; i < list.size(); ++i)
    broken = broken || (index == smt::Symbolic::integer(static_cast<std::int64_t>(i)) && !good(i));
  return !broken;
}

// Of one leg; declared here because their clauses stand in sources of their own.
Bool coordination(const Settlement& f, const Leg& l, const Point& at);
Bool displacement(const Settlement& f, const Leg& l, const Point& at);
Bool jurisdictions(const Settlement& f, const Leg& l, const Point& at);

}  // namespace requirement

}  // namespace capmarket::theorems
