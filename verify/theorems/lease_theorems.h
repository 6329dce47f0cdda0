// lease-grows: a renewal or activity never shortens a lease.
#pragma once

#include "verify/theorems/theorem.h"

namespace capmarket::theorems {

/// Their terms belong to the current SymbolicScope.
std::vector<Theorem> lease_theorems();

}  // namespace capmarket::theorems
