#include "sim/agents/authority.h"

#include <algorithm>

namespace capmarket::agents {

void plan_rule(const party::AuthorityView& v, party::RuleIndex rule, Instant from) {
  v.plan(v.draws, std::max(v.market.start(), from - v.market.rule_ahead()), party::Promulgate{rule});
}

void promulgate(const party::AuthorityView& v, party::RuleIndex index) {
  v.submit(at(v.market.rules(), index).rule, party::PromulgatedAs{index},
           {{objects::Role::authority, v.key}}, v.sender());
}

void promulgate_again(const party::AuthorityView& v, party::RuleIndex index) {
  const Duration wait = v.until_published() - v.market.silence();
  v.plan(v.draws, v.now + std::max(Duration(0), wait), party::Promulgate{index});
}

void revoke(const party::AuthorityView& v, party::RevocationIndex index,
            const scenarios::RevocationSpec& spec, const ContentId& credential) {
  v.submit(objects::Revocation{v.fresh_salt(v.draws), v.market.authority_id(v.index), credential,
                               v.market.start() + spec.effective, spec.reason},
           party::RevokedBy{index}, {{objects::Role::authority, v.key}}, v.sender());
}

}  // namespace capmarket::agents
