// What is hunted for: a goal of the rule as a run's monitor judges it, or an invariant.
#pragma once

#include <string>
#include <vector>

#include "model/objects/invariants.h"
#include "verify/hunt/history.h"

namespace capmarket::hunt {

/// The last step of `history` breaks the goal.
smt::Symbolic::Bool breaks(const rules::Goal& goal, const History& history);
/// The last step is one that the goal speaks of, its premises included.
smt::Symbolic::Bool speaks(const rules::Goal& goal, const History& history);

/// An invariant (docs/spec/semantics.md#invariants), as far as it can be said of a history.
struct HuntInvariant {
  objects::Invariant id;
  const char* statement;
  /// It is broken after the last step.
  smt::Symbolic::Bool (*broken)(const History& history);
  /// What holds of the steps before the last, once it was found to hold there.
  std::vector<smt::Symbolic::Bool> (*before)(const History& history);
  bool of_displacements = false;  // says nothing of other steps
};
/// Every invariant that can be hunted for.
const std::vector<HuntInvariant>& hunt_invariants();

/// Rows that the expressions of a question read; those of a compensation only where it matters.
std::vector<std::uint8_t> rows_read(const rules::Rule& rule, const rules::Goal* goal);

}  // namespace capmarket::hunt
