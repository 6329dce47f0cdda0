// What the theorems of INV-1 share: free facts of an admission, and examples run on the real step
// function.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/admission/decision.h"
#include "model/capacity/step_function.h"
#include "verify/induction/inv1.h"
#include "verify/induction/theorem.h"
#include "verify/symbolic/facts.h"

namespace capmarket::inv1 {

using Bool = Symbolic::Bool;
using Int = Symbolic::Int;
using SymbolicPiece = LoadPiece<Symbolic>;

inline Int zero() { return Symbolic::integer(0); }

/// Far from 64 bits even when a few are added: a premise of examples that are replayed in C++.
Bool replayable(const std::vector<Int>& values);
SymbolicPiece fresh_piece(const std::string& name);
void add_to(StepFunction& load, const z3::model& m, const SymbolicPiece& p);
std::string in_words(const z3::model& m, const std::vector<std::pair<std::string, Int>>& values);

/// Clauses that a decision names, resolved or not.
std::vector<ClauseId> named(const Decision& decision);

/// Free facts of a settlement, small but for its legs and entries.
struct Admission {
  SettlementFacts<Symbolic> facts;
  FactShape shape;

  Admission(const std::string& name, int legs, int victims);
  const LegFacts<Symbolic>& leg(std::size_t i = 0) const { return facts.legs[i]; }
  SymbolicPiece piece(std::size_t i = 0) const {
    return {leg(i).from, leg(i).until, leg(i).quantity};
  }
  /// Wire bounds and every clause but `without`.
  std::vector<Bool> admitted(std::optional<ClauseId> without);
  SettlementFacts<Concrete> concrete(const z3::model& m) const;
};

std::vector<Theorem> step_theorems();
std::vector<Theorem> fold_theorems();
std::vector<Theorem> bounded_theorems();
std::vector<Theorem> state_theorems();

}  // namespace capmarket::inv1
