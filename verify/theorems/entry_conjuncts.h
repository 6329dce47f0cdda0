// The clause `displacement` taken apart, so that each of its conditions can be left out alone.
#pragma once

#include <string_view>
#include <vector>

#include "verify/smt/symbolic_facts.h"

namespace capmarket::theorems {

/// One conjunct of the clause on displacement entries.
struct EntryConjunct {
  std::string_view name;  // `rank`
  smt::Symbolic::Bool holds;
};

/// Of one entry of one leg; with them all, `displacement` holds for it (theorem `INV-4`).
std::vector<EntryConjunct> entry_conjuncts(const admission::SettlementFacts<smt::Symbolic>& f,
                                           const admission::LegFacts<smt::Symbolic>& l,
                                           const admission::VictimFacts<smt::Symbolic>& v);
/// Of the settlement: every conjunct of every entry, and that no grant is displaced twice
/// (`distinct`). `without` is left out everywhere.
std::vector<smt::Symbolic::Bool> displacement_but(
    const admission::SettlementFacts<smt::Symbolic>& f, std::string_view without);

}  // namespace capmarket::theorems
