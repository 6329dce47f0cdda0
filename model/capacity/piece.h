// A quantity over a window, and sums of them over time as short sorted lists.
#pragma once

#include <optional>
#include <vector>

#include "model/base/integers.h"
#include "model/capacity/step_function.h"
#include "model/objects/piece.h"

namespace capmarket::capacity {

/// A function of time that is zero almost everywhere, in its one form: maximal intervals of
/// constant value other than zero, ascending.
using Pieces = std::vector<objects::Piece>;

/// The sum of `pieces` and `quantity` (may be negative) over `window`. O(n^2) for a short n.
Pieces changed(const Pieces& pieces, const Window& window, Quantity quantity);
/// `pieces` (of any form) inside `window`.
Pieces inside(const Pieces& pieces, const Window& window);
/// Least value at an instant of `window`; zero over an empty one.
Quantity least(const Pieces& pieces, const Window& window);
/// The sum of `pieces` at `t`, in units of the class. O(pieces).
Quantity value_at(const Pieces& pieces, Instant t);
/// The lesser of both at every instant.
Pieces lesser(const Pieces& a, const Pieces& b);
/// The integral of `pieces` over all time, in unit-nanoseconds. O(pieces).
Volume volume_of(const Pieces& pieces);

/// Max over `window` of f + the sum of `extras` (of any form; may be negative), in 128 bits.
/// Precondition: the window is not empty. O(extras x log breakpoints + extras^2).
Int128 max_with(const StepFunction& f, const Window& window, const std::vector<objects::Piece>& extras);

/// The instants inside `window` (its start included) where one of `pieces` starts or ends.
std::vector<Instant> cuts(const std::vector<objects::Piece>& pieces, const Window& window);

}  // namespace capmarket::capacity
