// A second jurisdiction beside the market's own.
#pragma once

#include <string>

#include "tests/support/market.h"

namespace capmarket::testing {

struct Authority {
  ContentId id;
  crypto::KeyPair key;
};
/// The authority us/iso under the second root.
Authority admit_overseas(Market& market);

/// A policy of both roots that decides nothing yet.
objects::ReconciliationPolicy policy_of_both(Market& market, const std::string& name);
/// The first of `roots` submits a policy, each of them signs it.
Signers signers_of_policy(const std::vector<crypto::KeyPair>& roots);
/// Admits it, signed by both roots.
ContentId reconcile(Market& market, const objects::ReconciliationPolicy& policy);

}  // namespace capmarket::testing
