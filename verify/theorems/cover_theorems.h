// INV-4: what every admitted victim of a cover guarantees.
#pragma once

#include "verify/theorems/theorem.h"

namespace capmarket::theorems {

/// Their terms belong to the current SymbolicScope.
std::vector<Theorem> cover_theorems();

}  // namespace capmarket::theorems
