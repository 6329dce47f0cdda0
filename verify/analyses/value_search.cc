#include "verify/analyses/value_search.h"

#include <algorithm>

namespace capmarket::analyses {
namespace {

/// The least price that gives the value with that quantity and length, where one does.
std::optional<Money> price_for(const ValueSearch& s, std::int64_t quantity, Duration length) {
  const Volume volume = volume_of(Quantity(quantity), length);
  const Int128 units = Int128{quantity} * length.value;
  if (units <= 0) return std::nullopt;
  Int128 least = -floor_div(-Int128{s.value.value} * kNanosPerHour, units);
  least = std::max<Int128>(least, s.price_low);
  if (least > s.price_high) return std::nullopt;
  const Money price(static_cast<std::int64_t>(least));
  return value_of(price, volume) == s.value ? std::optional(price) : std::nullopt;
}

/// With that length.
std::optional<ValueFound> find_with(const ValueSearch& s, Duration length) {
  // Fewer units are not worth it at any price.
  Int128 enough = s.price_high <= 0 ? Int128{s.quantity}
                                    : -floor_div(-Int128{s.value.value} * kNanosPerHour,
                                                 Int128{s.price_high} * length.value);
  const Int128 first = std::max<Int128>(s.quantity, enough);
  for (std::int64_t n = 0; n <= s.tries && first + n <= s.quantity_most; ++n) {
    const auto quantity = static_cast<std::int64_t>(first + n);
    if (auto price = price_for(s, quantity, length)) return ValueFound{*price, quantity, length};
  }
  return std::nullopt;
}

/// The longest whole number of steps for which the least price and quantity are worth no more.
Duration longest_for(const ValueSearch& s) {
  const Int128 rate = Int128{s.price_low} * s.quantity;
  if (rate <= 0) return s.length;
  const Int128 most = (Int128{s.value.value} + 1) * kNanosPerHour / rate;
  const Int128 whole = most - most % s.step.value;
  return whole < s.length.value ? Duration(static_cast<std::int64_t>(whole)) : s.length;
}

}  // namespace

std::optional<ValueFound> find_value(const ValueSearch& s) {
  if (s.length.value <= 0 || s.quantity <= 0) return std::nullopt;
  if (auto found = find_with(s, s.length)) return found;
  const Duration shorter = longest_for(s);
  for (std::int64_t m = 0; m <= s.tries; ++m) {
    const Int128 by = Int128{m} * s.step.value;
    if (by > s.length_most.value + Int128{s.length.value}) break;  // past both ends
    const Duration down(static_cast<std::int64_t>(shorter.value - by)),
        up(static_cast<std::int64_t>(s.length.value + by));
    if (Duration(0) < down && s.length_least <= down && shorter < s.length)
      if (auto found = find_with(s, down)) return found;
    if (up <= s.length_most && shorter == s.length)
      if (auto found = find_with(s, up)) return found;
  }
  return std::nullopt;
}

}  // namespace capmarket::analyses
