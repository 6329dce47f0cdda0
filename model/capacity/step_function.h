// How much of what is granted when: a step function of time with a fast maximum over a window.
#pragma once

#include <cstdint>
#include <vector>

#include "model/base/integers.h"

namespace capmarket {

/// Sum of (window, quantity) pieces at any nanosecond. A treap over breakpoints in one array (plain
/// data, copyable); its shape depends on the breakpoints alone, through priorities hashed from
/// them, so equal histories give equal bits. `add` and `max` are O(log breakpoints) expected.
///
/// Contract (model/admission/facts.h, "excess"; proved over the mathematical step function in
/// verify/induction, tested here against a slow answer): value(t) <= max(w) for each t in w, and
/// max(w) is attained in w.
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
  std::size_t breakpoints() const { return live_; }

 private:
  struct Node {
    std::int64_t time;
    std::int64_t delta;  // change at `time`
    std::int64_t sum;    // of the subtree's deltas
    std::int64_t best;   // greatest prefix sum that ends inside the subtree
    std::uint64_t priority;
    std::int32_t left, right;
  };
  void change(std::int64_t time, std::int64_t delta);
  void pull(std::int32_t n);
  void split(std::int32_t n, std::int64_t time, std::int32_t& left, std::int32_t& right);
  std::int32_t merge(std::int32_t a, std::int32_t b);
  std::int32_t find(std::int64_t time) const;
  void fix_path(std::int64_t time);

  std::vector<Node> nodes_;
  std::vector<std::int32_t> free_;
  std::int32_t root_ = -1;
  std::size_t live_ = 0;
};

}  // namespace capmarket
