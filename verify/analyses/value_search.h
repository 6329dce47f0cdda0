// Which price, quantity and length are worth so much; private to verify/analyses.
#pragma once

#include <cstdint>
#include <optional>

#include "model/base/integers.h"

namespace capmarket::analyses {

/// A price, a quantity and a length whose value is asked for, each fixed or free: the quantity from
/// a least on, the length from what it is, up and down.
struct ValueSearch {
  Money value;
  std::int64_t price_low = 0, price_high = 0;    // ten-thousandths per unit and hour
  std::int64_t quantity = 1, quantity_most = 1;  // equal: fixed
  Duration length, length_least, length_most;    // likewise
  Duration step;                                 // between lengths
};

struct ValueFound {
  Money price;
  std::int64_t quantity = 1;
  Duration length;
};

/// So many quantities, and so many lengths, are tried for a value.
inline constexpr std::int64_t kValueTries = 256;

/// The one nearest to what is there: first the price grows, then the quantity, then the length;
/// where the least is worth too much, the length shrinks. None where no try is worth just the
/// value. Deterministic.
std::optional<ValueFound> find_value(const ValueSearch& search);

}  // namespace capmarket::analyses
