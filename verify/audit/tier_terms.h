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

/// A victim as the expressions read it.
struct TierVictim {
  const AuditGrant* grant = nullptr;
  Quantity part;        // the largest quantity of its part
  Int128 live = 0;      // volume at the leg's turn
  Int128 released = 0;  // volume of it
  Quantity largest;     // quantity released
  Instant first;        // instant released; before anything is, of its part
  Instant at;           // admission
  std::int64_t times_displaced = 0;
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
