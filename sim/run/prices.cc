#include "sim/run/prices.h"

#include <limits>

namespace capmarket::run {
namespace {

/// total += a x b; false where that leaves 128 bits.
bool add_product(Int128& total, Int128 a, Int128 b) {
  Int128 product = 0;
  return !__builtin_mul_overflow(a, b, &product) && !__builtin_add_overflow(total, product, &total);
}

/// The largest integer whose square is at most `n`. Precondition: 0 <= n.
std::int64_t root_of(Int128 n) {
  Int128 low = 0, high = std::numeric_limits<std::int64_t>::max();
  while (low < high) {
    const Int128 middle = low + (high - low + 1) / 2;
    if (middle * middle <= n)
      low = middle;
    else
      high = middle - 1;
  }
  return static_cast<std::int64_t>(low);
}

}  // namespace

PriceSpread spread_of(const std::vector<WeightedPrice>& prices) {
  Int128 weight = 0, sum = 0, squares = 0;
  bool fits = true;
  for (const WeightedPrice& p : prices)
    fits = fits && add_product(weight, p.volume.value, 1) &&
           add_product(sum, p.volume.value, p.price.value);
  if (!fits) return {};
  if (weight == 0) return {Money(0), Money(0)};
  const Money mean(static_cast<std::int64_t>(floor_div(sum, weight)));
  for (const WeightedPrice& p : prices) {
    const Int128 off = Int128{p.price.value} - mean.value;
    fits = fits && add_product(squares, p.volume.value, off * off);
  }
  if (!fits) return {mean, std::nullopt};
  return {mean, Money(root_of(squares / weight))};
}

Prices prices_of(const chain::ChainState& s) {
  std::map<std::string, std::map<std::string, std::vector<WeightedPrice>>> all;
  for (const chain::GrantRecord& g : s.grants)
    all[s.rule_of(g).class_name][s.rule_of(g).currency].push_back(
        {g.leg.price, volume_of(g.leg.quantity, g.leg.window.length())});
  Prices out;
  for (const auto& [class_name, currencies] : all)
    for (const auto& [currency, prices] : currencies) out[class_name][currency] = spread_of(prices);
  return out;
}

}  // namespace capmarket::run
