// Looking up ids: from a submission and the state to the facts that admission decides on.
#pragma once

#include "model/admission/facts.h"
#include "model/base/concrete.h"
#include "model/chain/state.h"

namespace capmarket::chain {

/// Facts of each kind at admission time `at`. Total: what does not exist is said by an `exists`
/// fact, the rest stays zero. O(legs x (links + log grants)).
admission::SettlementFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s,
                                  const objects::Settlement& o, Instant at);
admission::DeclarationFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s,
                                   const objects::Declaration& o, Instant at);
admission::RequestFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s, const objects::Request& o,
                               Instant at);
admission::GrantFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s, const objects::AuthorityGrant& o,
                             Instant at);
admission::GrantFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s,
                             const objects::CredentialGrant& o, Instant at);
admission::PromulgationFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s,
                                    const objects::ClassDeclaration& o, Instant at);
admission::BatchFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s,
                             const objects::DeclarationBatch& o, Instant at);
admission::EdictFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s,
                             const rules::FallbackStrategy& o, Instant at);
admission::EdictFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s,
                             const objects::ReconciliationPolicy& o, Instant at);
admission::EdictFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s,
                             const objects::SharedInfrastructure& o, Instant at);
admission::EdictFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s, const objects::PeerAgreement& o,
                             Instant at);
admission::EdictFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s, const objects::Promulgation& o,
                             Instant at);
admission::EdictFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s, const objects::Revocation& o,
                             Instant at);
admission::IntentFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s, const objects::Intent& o,
                              Instant at);
admission::SurrenderFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s, const objects::Surrender& o,
                                 Instant at);
admission::DeliveryFailureFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s,
                                       const objects::DeliveryFailure& o, Instant at);
admission::CurtailmentFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s,
                                   const objects::Curtailment& o, Instant at);
admission::ActivityFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s, const objects::Activity& o,
                                Instant at);
admission::WithdrawalFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s,
                                  const objects::Withdrawal& o, Instant at);
admission::RenewalFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s, const objects::Renewal& o,
                               Instant at);
admission::PaymentFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s, const objects::Payment& o,
                               Instant at);
admission::FallbackRecordFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s,
                                      const objects::FallbackRecord& o, Instant at);
admission::RetractFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s,
                                          const objects::Retract& o, Instant at);
admission::PriceIndexFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s,
                                  const objects::PriceIndex& o, Instant at);
admission::ContestFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s,
                                          const objects::Contest& o, Instant at);
admission::WitnessFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s,
                                          const objects::Witness& o, Instant at);
admission::DisputeFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s, const objects::Dispute& o,
                               Instant at);
admission::PromulgationFacts<Concrete> resolve(ChainState& state, const objects::CheckedSubmission& s, const rules::Rule& o,
                                    Instant at);

}  // namespace capmarket::chain
