// Arithmetic of the slow market: seconds one by one, lists gone through.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "tests/property/slow_market.h"
#include "tests/support/times.h"

namespace capmarket::property {

/// The seconds of a window on whole seconds.
inline Seconds over(const Window& window, std::int64_t quantity) {
  Seconds out{};
  for (int s = 0; s < kSeconds; ++s)
    if (window.contains(testing::at_second(s))) out[s] = quantity;
  return out;
}

inline Seconds over(const std::vector<objects::Piece>& pieces) {
  Seconds out{};
  for (const objects::Piece& p : pieces)
    for (int s = 0; s < kSeconds; ++s)
      if (p.window.contains(testing::at_second(s))) out[s] += p.quantity.value;
  return out;
}

inline bool inside(const Seconds& part, const Seconds& whole) {
  for (int s = 0; s < kSeconds; ++s)
    if (part[s] < 0 || part[s] > whole[s]) return false;
  return true;
}

inline std::int64_t sum(const Seconds& part) {
  std::int64_t out = 0;
  for (std::int64_t q : part) out += q;
  return out;
}

/// `tenths` ten-thousandths of `money` that is not negative, floored.
inline std::int64_t ratio(std::int64_t money, std::int64_t tenths) {
  return money * tenths / 10'000;
}

template <class T>
bool has(const std::vector<T>& list, const T& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

inline bool within(const std::vector<location::Location>& scope, const location::Location& place) {
  for (const location::Location& s : scope)
    if (place.path == s.path || place.path.rfind(s.path + "/", 0) == 0) return true;
  return false;
}

}  // namespace capmarket::property
