// The clause `displacement` taken apart, so that each of its conditions can be left out alone.
#pragma once

#include <string_view>
#include <vector>

#include "verify/symbolic/facts.h"

namespace capmarket {

struct EntryConjunct {
  std::string_view name;  // `rank`
  Symbolic::Bool holds;
};

/// Of one entry of one leg; with them all, `displacement` holds for it (theorem `INV-4`).
std::vector<EntryConjunct> entry_conjuncts(const SettlementFacts<Symbolic>& f,
                                           const LegFacts<Symbolic>& l,
                                           const VictimFacts<Symbolic>& v);
/// Of the settlement: every conjunct of every entry, and that no grant is displaced twice
/// (`distinct`). `without` is left out everywhere.
std::vector<Symbolic::Bool> displacement_but(const SettlementFacts<Symbolic>& f,
                                             std::string_view without);

}  // namespace capmarket
