#include "model/base/integers.h"

namespace capmarket {

std::optional<Money> value_of(Money price, Volume volume) {
  Int128 product = 0;
  if (__builtin_mul_overflow(static_cast<Int128>(price.value), volume.value, &product))
    return std::nullopt;
  Int128 v = floor_div(product, kNanosPerHour);
  if (v > std::numeric_limits<std::int64_t>::max() || v < std::numeric_limits<std::int64_t>::min())
    return std::nullopt;
  return Money(static_cast<std::int64_t>(v));
}

}  // namespace capmarket
