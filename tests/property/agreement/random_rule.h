// Random rules, and requests with victims near their limits.
#pragma once

#include <optional>

#include "model/chain/bindings.h"
#include "model/rules/rule.h"
#include "tests/property/agreement/random.h"

namespace capmarket::agreement {

/// A rule with one to three tiers, random expressions and any modes; empty where the text that was
/// drawn is no rule (a product of its limits that is too large, a literal too).
std::optional<rules::Rule> random_rule(Random& random);

struct RandomLeg {
  objects::CredentialGrant user, holder;
  location::Location location;
  chain::EligibilityContext leg;  // its pointers are null: `context()` fills them
  chain::VictimContext victim;
  chain::EligibilityContext context() const;
};
/// Numbers of the rule's limits, one off, anything small, or as large as the wire takes.
RandomLeg random_leg(Random& random, const rules::Rule& rule);

}  // namespace capmarket::agreement
