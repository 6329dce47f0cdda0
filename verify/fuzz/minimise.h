// The fewest steps of a script that still go wrong.
#pragma once

#include <functional>
#include <vector>

#include "scenarios/script.h"

namespace capmarket::fuzz {

/// Leaves out steps, each with what depends on it, as long as `still_fails` says so; from the last
/// to the first, and single legs of settlements, until nothing more can go. Deterministic; at most steps^2 trials, usually few.
std::vector<scenarios::ScriptStep> minimised(
    std::vector<scenarios::ScriptStep> steps,
    const std::function<bool(const std::vector<scenarios::ScriptStep>&)>& still_fails);

}  // namespace capmarket::fuzz
