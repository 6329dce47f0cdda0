// The clause `displacement` taken apart, so that each of its conditions can be left out alone.
#pragma once

#include <string_view>
#include <vector>

#include "verify/smt/symbolic_facts.h"

namespace capmarket::theorems {

/// One condition of the clause, on a leg, a victim of its cover or a part of one.
struct CoverConjunct {
  std::string_view name;  // `rank`
  smt::Symbolic::Bool holds;
};

/// Of a leg with a cover, of one victim of it, of one part of that. With them all, `displacement`
/// holds (theorem `INV-4`).
std::vector<CoverConjunct> leg_conjuncts(const admission::SettlementFacts<smt::Symbolic>& f,
                                         const admission::LegFacts<smt::Symbolic>& l);
std::vector<CoverConjunct> victim_conjuncts(const admission::LegFacts<smt::Symbolic>& l,
                                            const admission::VictimFacts<smt::Symbolic>& v);
std::vector<CoverConjunct> part_conjuncts(const admission::SettlementFacts<smt::Symbolic>& f,
                                          const admission::LegFacts<smt::Symbolic>& l,
                                          const admission::VictimFacts<smt::Symbolic>& v,
                                          const admission::CoverPartFacts<smt::Symbolic>& p);
/// The names of all three.
std::vector<std::string_view> cover_conjunct_names();
/// Every condition of every cover of the settlement. `without` is left out everywhere.
std::vector<smt::Symbolic::Bool> displacement_but(
    const admission::SettlementFacts<smt::Symbolic>& f, std::string_view without);

}  // namespace capmarket::theorems
