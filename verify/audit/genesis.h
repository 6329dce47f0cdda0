// What a genesis may not say. Source: docs/spec/chain.md#genesis.
#pragma once

#include <vector>

#include "model/crypto/sign.h"
#include "model/objects/governance.h"
#include "verify/audit/frames.h"

namespace capmarket::audit {

/// All that is wrong with it by itself.
std::vector<Damage> faults_of(const objects::Genesis& genesis);

}  // namespace capmarket::audit
