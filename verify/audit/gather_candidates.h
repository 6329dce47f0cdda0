// Who could give way to a leg. Source: docs/spec/semantics.md#candidates.
#pragma once

#include "verify/audit/gather_internal.h"

namespace capmarket::audit {

/// Who could give way to a leg.
struct Candidate {
  const AuditGrant* grant = nullptr;
  bool own = false;      // on the leg's declaration
  bool started = false;  // by admission
  Int128 floor = 0;      // where it began: nothing is taken of a granule that begins before
  SlowLoad part;         // live inside the reach, from the floor on
  Window span;           // around the part
  Quantity largest;
};

/// Of the leg's declaration, or (`shared`) of its infrastructure too; in order.
std::vector<Candidate> candidates_of(const Gathering& g, const LegEvidence& leg,
                                     const TierContext& context, const Window& reach, bool shared);
/// The candidate as the expressions read it, before anything of it is taken.
TierVictim terms_of(const Gathering& g, const Candidate& c);

}  // namespace capmarket::audit
