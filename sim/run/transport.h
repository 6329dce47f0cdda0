// The most that wants are worth that are served from what is offered, where not everybody reaches
// everything: a flow of least cost (Boost.Graph). Source: docs/spec/statistics.md#welfare.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/base/integers.h"

namespace capmarket::run {

/// Units that are wanted at one value by those of one reach.
struct Wanted {
  std::size_t reach = 0;
  Money value;
  std::int64_t quantity = 0;  // positive
  auto operator<=>(const Wanted&) const = default;
};

/// Units that are offered at one cost in one place.
struct Offered {
  std::size_t place = 0;
  Money cost;
  std::int64_t quantity = 0;  // positive
  auto operator<=>(const Offered&) const = default;
};

/// The largest sum of (value - cost) over units that are each served from a place that their reach
/// names, none twice; a unit may remain unserved. `reaches` has the places of each. Preconditions:
/// prices inside +-kWireMax; the quantities of `wanted` sum up to at most kWireMax, and times the
/// largest difference of prices stay inside 128 bits. O(n^2) for n wants and offers together, times
/// the number of pairs of reach and place, in the worst case.
Int128 best_transport(const std::vector<Wanted>& wanted, const std::vector<Offered>& offered,
                      const std::vector<std::vector<std::size_t>>& reaches);

}  // namespace capmarket::run
