// INV-1 by induction: at one arbitrary instant t, quantifier-free. The executed guard looks at
// breakpoints only; lemmas about the step of a fold carry its answer to t, and
// docs/explanation/inv-1.md is the induction that joins them. Source:
// docs/spec/analyses.md#theorems.
#include "verify/theorems/inv1.h"

#include "verify/theorems/inv1_parts.h"

namespace capmarket::theorems {

std::vector<Theorem> inv1_theorems() {
  std::vector<Theorem> all;
  for (auto* some :
       {inv1::step_theorems, inv1::fold_theorems, inv1::bounded_theorems, inv1::state_theorems})
    for (Theorem& t : some()) all.push_back(std::move(t));
  return all;
}

}  // namespace capmarket::theorems
