// What a tier's expressions say of a leg and of a victim. The evaluator is model/rules'; the values
// that it reads are bound here again. Source: docs/spec/rules.md#variables.
#pragma once

#include "verify/audit/state.h"

namespace capmarket::audit {

/// A leg as the expressions of its tier read it.
struct TierContext {
  const objects::CredentialGrant* user = nullptr;
  const objects::CredentialGrant* holder = nullptr;
  const location::Location* location = nullptr;
  Quantity quantity;
  Window window;
  Money price;
  Instant signed_at;
  bool partial = false;
};

/// What would be released of a grant, and of which live piece.
struct TierVictim {
  const AuditGrant* grant = nullptr;
  Quantity piece_quantity;
  Quantity released;
  Window window;  // from the instant of release on
  Instant at;     // admission
};

/// Overflow holds nothing.
bool tier_eligible(const rules::Rule& rule, const rules::Tier& tier, const TierContext& context);
/// False where the tier displaces nobody.
bool tier_displaces(const rules::Rule& rule, const rules::Tier& tier, const TierContext& context,
                    const TierVictim& victim);
/// Ten-thousandths, perhaps below zero; zero where the tier displaces nobody; empty on overflow.
std::optional<std::int64_t> tier_compensation(const rules::Rule& rule, const rules::Tier& tier,
                                              const TierContext& context, const TierVictim& victim);

}  // namespace capmarket::audit
