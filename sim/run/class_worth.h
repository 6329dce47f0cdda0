// What is wanted and declared of one class, as it changes over time.
// Source: docs/spec/statistics.md#welfare.
#pragma once

#include <vector>

#include "sim/run/welfare.h"

namespace capmarket::run {

/// Of one class what may be worth serving, inside the horizon: what is wanted at more than the
/// cheapest declaration costs, what is declared at less than the dearest wish is worth.
struct ClassWorth {
  std::vector<const Wish*> wishes;
  std::vector<const Supply*> supplies;
};

/// By class. O(wishes + supplies' breakpoints).
std::vector<ClassWorth> classes_of(const Worth& worth);

/// A wish or a supply has more or less from an instant on.
struct WorthChange {
  Instant at;                      // inside the horizon, both ends included
  const Wish* wish = nullptr;      // one of
  const Supply* supply = nullptr;  // the two
  std::int64_t quantity = 0;
};

/// In time. O(n log n) in wishes and breakpoints.
std::vector<WorthChange> changes_of(const ClassWorth& of, const Window& horizon);

/// Whether the flow of the class at each instant is the optimum: the condition of
/// `optimum_of`. O(wishes x (wishes + supplies)) in the worst case.
bool splits_freely(const ClassWorth& of, const std::vector<WorthChange>& changes);

}  // namespace capmarket::run
