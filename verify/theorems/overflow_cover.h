// no-overflow.cover: sums over as many victims as a cover may have.
#pragma once

#include "verify/theorems/theorem.h"

namespace capmarket::theorems {

/// Their terms belong to the current SymbolicScope.
std::vector<Theorem> overflow_cover_theorems();

}  // namespace capmarket::theorems
