// From an example of the solver to a trace that a run executes.
#pragma once

#include "verify/hunt/history.h"
#include "verify/hunt/hunt.h"

namespace capmarket::hunt {

/// `goal`: what the trace is expected to break, null for an invariant.
HuntTrace trace_of(const History& history, const z3::model& model, const rules::Goal* goal);

}  // namespace capmarket::hunt
