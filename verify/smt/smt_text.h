// Assertions as SMT-LIB 2, in the form that every solver reads. Source:
// docs/spec/analyses.md#solver-practice.
#pragma once

#include <string>

#include "verify/smt/symbolic.h"

namespace capmarket::smt {

/// Assertions as SMT-LIB text, with the logic that they lie in.
struct SmtText {
  std::string logic;  // the tightest that is right
  std::string body;   // declarations and assertions
};

/// Names that are no simple symbols of SMT-LIB are written otherwise, each as another one. Never
/// fails; O(size of the terms, shared parts once).
SmtText smt_text(const z3::expr_vector& assertions);

}  // namespace capmarket::smt
