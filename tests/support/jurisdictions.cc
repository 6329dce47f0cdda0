#include "tests/support/jurisdictions.h"

namespace capmarket::testing {

Authority admit_overseas(Market& m) {
  const crypto::KeyPair& key = numbered_key(5);
  objects::AuthorityGrant grant{m.salt(),
                                m.root_id(1),
                                "us/iso",
                                key.pub,
                                {{"us"}},
                                {"power", "net"},
                                {kStart, kDistantFuture}};
  return {m.admit(grant, {{objects::Role::authority, m.overseas_key}}), key};
}

objects::ReconciliationPolicy policy_of_both(Market& m, const std::string& name) {
  return {m.salt(), name, {m.root_id(0), m.root_id(1)}, {}, {}, {}};
}

Signers signers_of_policy(const std::vector<crypto::KeyPair>& roots) {
  Signers out{{objects::Role::submitter, roots.at(0)}};
  for (const crypto::KeyPair& k : roots) out.emplace_back(objects::Role::authority, k);
  return out;
}

ContentId reconcile(Market& m, const objects::ReconciliationPolicy& policy) {
  return m.admit(policy, signers_of_policy({m.root_key, m.overseas_key}));
}

}  // namespace capmarket::testing
