// What authorities do while the market runs: rules that take effect later, revocations.
#pragma once

#include "sim/party/views.h"

namespace capmarket::agents {

/// Plans to submit a rule of its own that takes effect at `from`, `chain.rule_ahead` before.
void plan_rule(const party::AuthorityView& v, party::RuleIndex rule, Instant from);
/// Submits it; a refusal ends the run.
void promulgate(const party::AuthorityView& v, party::RuleIndex rule);
/// The same, after what the network gave up: at once, or where it knows that too soon, when the chain
/// could have answered.
void promulgate_again(const party::AuthorityView& v, party::RuleIndex rule);
/// Revokes a credential that it issued.
void revoke(const party::AuthorityView& v, party::RevocationIndex revocation,
            const scenarios::RevocationSpec& spec, const ContentId& credential);

}  // namespace capmarket::agents
