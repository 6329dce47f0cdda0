// Where a log whose root or size is not the one that was signed begins to be another one. Source:
// docs/spec/chain.md#reopening.
#pragma once

#include <string>

#include "model/chain/reader.h"

namespace capmarket::chain {

/// That an older record was put back, whichever key of the log signed it; else what was `found` of the log of `dir`, or, where that is damage, the first entry below its signed end
/// that does not stand by its own bytes: frame, leaf, link, the body that its leaf names, the genesis. A
/// root and a size belong to no entry: they are told where every entry stands. Memory: a segment. O(log).
Problems first_damage(const std::string& dir, const ChainReader& genesis, Problems found);

}  // namespace capmarket::chain
