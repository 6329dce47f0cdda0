#include "verify/audit/slow_load.h"

#include <algorithm>

namespace capmarket {

void SlowLoad::split(std::int64_t at) {
  auto next = level_.lower_bound(at);
  if (next != level_.end() && next->first == at) return;
  Int128 before = next == level_.begin() ? 0 : std::prev(next)->second;
  level_.emplace_hint(next, at, before);
}

void SlowLoad::add(const Window& window, std::int64_t quantity) {
  if (window.empty()) return;
  split(window.from.value);
  split(window.until.value);
  for (auto it = level_.find(window.from.value); it->first != window.until.value; ++it)
    it->second += quantity;
}

Int128 SlowLoad::max(const Window& window) const {
  CHECK(!window.empty(), window.from.value, window.until.value);
  auto it = level_.upper_bound(window.from.value);
  Int128 best = it == level_.begin() ? 0 : std::prev(it)->second;
  for (; it != level_.end() && it->first < window.until.value; ++it)
    best = std::max(best, it->second);
  return best;
}

Int128 SlowLoad::integral(const Window& window) const {
  Int128 sum = 0;
  for (auto it = level_.begin(); it != level_.end(); ++it) {
    auto next = std::next(it);
    if (next == level_.end()) break;  // the last level is 0: every window ends
    std::int64_t from = std::max(it->first, window.from.value);
    std::int64_t until = std::min(next->first, window.until.value);
    if (from < until) sum += it->second * (until - from);
  }
  return sum;
}

}  // namespace capmarket
