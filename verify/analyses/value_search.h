// Which price, quantity and length are worth so much; private to verify/analyses.
#pragma once

#include <cstdint>
#include <optional>

#include "model/base/integers.h"
#include "verify/smt/effort.h"

namespace capmarket::analyses {

/// A price, a quantity and a length whose value is asked for, each fixed or free: the quantity from
/// a least on, the length from what it is, up and down.
struct ValueSearch {
  Money value;
  std::int64_t price_low = 0, price_high = 0;    // ten-thousandths per unit and hour
  std::int64_t quantity = 1, quantity_most = 1;  // equal: fixed
  Duration length, length_least, length_most;    // likewise
  Duration step;                                 // between lengths
  std::uint32_t tries = smt::Effort{}.value_tries;  // of quantities, and of lengths
};

struct ValueFound {
  Money price;
  std::int64_t quantity = 1;
  Duration length;
};

/// The one nearest to what is there: first the price grows, then the quantity, then the length;
/// where the least is worth too much, the length shrinks. None where no try is worth just the
/// value. Deterministic.
std::optional<ValueFound> find_value(const ValueSearch& search);

}  // namespace capmarket::analyses
