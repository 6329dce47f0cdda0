// What the first entry of a chain has to be. Source: docs/spec/chain.md#genesis.
#pragma once

#include "model/base/result.h"
#include "model/objects/submission.h"

namespace capmarket::chain {

/// A problem where it is no genesis of a chain, by itself or by who signed it.
Result<void> expect_genesis(const objects::CheckedSubmission& submission);

}  // namespace capmarket::chain
