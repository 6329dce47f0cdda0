// Random rules, and requests with victims near their limits.
#pragma once

#include <optional>

#include "model/chain/bindings.h"
#include "model/rules/rule.h"
#include "tests/agreement/random.h"

namespace capmarket::testing {

/// A rule with one to three tiers, random expressions and any modes; empty where the text that was
/// drawn is no rule (a product of its limits that is too large, a literal too).
std::optional<Rule> random_rule(Random& random);

struct RandomLeg {
  CredentialGrant user, holder;
  Location location;
  EligibilityContext leg;  // its pointers are null: `context()` fills them
  VictimContext victim;
  EligibilityContext context() const;
};
/// Numbers of the rule's limits, one off, anything small, or as large as the wire takes.
RandomLeg random_leg(Random& random, const Rule& rule);

}  // namespace capmarket::testing
