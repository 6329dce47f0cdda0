// How much is granted when, the obvious way: the level from each breakpoint on, in a std::map.
#pragma once

#include <limits>
#include <map>
#include <set>
#include <vector>

#include "model/base/integers.h"
#include "model/objects/piece.h"

namespace capmarket::audit {

/// All of time.
inline constexpr Window kAlways{Instant(std::numeric_limits<std::int64_t>::min()),
                                Instant(std::numeric_limits<std::int64_t>::max())};

/// a + b, a - b and a x b; the end of 128 bits where they lie beyond. Only what a hostile log calls
/// admitted gets there: the limits of rules exclude it.
Int128 sum_of(Int128 a, Int128 b);
Int128 difference_of(Int128 a, Int128 b);
Int128 product_of(Int128 a, Int128 b);

/// A function of time. Shares nothing with model/capacity but the struct Piece, which stands in
/// derived objects: `max` walks every breakpoint of the window.
class SlowLoad {
 public:
  /// Adds `quantity` (may be negative) at every instant of `window`; nothing where it is empty.
  void add(const Window& window, Int128 quantity);
  /// Adds `times` x `other` at every instant of `window`. O(breakpoints of other inside).
  void add(const SlowLoad& other, const Window& window, int times = 1);
  /// Adds `times` x each piece over its window.
  void add(const std::vector<objects::Piece>& pieces, int times = 1);
  Int128 at(Instant t) const;
  /// Greatest and least level at an instant of `window`; 0 where it is empty: a hostile chain holds
  /// such windows. O(breakpoints inside).
  Int128 max(const Window& window) const;
  Int128 min(const Window& window) const;
  /// Sum of level x time over `window`; see sum_of.
  Int128 integral(const Window& window) const;
  /// The same over all of time, O(1): what was added is counted as it comes.
  Int128 volume() const { return volume_; }
  /// Maximal intervals of constant level other than zero inside `window`, ascending.
  std::vector<objects::Piece> pieces(const Window& window = kAlways) const;
  /// Adds the instants inside `window`, but its start, at which the level may change.
  void breaks(const Window& window, std::set<std::int64_t>& out) const;
  /// The level where it is positive, zero elsewhere.
  SlowLoad positive() const;
  /// At every instant the smaller of the two.
  static SlowLoad lesser(const SlowLoad& a, const SlowLoad& b);

 private:
  void split(std::int64_t at);
  Int128 volume_ = 0;
  std::map<std::int64_t, Int128> level_;  // from that instant to the next key; 0 before the first
};

}  // namespace capmarket::audit
