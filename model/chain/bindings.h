// The values that a tier's eligibility expression reads, from a leg and the chain.
#pragma once

#include "model/base/concrete.h"
#include "model/chain/state.h"

namespace capmarket {

/// The rule's expression for the leg's tier, evaluated; false where the rule has no such tier or
/// something it reads does not exist. Poisoned on overflow.
Concrete::Bool eligible(const ChainState& state, const Rule& rule, const Leg& leg,
                        Instant signed_at, const DeclarationRecord* declaration,
                        const RequestRecord* request);

/// What an eligibility expression may read, outside any chain: for `eligible` and for the auditor.
struct EligibilityContext {
  const CredentialGrant* user = nullptr;
  const CredentialGrant* holder = nullptr;
  const Location* location = nullptr;
  Quantity quantity;
  Window window;
  Money price;
  Instant signed_at;
  bool partial = false;
};
Bindings<Concrete> eligibility_bindings(const Rule& rule, const Tier& tier,
                                        const EligibilityContext& context);

}  // namespace capmarket
