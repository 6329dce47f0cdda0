// What a successor of a rule must keep. Source: docs/spec/semantics.md#succession.
#pragma once

#include <string>
#include <vector>

#include "model/rules/rule.h"

namespace capmarket::rules {

/// Keys of those terms of `old` that `next` changes and no version of a name may: among `currency`,
/// `unit`, `granularity`, `origin`, and the tiers whose `preempts: never` is not repeated, in this
/// order. Empty where all are kept.
std::vector<std::string> changed_terms(const Rule& old, const Rule& next);

}  // namespace capmarket::rules
