// The values that a tier's expressions read, from a leg, its victims and the chain.
#pragma once

#include "model/base/concrete.h"
#include "model/chain/state.h"

namespace capmarket::chain {

/// The rule's expression for the leg's tier, evaluated; false where the rule has no such tier or
/// something it reads does not exist. Poisoned on overflow.
Concrete::Bool eligible(const ChainState& state, const rules::Rule& rule, const objects::Leg& leg,
                        Instant signed_at, const DeclarationRecord* declaration,
                        const RequestRecord* request);

/// What an eligibility expression may read, outside any chain: for `eligible` and for the auditor.
struct EligibilityContext {
  const objects::CredentialGrant* user = nullptr;
  const objects::CredentialGrant* holder = nullptr;
  const location::Location* location = nullptr;
  Quantity quantity;
  Window window;
  Money price;
  Instant signed_at;
  bool partial = false;
};
/// All variables of `eligible`, of the leg and its parties; names that the rule does not mention are
/// one of the open world. Preconditions: user, holder and location are not null.
expr::Bindings<Concrete> eligibility_bindings(const rules::Rule& rule, const rules::Tier& tier,
                                        const EligibilityContext& context);

/// What a displacement entry adds to the leg that displaces: of the victim's grant as recorded, but
/// for `quantity`, the live piece's, and what would be released of it.
struct VictimContext {
  std::string tier;
  std::int64_t rank = 0;
  Quantity quantity;
  Money price;               // per unit and hour
  Money value, whole_value;  // of what would be released; of the grant
  Window window;
  bool started = false;  // the grant's start <= admission
  std::int64_t times_displaced = 0;
  Duration notice;    // start of what is released - admission
  Quantity released;  // taken from the victim
};

/// All variables of `displaces`. A tier of the victim that `rule` does not mention is one of the
/// other names of the open world. Preconditions: as for eligibility_bindings, whose values it
/// holds.
expr::Bindings<Concrete> displacement_bindings(const rules::Rule& rule, const rules::Tier& tier,
                                         const EligibilityContext& context,
                                         const VictimContext& victim);

/// The condition under which `tier` displaces that victim; false where it displaces nobody.
/// Poisoned on overflow.
Concrete::Bool displacement_holds(const rules::Rule& rule, const rules::Tier& tier,
                                  const EligibilityContext& context, const VictimContext& victim);

/// What that displacement owes under `tier` of `rule`, in ten-thousandths, as the expression gives
/// it: perhaps below zero. Zero where the tier displaces nobody. Poisoned on overflow.
Concrete::Int displacement_compensation(const rules::Rule& rule, const rules::Tier& tier,
                                        const EligibilityContext& context,
                                        const VictimContext& victim);

}  // namespace capmarket::chain
