// What the theorems of INV-1 share: free facts of an admission, and examples run on the real step
// function.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/admission/decision.h"
#include "model/capacity/step_function.h"
#include "verify/smt/symbolic_facts.h"
#include "verify/theorems/inv1.h"
#include "verify/theorems/theorem.h"

namespace capmarket::theorems::inv1 {

using Bool = smt::Symbolic::Bool;
using Int = smt::Symbolic::Int;
using SymbolicPiece = LoadPiece<smt::Symbolic>;

inline constexpr std::size_t kLegs = 2;  // of the settlements that the bounded theorems speak of
inline Int zero() { return smt::Symbolic::integer(0); }

/// Far from 64 bits even when a few are added: a premise of examples that are replayed in C++.
Bool replayable(const std::vector<Int>& values);
/// A piece of unknowns, named after `name`.
SymbolicPiece fresh_piece(const std::string& name);
/// Adds the piece of the example to the load.
void add_to(capacity::StepFunction& load, const z3::model& m, const SymbolicPiece& p);
/// The named terms with their values in the example: `a = 1, b = 2`.
std::string in_words(const z3::model& m, const std::vector<std::pair<std::string, Int>>& values);

/// Clauses that a decision names, resolved or not.
std::vector<admission::ClauseId> named(const admission::Decision& decision);

/// Free facts of a settlement, small but for its legs and their covers.
struct Admission {
  admission::SettlementFacts<smt::Symbolic> facts;
  smt::FactShape shape;

  Admission(const std::string& name, int legs, int victims, int parts = 1);
  const admission::LegFacts<smt::Symbolic>& leg(std::size_t i = 0) const { return facts.legs[i]; }
  SymbolicPiece piece(std::size_t i = 0) const {
    return {leg(i).from, leg(i).until, leg(i).quantity};
  }
  /// Wire bounds and every clause but `without`.
  std::vector<Bool> admitted(std::optional<admission::ClauseId> without);
  admission::SettlementFacts<Concrete> concrete(const z3::model& m) const;
};

/// These four: the theorems of their own sources.
std::vector<Theorem> step_theorems();
std::vector<Theorem> fold_theorems();
std::vector<Theorem> bounded_theorems();
std::vector<Theorem> state_theorems();

}  // namespace capmarket::theorems::inv1
