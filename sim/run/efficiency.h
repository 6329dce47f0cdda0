// How much of the value that could have been served was served. Source: docs/spec/statistics.md,
// "Efficiency".
#pragma once

#include <optional>

#include "model/chain/state.h"

namespace capmarket::run {

/// Value of a volume: what its user would pay at most, in money times unit-nanoseconds per hour.
/// `granted` is that of live volume; `bound` of the best that anybody could do at each instant with
/// all the declared capacity of a class, by a central allocator of divisible requests. Requests are
/// indivisible in part and name some declarations only, so that the true optimum is at most
/// `bound`.
struct Efficiency {
  Int128 granted = 0;
  Int128 bound = 0;
};

/// Empty where a sum leaves 128 bits. O(n log n) in requests and declarations.
std::optional<Efficiency> efficiency_of(const chain::ChainState& state);

}  // namespace capmarket::run
