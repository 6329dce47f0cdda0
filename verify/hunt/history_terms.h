// Small terms that the sources of History share; private to verify/hunt.
#pragma once

#include "verify/symbolic/solver.h"

namespace capmarket::hunt_terms {

inline std::size_t at(std::string_view name) {
  return static_cast<std::size_t>(variable_row(name));
}
inline Symbolic::Int num(std::int64_t v) { return Symbolic::integer(v); }

/// `q` inside [from, until), nothing outside.
inline Symbolic::Int inside(const Symbolic::Int& t, const Symbolic::Int& from,
                            const Symbolic::Int& until, const Symbolic::Bool& also,
                            const Symbolic::Int& q) {
  return Symbolic::select(also && from <= t && t < until, q, num(0));
}

}  // namespace capmarket::hunt_terms
