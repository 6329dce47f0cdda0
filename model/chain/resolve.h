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
BatchFacts<Concrete> resolve(ChainState& state, const CheckedSubmission& s,
                             const DeclarationBatch& o, Instant at);
EdictFacts<Concrete> resolve(ChainState& state, const CheckedSubmission& s,
                             const FallbackStrategy& o, Instant at);
EdictFacts<Concrete> resolve(ChainState& state, const CheckedSubmission& s,
                             const ReconciliationPolicy& o, Instant at);
EdictFacts<Concrete> resolve(ChainState& state, const CheckedSubmission& s,
                             const SharedInfrastructure& o, Instant at);
EdictFacts<Concrete> resolve(ChainState& state, const CheckedSubmission& s, const PeerAgreement& o,
                             Instant at);
EdictFacts<Concrete> resolve(ChainState& state, const CheckedSubmission& s, const Promulgation& o,
                             Instant at);
EdictFacts<Concrete> resolve(ChainState& state, const CheckedSubmission& s, const Revocation& o,
                             Instant at);
IntentFacts<Concrete> resolve(ChainState& state, const CheckedSubmission& s, const Intent& o,
                              Instant at);
SurrenderFacts<Concrete> resolve(ChainState& state, const CheckedSubmission& s, const Surrender& o,
                                 Instant at);
DeliveryFailureFacts<Concrete> resolve(ChainState& state, const CheckedSubmission& s,
                                       const DeliveryFailure& o, Instant at);
CurtailmentFacts<Concrete> resolve(ChainState& state, const CheckedSubmission& s,
                                   const Curtailment& o, Instant at);
ActivityFacts<Concrete> resolve(ChainState& state, const CheckedSubmission& s, const Activity& o,
                                Instant at);
WithdrawalFacts<Concrete> resolve(ChainState& state, const CheckedSubmission& s,
                                  const Withdrawal& o, Instant at);
RenewalFacts<Concrete> resolve(ChainState& state, const CheckedSubmission& s, const Renewal& o,
                               Instant at);
PaymentFacts<Concrete> resolve(ChainState& state, const CheckedSubmission& s, const Payment& o,
                               Instant at);
FallbackRecordFacts<Concrete> resolve(ChainState& state, const CheckedSubmission& s,
                                      const FallbackRecord& o, Instant at);
PriceIndexFacts<Concrete> resolve(ChainState& state, const CheckedSubmission& s,
                                  const PriceIndex& o, Instant at);
DisputeFacts<Concrete> resolve(ChainState& state, const CheckedSubmission& s, const Dispute& o,
                               Instant at);
PromulgationFacts<Concrete> resolve(ChainState& state, const CheckedSubmission& s, const Rule& o,
                                    Instant at);

}  // namespace capmarket
