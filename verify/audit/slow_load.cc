#include "verify/audit/slow_load.h"

#include <algorithm>

namespace capmarket::audit {
namespace {

constexpr Int128 kMost = ~(Int128{1} << 127);

/// The end of 128 bits on that side.
Int128 end_of(bool below) { return below ? -kMost - 1 : kMost; }

}  // namespace

Int128 sum_of(Int128 a, Int128 b) {
  Int128 out = 0;
  return __builtin_add_overflow(a, b, &out) ? end_of(a < 0) : out;
}

Int128 product_of(Int128 a, Int128 b) {
  Int128 out = 0;
  return __builtin_mul_overflow(a, b, &out) ? end_of((a < 0) != (b < 0)) : out;
}

Int128 difference_of(Int128 a, Int128 b) {
  Int128 out = 0;
  return __builtin_sub_overflow(a, b, &out) ? end_of(a < 0) : out;
}

void SlowLoad::split(std::int64_t at) {
  auto next = level_.lower_bound(at);
  if (next != level_.end() && next->first == at) return;
  Int128 before = next == level_.begin() ? 0 : std::prev(next)->second;
  level_.emplace_hint(next, at, before);
}

void SlowLoad::add(const Window& window, Int128 quantity) {
  if (window.empty()) return;
  const Int128 length = Int128{window.until.value} - window.from.value;
  volume_ = sum_of(volume_, product_of(quantity, length));
  split(window.from.value);
  split(window.until.value);
  for (auto it = level_.find(window.from.value); it->first != window.until.value; ++it)
    it->second += quantity;
}

void SlowLoad::add(const SlowLoad& other, const Window& window, int times) {
  if (window.empty()) return;
  auto it = other.level_.upper_bound(window.from.value);
  if (it != other.level_.begin()) --it;
  for (; it != other.level_.end() && it->first < window.until.value; ++it) {
    auto next = std::next(it);
    if (next == other.level_.end()) break;  // the last level is 0: every window ends
    if (it->second == 0) continue;
    Window here{Instant(std::max(it->first, window.from.value)),
                Instant(std::min(next->first, window.until.value))};
    add(here, it->second * times);
  }
}

void SlowLoad::add(const std::vector<objects::Piece>& pieces, int times) {
  for (const objects::Piece& p : pieces) add(p.window, Int128{p.quantity.value} * times);
}

Int128 SlowLoad::at(Instant t) const {
  auto it = level_.upper_bound(t.value);
  return it == level_.begin() ? 0 : std::prev(it)->second;
}

Int128 SlowLoad::max(const Window& window) const {
  if (window.empty()) return 0;
  Int128 best = at(window.from);
  for (auto it = level_.upper_bound(window.from.value);
       it != level_.end() && it->first < window.until.value; ++it)
    best = std::max(best, it->second);
  return best;
}

Int128 SlowLoad::min(const Window& window) const {
  if (window.empty()) return 0;
  Int128 least = at(window.from);
  for (auto it = level_.upper_bound(window.from.value);
       it != level_.end() && it->first < window.until.value; ++it)
    least = std::min(least, it->second);
  return least;
}

Int128 SlowLoad::integral(const Window& window) const {
  Int128 sum = 0;
  auto it = level_.upper_bound(window.from.value);
  if (it != level_.begin()) --it;
  for (; it != level_.end() && it->first < window.until.value; ++it) {
    auto next = std::next(it);
    if (next == level_.end()) break;  // the last level is 0: every window ends
    std::int64_t from = std::max(it->first, window.from.value);
    std::int64_t until = std::min(next->first, window.until.value);
    if (from < until) sum = sum_of(sum, product_of(it->second, Int128{until} - from));
  }
  return sum;
}

std::vector<objects::Piece> SlowLoad::pieces(const Window& window) const {
  std::vector<objects::Piece> out;
  SlowLoad cut;
  cut.add(*this, window);
  for (auto it = cut.level_.begin(); it != cut.level_.end(); ++it) {
    if (it->second == 0) continue;
    Window here{Instant(it->first), Instant(std::next(it)->first)};
    Quantity quantity(static_cast<std::int64_t>(it->second));
    if (!out.empty() && out.back().window.until == here.from && out.back().quantity == quantity)
      out.back().window.until = here.until;
    else
      out.push_back({here, quantity});
  }
  return out;
}

void SlowLoad::breaks(const Window& window, std::set<std::int64_t>& out) const {
  for (auto it = level_.upper_bound(window.from.value);
       it != level_.end() && it->first < window.until.value; ++it)
    out.insert(it->first);
}

SlowLoad SlowLoad::positive() const {
  SlowLoad out = *this;
  for (auto& [from, level] : out.level_) level = std::max<Int128>(level, 0);
  out.volume_ = out.integral(kAlways);
  return out;
}

SlowLoad SlowLoad::lesser(const SlowLoad& a, const SlowLoad& b) {
  SlowLoad out;
  std::set<std::int64_t> breaks;
  for (const auto& [from, level] : a.level_) breaks.insert(from);
  for (const auto& [from, level] : b.level_) breaks.insert(from);
  for (std::int64_t from : breaks)
    out.level_[from] = std::min(a.at(Instant(from)), b.at(Instant(from)));
  out.volume_ = out.integral(kAlways);
  return out;
}

}  // namespace capmarket::audit
