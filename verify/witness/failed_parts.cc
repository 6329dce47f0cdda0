#include "verify/witness/failed_parts.h"

#include <optional>

namespace capmarket::witness {
namespace {

/// Units of granules of which the next is worth that, failed before it; none where the first is, or
/// where none of the first `kUnitsTried` is.
std::optional<std::int64_t> units_before(const question::RequestCase& c, Money value,
                                         std::int64_t granule) {
  constexpr std::int64_t kUnitsTried = 100'000;
  auto worth_of = [&](Int128 v) { return value_of(c.leg.price, Volume{v}).value_or(Money(0)); };
  const Int128 whole = volume_of(c.leg.quantity, c.leg.window.length()).value;
  for (std::int64_t n = 1; n < kUnitsTried && whole >= Int128{n + 1} * granule; ++n)
    if (worth_of(whole - Int128{n} * granule) - worth_of(whole - Int128{n + 1} * granule) == value)
      return n;
  return {};
}

}  // namespace

std::vector<std::vector<objects::Piece>> parts_to_fail(const question::RequestCase& c, Money value,
                                                       Duration granularity) {
  auto worth_of = [&](Volume v) { return value_of(c.leg.price, v).value_or(Money(0)); };
  const Window& window = c.leg.window;
  const Quantity all = c.leg.quantity;
  Volume whole = volume_of(all, window.length());
  const std::int64_t g = granularity.value, count = window.length().value / g;
  auto granules = [&](std::int64_t from, std::int64_t until, Quantity quantity) {
    return objects::Piece{{window.from + Duration(from * g), window.from + Duration(until * g)},
                          quantity};
  };
  std::vector<std::vector<objects::Piece>> out;
  auto first = [&](std::int64_t n, Quantity quantity) {
    out.push_back({granules(0, n, quantity)});
  };
  if (worth_of(whole) == value) out.push_back({{window, all}});
  for (Quantity q : {all, Quantity(1)}) {
    std::int64_t low = 1, high = count;
    while (low <= high) {
      std::int64_t middle = low + (high - low) / 2;
      Money lost = worth_of(whole) - worth_of(whole - volume_of(q, Duration(middle * g)));
      if (lost == value) first(middle, q);
      if (lost == value) break;
      (lost < value ? low : high) = lost < value ? middle + 1 : middle - 1;
    }
  }
  if (const auto before = units_before(c, value, g)) {
    const std::int64_t full = *before / all.value, more = *before % all.value;
    std::vector<objects::Piece>& parts = out.emplace_back();
    if (full > 0) parts.push_back(granules(0, full, all));
    if (more > 0) parts.push_back(granules(full, full + 1, Quantity(more)));
    parts.push_back(granules(full, full + 1, Quantity(1)));
  }
  for (std::int64_t n : {count, count - 1, std::int64_t{1}, count / 2})
    for (Quantity q : {all, Quantity(1)})
      if (n > 0) first(n, q);
  return out;
}

}  // namespace capmarket::witness
