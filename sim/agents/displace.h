// What displacing for a settlement would cost now, and what its parties sign for it.
// Source: docs/spec/semantics.md#displacement.
#pragma once

#include "sim/agents/deal_rules.h"

namespace capmarket::agents {

/// What displacing for one leg would cost.
struct DisplacingCost {
  bool lacks = false;      // there is no room without displacing
  bool displaces = false;  // somebody would give way
  Money compensation;      // sum of K
  Money refund;            // sum of what the leg's holder would give back
};

/// How a settlement would come out if it were decided on what somebody knows.
struct Outlook {
  bool fits = false;  // every leg has room under every limit, once who must has given way
  std::vector<DisplacingCost> legs;
};

/// Of the settlement decided now on what has reached the party, under ceilings without bound on each
/// leg and signed by its coordinators. Deterministic; as admission.
Outlook outlook_of(const party::View& v, objects::Settlement settlement);

/// Completes an offer that displaces: `displace` says what it would owe now, and the holder's
/// ceiling. False, and nothing done, where nobody gives way or too few do. The accomplice of an
/// equal-rank-displacement takes too few as well.
bool offer_displacing(const party::HolderView& v, const DealRules& deal,
                      const party::Proposal& asked, party::Offer& offer);

/// The user's ceilings for those legs of its draft whose offers displace. False where the
/// settlement would find no room, or a holder's ceiling does not reach: it is not worth sending.
bool sign_ceilings(const party::UserView& v, party::Draft& draft);

}  // namespace capmarket::agents
