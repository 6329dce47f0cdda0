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
  /// It is broken after the last step. Null: it is what every history is made of, as admission asks
  /// it of each displacement whatever the rule says; nothing is searched.
  smt::Symbolic::Bool (*broken)(const History& history);
  /// What holds of the steps before the last, once it was found to hold there.
  std::vector<smt::Symbolic::Bool> (*before)(const History& history);
  /// It holds of all rules, and says nothing of other steps than displacements.
  bool framework() const { return broken == nullptr; }
};
/// Every invariant that can be hunted for.
const std::vector<HuntInvariant>& hunt_invariants();

/// Rows that the expressions of a question read; those of a compensation only where it matters.
std::vector<std::uint8_t> rows_read(const rules::Rule& rule, const rules::Goal* goal);

}  // namespace capmarket::hunt
