// How much of what is granted when: a step function of time with a fast maximum over a window.
#pragma once

#include <cstdint>
#include <vector>

#include "model/base/integers.h"

namespace capmarket::capacity {

/// Sum of (window, quantity) pieces at any nanosecond. A B+ tree over breakpoints with sums and
/// prefix maxima (plain data, copyable): wide nodes, because at a million grants a binary tree
/// spends its time waiting for memory. `add` and `max` are O(log breakpoints). Equal histories give
/// equal bits.
///
/// Contract (model/admission/facts_settlement.h, `excess`; proved over the mathematical step
/// function in verify/theorems, tested here against a slow answer): value(t) <= max(w) for each t
/// in w, and max(w) is attained in w.
class StepFunction {
 public:
  /// Adds `quantity` (may be negative: a release) over `window`. An empty window adds nothing.
  void add(const Window& window, Quantity quantity);
  /// Greatest value at an instant of `window`. Precondition: the window is not empty.
  Quantity max(const Window& window) const;
  /// Value at one instant.
  Quantity value(Instant t) const;
  /// Integral over `window`. O(breakpoints).
  Volume integral(const Window& window) const;
  /// The instants where the value may change, ascending, with the value from there on. O(n).
  std::vector<std::pair<Instant, Quantity>> steps() const;
  /// How many instants change the value. O(1).
  std::size_t breakpoints() const { return live_; }

 private:
  /// In a leaf a breakpoint and its change; above, a child: its first breakpoint and aggregates.
  struct ChildSlot {
    std::int64_t time;
    std::int64_t sum;    // of the changes below
    std::int64_t best;   // greatest sum of a non-empty prefix of them
    std::int32_t child;  // -1 in a leaf
  };
  using Node = std::vector<ChildSlot>;

  void change(std::int64_t time, std::int64_t delta);
  std::int32_t change_below(std::int32_t node, std::int64_t time, std::int64_t delta);
  std::int32_t split(std::int32_t node);
  std::int32_t new_node();
  ChildSlot slot_of(std::int32_t node) const;
  std::int64_t best_inside(std::int32_t node, std::int64_t before, std::int64_t end,
                           const Window& window) const;
  void append_steps(std::int32_t node, std::int64_t& sum,
                    std::vector<std::pair<Instant, Quantity>>& out) const;

  std::vector<Node> nodes_;
  std::vector<std::int32_t> free_;
  std::int32_t root_ = -1;
  std::size_t live_ = 0;
};

}  // namespace capmarket::capacity
