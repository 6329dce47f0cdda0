#include "sim/agents/price_parts.h"

#include <algorithm>

namespace capmarket::agents {

Money with_markup(Money money, std::int64_t share) {
  const Int128 out = Int128{money.value} + floor_div(Int128{money.value} * share, kFullRatio);
  return Money(static_cast<std::int64_t>(std::clamp<Int128>(out, -kWireMax, kWireMax)));
}

Money less_share(Money money, std::int64_t share) { return with_markup(money, -share); }

Money between(Money from, Money to, std::int64_t share) {
  const Int128 way = floor_div((Int128{to.value} - from.value) * share, kFullRatio);
  return Money(static_cast<std::int64_t>(from.value + way));
}

Money any_between(kernel::Stream& stream, Money low, Money high) {
  if (high <= low) return low;
  const auto width = static_cast<std::uint64_t>(high.value) - static_cast<std::uint64_t>(low.value);
  return Money(static_cast<std::int64_t>(static_cast<std::uint64_t>(low.value) +
                                         stream.below(width + 1)));
}

}  // namespace capmarket::agents
