// The chain's own facts of a settlement beside those that the proofs over a recorded chain rebuild
// from the auditor's evidence.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "model/admission/facts.h"
#include "model/base/concrete.h"
#include "verify/smt/symbolic.h"

namespace capmarket::property {

/// What was compared, and which facts differ.
struct RebuiltFacts {
  std::int64_t settlements = 0, legs = 0, victims = 0, facts = 0;
  std::int64_t unresolved = 0;  // legs that name something that is not there: their flags alone
  std::map<std::string, std::string> differing;  // by fact, places in lists left out: the first
  std::string complaint() const;                 // of all of them; empty without
};

/// Compares field by field: numbers as numbers, names by which are the same, places by which
/// contains which.
void compare_rebuilt(admission::SettlementFacts<Concrete> chain,
                     admission::SettlementFacts<smt::Symbolic> rebuilt, RebuiltFacts& out);

}  // namespace capmarket::property
