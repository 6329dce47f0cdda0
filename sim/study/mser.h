// Where the initial transient of a series ends: MSER-5 (White 1997; White, Cobb and Spratt 2000).
// Source: docs/spec/statistics.md#warm-up.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "model/base/integers.h"

namespace capmarket::study {

/// Numbers a batch.
inline constexpr std::size_t kMserBatch = 5;
/// Batches that remain behind every truncation point that is tried: fewer say little of a spread.
inline constexpr std::size_t kMserRest = 5;

/// How many numbers of the series to leave out: the multiple of five at which the spread of the
/// mean of the batches behind it, sum of squares over their number squared, is least; the first of
/// equals. Empty where that lies behind the first half, or the series has fewer than ten batches:
/// no steady state. Numbers behind the last whole batch do not count. Exact; O(n^2 / 25).
std::optional<std::size_t> mser5(const std::vector<Int128>& series);

}  // namespace capmarket::study
