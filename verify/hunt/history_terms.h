// Small terms that the sources of History share; private to verify/hunt.
#pragma once

#include "verify/question/symbolic_request.h"
#include "verify/smt/solver.h"

namespace capmarket::hunt {

using question::at;
using smt::num;

/// `q` inside [from, until), nothing outside.
inline smt::Symbolic::Int inside(const smt::Symbolic::Int& t, const smt::Symbolic::Int& from,
                                 const smt::Symbolic::Int& until, const smt::Symbolic::Bool& also,
                                 const smt::Symbolic::Int& q) {
  return smt::Symbolic::select(also && from <= t && t < until, q, num(0));
}

}  // namespace capmarket::hunt
