// How much is granted when, the obvious way: the level from each breakpoint on, in a std::map.
#pragma once

#include <map>

#include "model/base/integers.h"

namespace capmarket {

/// Shares nothing with model/capacity: `max` walks every breakpoint of the window.
class SlowLoad {
 public:
  /// Adds `quantity` at every instant of `window`; nothing where it is empty.
  void add(const Window& window, std::int64_t quantity);
  /// Greatest level at an instant of `window`. Precondition: not empty. O(breakpoints inside).
  Int128 max(const Window& window) const;
  /// Sum of level x time over `window`.
  Int128 integral(const Window& window) const;

 private:
  void split(std::int64_t at);
  std::map<std::int64_t, Int128> level_;  // from that instant to the next key; 0 before the first
};

}  // namespace capmarket
