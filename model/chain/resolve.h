// Looking up ids: from a submission and the state to the facts that admission decides on.
#pragma once

#include "model/admission/facts.h"
#include "model/base/concrete.h"
#include "model/chain/state.h"

namespace capmarket {

/// Facts of each kind at admission time `at`. Total: what does not exist is said by an `exists`
/// fact, the rest stays zero. O(legs x (links + log grants)).
SettlementFacts<Concrete> resolve(ChainState& state, const CheckedSubmission& s,
                                  const Settlement& o, Instant at);
DeclarationFacts<Concrete> resolve(ChainState& state, const CheckedSubmission& s,
                                   const Declaration& o, Instant at);
RequestFacts<Concrete> resolve(ChainState& state, const CheckedSubmission& s, const Request& o,
                               Instant at);
GrantFacts<Concrete> resolve(ChainState& state, const CheckedSubmission& s, const AuthorityGrant& o,
                             Instant at);
GrantFacts<Concrete> resolve(ChainState& state, const CheckedSubmission& s,
                             const CredentialGrant& o, Instant at);
PromulgationFacts<Concrete> resolve(ChainState& state, const CheckedSubmission& s,
                                    const ClassDeclaration& o, Instant at);
PromulgationFacts<Concrete> resolve(ChainState& state, const CheckedSubmission& s, const Rule& o,
                                    Instant at);

}  // namespace capmarket
