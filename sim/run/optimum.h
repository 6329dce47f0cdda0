// The largest welfare that anybody could have reached with what was wanted and declared. For who
// looks at a finished run: nothing in the market consults it. Source:
// docs/spec/statistics.md#welfare.
#pragma once

#include <atomic>
#include <optional>
#include <string_view>

#include "sim/run/welfare.h"

namespace capmarket::run {

/// How it is found. `bound` leaves out who reaches what; `flow` does not; `none`: not at all.
enum class OptimumMethod : std::uint8_t { bound, flow, none };

std::string_view to_text(OptimumMethod method);
std::optional<OptimumMethod> parse_optimum_method(std::string_view text);

/// The optimum, or at least as much as it.
struct Optimum {
  Int128 welfare = 0;  // in the form of Welfare; not negative
  bool exact = false;
  OptimumMethod method = OptimumMethod::bound;
};

/// Looked for is the largest sum of (value - cost) x volume over all ways to serve the wishes, each
/// inside its window and up to its quantity, by declarations of its class that it reaches, each up
/// to what is left of it at every instant; a wish that is not partial by one declaration, whole or
/// not at all; a bundle as a whole or not at all; shared infrastructure up to its schedule. Rules
/// bind it in nothing else, and it knows all wishes beforehand.
///
/// Both ways look at each class and instant by itself, as if every wish could be split, and leave
/// bundles and infrastructure out: whatever serves all of them serves each instant, so that neither
/// is ever less than the optimum. `bound` matches the highest values with the lowest costs as long
/// as they exceed them. `flow` is the largest flow of each instant, and `exact` where, of what
/// could be worth serving, nothing is bundled or on shared infrastructure and each wish is partial,
/// or lies inside the horizon, begins with one change of its class and ends with the next, and its
/// quantity divides every other quantity then. For then no wish but a partial one spans two
/// intervals, so that the flows of the intervals together serve partial wishes as they may be
/// served; and a flow whose capacities are multiples of a quantity has an optimum that is (each
/// path that is augmented has one for its least capacity), which serves a wish of that quantity by
/// one declaration or not at all.
///
/// Empty under `none`, and where the sums could leave 128 bits (`flow`: or the wishes of a class
/// 62): four times the largest price x all quantities x the horizon. Where `stop` becomes true
/// `flow` is given up, and what is given is the bound. `bound` is O(n log n) in wishes and
/// breakpoints of supplies; `flow` solves one flow a change of the class, of at most n arcs.
std::optional<Optimum> optimum_of(const Worth& worth, OptimumMethod method,
                                  const std::atomic<bool>* stop = nullptr);

}  // namespace capmarket::run
