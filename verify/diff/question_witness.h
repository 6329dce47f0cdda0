// A yes of a question about two rules: decided again under both over concrete facts, and told with
// what matters of it. Private to verify/diff.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "model/admission/decision.h"
#include "verify/diff/diff.h"
#include "verify/question/query.h"

namespace capmarket::diff {

/// A settlement that answers a question.
struct PairResult {
  smt::Answer answer = smt::Answer::unknown;
  std::string reason;  // of an unknown
  bool reproduced = true;
  std::string mismatch;
  question::Values values;                      // what matters; the rest may be anything
  std::array<admission::Decision, 2> decision;  // of the settlement, by side
  std::array<std::optional<Money>, 2> owed;     // to its victim; empty without, or on overflow
  std::array<Quantity, 2> lack;                 // where the case says what is declared and loaded
  question::RequestCase request;
  WitnessCase shown;
};

/// What must come out of a yes, decided concretely.
struct Expected {
  std::optional<bool> old_admits, new_admits;
  bool owed_differs = false;
  bool differs = false;  // in decision or in what is owed
  bool outside = false;  // of the declared intent
  bool lack_differs = false;
};

}  // namespace capmarket::diff
