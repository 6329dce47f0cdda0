// Values of a history made exact: V of real prices and volumes. A product of three unknowns is left
// out of the question; instead some of them are chosen from small sets, or are constants.
#pragma once

#include <vector>

#include "verify/hunt/history.h"

namespace capmarket::hunt {

/// Which values a question reads.
struct ValueNeeds {
  bool legs = false;   // of a leg, or of a victim's whole grant
  bool taken = false;  // of what is displaced or failed
  bool any() const { return legs || taken; }
};
/// `rows`: by variable, what the expressions read.
ValueNeeds value_needs(const std::vector<std::uint8_t>& rows, bool debts);

/// Prices and quantities are of these; windows are free. Every example is a real one.
std::vector<smt::Symbolic::Bool> exact_on_grid(const History& history, const ValueNeeds& needs,
                                               const std::vector<std::int64_t>& prices,
                                               const std::vector<std::int64_t>& quantities);
/// Windows and quantities are those of `hint`; prices are free. Every example is a real one.
std::vector<smt::Symbolic::Bool> exact_with_windows(const History& history, const ValueNeeds& needs,
                                                    const z3::model& hint);

/// Ends of the limits and what the rule's expressions compare with, ascending, each once.
std::vector<std::int64_t> grid_prices(const History& history, const expr::Expr* claim);
std::vector<std::int64_t> grid_quantities(const History& history, const expr::Expr* claim);

}  // namespace capmarket::hunt
