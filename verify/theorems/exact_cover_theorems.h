// displacement.cover: the clauses let through exactly what a leg lacks, of whom the order says.
#pragma once

#include "verify/theorems/theorem.h"

namespace capmarket::theorems {

/// Their terms belong to the current SymbolicScope.
std::vector<Theorem> exact_cover_theorems();

}  // namespace capmarket::theorems
