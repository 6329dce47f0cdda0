// Shared between the sources that look up facts.
#pragma once

#include "model/chain/bindings.h"
#include "model/chain/policy.h"
#include "model/chain/state.h"

namespace capmarket::chain {

using Bool = Concrete::Bool;
using Int = Concrete::Int;

/// Constants of the concrete domain.
inline Bool yes(bool v) { return Concrete::boolean(v); }
inline Int num(std::int64_t v) { return Concrete::integer(v); }
template <class Tag>
Int num(Strong<Tag> v) {
  return Concrete::integer(v.value);
}
inline Int num(Instant v) { return Concrete::integer(v.value); }
/// Poisoned above 64 bits; below -kWireMax nothing limits any more.
inline Int num128(Int128 v) {
  if (v > std::numeric_limits<std::int64_t>::max()) return {0, true};
  return num(static_cast<std::int64_t>(std::max<Int128>(v, -kWireMax)));
}

/// The excess where nothing limits: whatever is asked of every instant holds.
inline const Int kNoLimit = num(-kWireMax);

/// Nonnegative remainder of value - origin. Precondition: g > 0.
inline Int remainder(Int128 value, std::int64_t g, Int128 origin = 0) {
  return num(static_cast<std::int64_t>(value - origin - floor_div(value - origin, g) * g));
}

/// Euler-tour intervals as facts.
inline admission::IntervalFacts<Concrete> interval(const location::Interval& i) { return {num(i.enter), num(i.exit)}; }
std::vector<admission::IntervalFacts<Concrete>> intervals(const std::vector<location::Location>& scope,
                                               const location::Location& location);
/// One link of a chain, and the links from an authority up to below its root.
admission::LinkFacts<Concrete> link(const ChainState& s, const ContentId& id, const Window& valid);
std::vector<admission::LinkFacts<Concrete>> authority_links(const ChainState& s, const governance::AuthorityRecord& a);
/// Scopes are taken around `location`; `party` null where the subject is not asked for.
admission::CredentialFacts<Concrete> credential_facts(ChainState& s, const ContentId& id, objects::Role role,
                                           const PublicKey* party, const location::Location* location);
/// Number of the name of the root that the chain of `a` ends in.
Int root_number(ChainState& s, const governance::AuthorityRecord& a);

/// True when the chain of `a` is inside its validity and not revoked at `t`.
bool authority_resolves(const ChainState& s, const governance::AuthorityRecord& a, Instant t);

/// The regions that must sign a leg, and who signs. Precondition: declaration and rule exist.
void fill_coordination(admission::LegFacts<Concrete>& f, ChainState& s, const objects::CheckedSubmission& sub,
                       const objects::Settlement& o, const objects::Leg& leg);

/// The same of any place under `rule`, without facts: each region is known, there is one, and its
/// coordinator signed.
bool coordinators_signed(ChainState& s, const objects::CheckedSubmission& sub,
                         const objects::Settlement& o, const rules::Rule& rule,
                         DeclarationIndex declaration);

}  // namespace capmarket::chain
